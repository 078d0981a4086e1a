"""Servers of data for tests: MariaDB, Redis, AWS as moto plays it; each on a loopback port, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..support import select_nothing

__all__ = ["free_port", "mariadb_server", "moto_server", "redis_server"]


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
def redis_server(folder: Path, password: str = "open sesame") -> Iterator[str]:
    """A Redis server that asks for a password; yields its URL with it."""
    port = free_port()
    command = [shutil.which("redis-server") or "redis-server", "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder), "--requirepass", password]
    with _running(command, lambda: _listens(port), folder / "redis.log"):
        yield f"redis://:{password.replace(' ', '%20')}@127.0.0.1:{port}"


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """AWS's APIs over HTTP (DynamoDB, Glue, Lake Formation, S3 …); yields the endpoint's URL."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
