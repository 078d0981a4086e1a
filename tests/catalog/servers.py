"""Servers of data for tests: MariaDB, Redis, AWS as moto plays it; each on a loopback port, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from ..support import select_nothing

__all__ = ["CuttingProxy", "free_port", "mariadb_server", "moto_server", "redis_server"]


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(command: list[str], ready: Callable[[], bool], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process, from when it is ready; ended at the end."""
    with log.open("ab") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd="/")
    try:
        deadline = time.monotonic() + 60
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            select_nothing(0.05)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def mariadb_server(folder: Path, password: str = "correct horse") -> Iterator[str]:
    """A MariaDB server whose user ``mlx`` may do everything; yields its URL with the password, without a database."""
    import pymysql

    server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    if not os.path.exists(server):
        raise AssertionError("MariaDB is not installed: `apt-get install mariadb-server`.")
    data, port, log = folder / "data", free_port(), folder / "mariadb.log"
    user = ["--user=root"] if os.getuid() == 0 else []
    options = [
        "--no-defaults",
        f"--datadir={data}",
        *user,
        "--innodb-buffer-pool-size=32M",
        "--innodb-log-file-size=8M",
    ]
    with log.open("wb") as out:
        install = ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(install, check=True, stdout=out, stderr=out)
    start = [server, *options, "--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder / 's'}"]
    start += [f"--pid-file={folder / 'pid'}", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"]
    with _running(start, lambda: _listens(port), log):
        root = pymysql.connect(unix_socket=str(folder / "s"), user="root", autocommit=True)
        with root, root.cursor() as cursor:
            cursor.execute("CREATE USER mlx@'127.0.0.1' IDENTIFIED BY %s", (password,))
            cursor.execute("GRANT ALL ON *.* TO mlx@'127.0.0.1' WITH GRANT OPTION")
        yield f"mysql+pymysql://mlx:{password.replace(' ', '%20')}@127.0.0.1:{port}"


@contextlib.contextmanager
def redis_server(folder: Path, password: str = "open-sesame") -> Iterator[str]:
    """A Redis server that asks for a password; yields its URL with it."""
    port = free_port()
    command = [shutil.which("redis-server") or "redis-server", "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder), "--requirepass", password]
    with _running(command, lambda: _listens(port), folder / "redis.log"):
        yield f"redis://:{password}@127.0.0.1:{port}"


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """AWS's APIs over HTTP (DynamoDB, Glue, Lake Formation, S3 …); yields the endpoint's URL."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        yield url
        # What it holds is the process's: the next server would begin with it.
        urllib.request.urlopen(f"{url}/moto-api/reset", data=b"").close()
    finally:
        server.stop()


class CuttingProxy:
    """Passes TCP connections on to a server, until told to cut them; new ones are taken again afterwards."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._pairs: list[socket.socket] = []
        self._all: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.connections = 0
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                server = socket.create_connection(self._target)
                self.connections += 1
                self._pairs += [client, server]
                self._all += [client, server]
                for source, target in ((client, server), (server, client)):
                    thread = threading.Thread(target=self._pass_on, args=(source, target), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """End all connections at once, as a firewall does that forgets them."""
        pairs, self._pairs = self._pairs, []
        for end in pairs:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> CuttingProxy:
        return self

    def __exit__(self, *exception: object) -> None:
        # A thread in accept() is not woken by close() alone.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
        for thread in list(self._threads):
            thread.join(timeout=5)
        for end in self._all:
            end.close()
