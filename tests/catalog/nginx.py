"""Debian's nginx on a loopback port, in a folder of its own: real requests write its real logs."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..support import select_nothing
from .servers import free_port

__all__ = ["Nginx", "nginx_server"]

# As root the workers would be another user, who can't enter a test's folder; as anyone else `user` is not allowed.
_CONFIGURATION = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log combined;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        server_name localhost;
        root {folder}/site;
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running server. Its logs are whole once it has ended."""

    port: int
    access_log: Path
    error_log: Path

    def send(self, request: bytes) -> bytes:
        """Send bytes as they are, since HTTP libraries refuse what is odd; all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def get(self, path: str, **headers: str) -> bytes:
        """Send a plain GET request."""
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.send("\r\n".join([*lines, "", ""]).encode())


@contextlib.contextmanager
def nginx_server(folder: Path) -> Iterator[Nginx]:
    """A server of ``folder/site``, from when it listens; ended at the end."""
    port = free_port()
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("<p>Hello</p>")
    configuration = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(_CONFIGURATION.format(user=user, folder=folder, port=port))
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(configuration)]
    server = subprocess.Popen([*command, "-e", str(folder / "error.log")], stdout=subprocess.DEVNULL)
    try:
        _wait(server, port, folder)
        yield Nginx(port, folder / "access.log", folder / "error.log")
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if server.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"nginx did not start:\n{(folder / 'error.log').read_text(errors='replace')}")
        select_nothing(0.05)
