"""A Jupyter server in a process of its own, and what speaks to it: requests, and a WebSocket."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import websocket

from jupyter_mlx.files import read_json
from tests.support import Workbench, select_nothing

from .contract import checked

TOKEN = "a-token-of-the-tests"
REPOSITORY = Path(__file__).parent.parent.parent
OTHERS_OFF = dict.fromkeys(
    ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals", "nbdime"), False
)


class Server:
    """`jupyter server` on a workbench's store; its root is the workbench's folder of notebooks.

    Parameters
    ----------
    config: More of `ServerApp`'s configuration.
    token: What its requests are sent with.
    """

    def __init__(self, bench: Workbench, config: dict[str, Any] | None = None, token: str = TOKEN) -> None:
        self.bench = bench
        self.root = bench.folder / "notebooks"
        self.root.mkdir(exist_ok=True)
        places = {name: bench.folder / "jupyter" / name for name in ("config", "data", "runtime")}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        extensions = {**OTHERS_OFF, "jupyter_mlx": True}
        app = {"jpserver_extensions": extensions, "root_dir": str(self.root), **(config or {})}
        (places["config"] / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": app}))
        self._log = (bench.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0"],
            env={
                **os.environ,
                **bench.settings.to_env(),
                **{f"JUPYTER_{name.upper()}_DIR": str(place) for name, place in places.items()},
                "JUPYTER_TOKEN": TOKEN,
                "PYTHONPATH": str(REPOSITORY),
            },
            cwd=self.root,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self.address = self._wait_for_start(places["runtime"] / f"jpserver-{self.process.pid}.json")
        self.url = f"{self.address}mlx/v1"
        self.session = _session(token)

    def _wait_for_start(self, info: Path) -> str:
        deadline = time.monotonic() + 60
        while True:
            found = read_json(info)
            if found:
                try:
                    address = f"http://127.0.0.1:{found['port']}/"
                    requests.get(f"{address}api", timeout=5)
                except requests.ConnectionError:
                    pass
                else:
                    return address
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, f"the server did not start:\n{self.said()}"
            select_nothing(0.05)

    def said(self) -> str:
        """The last of the server's own log."""
        return (self.bench.folder / "server.log").read_text()[-4000:]

    def as_user(self, token: str) -> Server:
        """The same server, asked with another token."""
        other = copy.copy(self)
        other.session = _session(token)
        return other

    def close(self) -> None:
        """End the server."""
        self.session.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        self._log.close()

    # -- asking ----------------------------------------------------------------------------------------------

    def call(self, method: str, path: str, status: int = 200, **options: Any) -> requests.Response:
        """A right request and its answer, both as the contract has them."""
        response = self.session.request(method, f"{self.url}/{path}", timeout=60, **options)
        assert response.status_code == status, f"{response.status_code} {response.text}"
        return checked(response, self.url)

    def get(self, path: str, **query: Any) -> Any:
        """The document that a GET answers with."""
        return self.call("GET", path, params=query).json()

    def form(self, notebook: str) -> Any:
        """What a notebook can be run with."""
        return self.call("GET", "notebooks/parameters", params={"path": notebook}).json()

    def log_of(self, run_id: str) -> str:
        """What a run printed, without the lines that say which cell did."""
        lines = self.call("GET", f"jobs/{run_id}/log").text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("─── cell"))

    def post(self, path: str, status: int = 201, **document: Any) -> Any:
        """The document that a POST answers with."""
        return self.call("POST", path, status, json=document).json()

    def refused(self, method: str, path: str, status: int, code: str, **options: Any) -> dict[str, Any]:
        """The error that a wrong request is answered with: its code and status, a message and a remedy."""
        response = self.session.request(method, f"{self.url}/{path}", timeout=60, **options)
        checked(response, self.url, with_request=False)
        error: dict[str, Any] = response.json()["error"]
        assert (response.status_code, error["code"]) == (status, code), error
        assert error["message"]
        assert error["remedy"]
        return error

    def run(self, *cells: Any, name: str, **request: Any) -> dict[str, Any]:
        """A run of a notebook of these cells, ended."""
        return self.finish(self.submit(*cells, name=name, **request)["id"])

    def submit(self, *cells: Any, name: str, **request: Any) -> dict[str, Any]:
        """A run of a notebook of these cells, as `POST jobs` answers."""
        self.bench.notebook(name, *cells)
        document: dict[str, Any] = self.post("jobs", notebook=name, **request)
        return document

    def finish(self, run_id: str) -> dict[str, Any]:
        """A run once it has ended."""
        self.bench.finish(run_id)
        document: dict[str, Any] = self.get(f"jobs/{run_id}")
        return document

    def socket(self, query: str = "", **options: Any) -> Socket:
        """A connected WebSocket."""
        return Socket(self, query, **options)


def _session(token: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"token {token}"
    return session


class Socket:
    """`events` as a browser reads it."""

    def __init__(self, server: Server, query: str = "", token: str | None = TOKEN, **options: Any) -> None:
        address = server.url.replace("http://", "ws://", 1)
        header = [f"Authorization: token {token}"] if token else []
        self._connection = websocket.create_connection(
            f"{address}/events{query}", timeout=30, header=header, http_no_proxy=["127.0.0.1"], **options
        )
        self.hello = self.next()

    def next(self) -> dict[str, Any]:
        """The next event."""
        event: dict[str, Any] = json.loads(self._connection.recv())
        return event

    def until(self, true: Callable[[dict[str, Any]], Any], within_s: float = 60.0) -> list[dict[str, Any]]:
        """The events up to the first of which something is true."""
        deadline = time.monotonic() + within_s
        found: list[dict[str, Any]] = []
        while not found or not true(found[-1]):
            assert time.monotonic() < deadline, found[-5:]
            found.append(self.next())
        return found

    def until_end_of(self, run_id: str) -> list[dict[str, Any]]:
        """The events up to the end of a run."""
        return self.until(
            lambda event: (
                event["kind"] == "job.state" and event["subject"] == run_id and event["data"]["run"]["ended_at"]
            )
        )

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
