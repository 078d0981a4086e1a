"""Ray Serve, as far as it goes without a cluster: what is refused, and which version the router chooses."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx.errors import Conflict, InvalidInput, Unavailable
from jupyter_mlx.models.targets import ray_app
from jupyter_mlx.models.targets.port import Deployment, Status
from jupyter_mlx.models.targets.ray import RayTarget
from tests.support import make_settings

from .conftest import revision


def target(tmp_path: Path) -> RayTarget:
    return RayTarget(make_settings(tmp_path), None)  # type: ignore[arg-type]


def test_a_cluster_that_does_not_answer_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Ray does not answer at http"):
        target(tmp_path).check({"address": "http://127.0.0.1:9"})


@pytest.mark.parametrize(
    "options",
    [
        *({"address": address} for address in ("auto", "ray://head:10001", "http://[::1", "http://h:99999")),
        {"role": "x"},
    ],
)
def test_options_that_can_not_work_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        target(tmp_path).check(options)
    assert caught.value.field == f"options.{next(iter(options))}"


def test_what_is_not_up_is_not_asked(tmp_path: Path, deployment: Callable[..., Deployment]) -> None:
    row = deployment("ray", {"address": "http://127.0.0.1:9", "workers": 1})
    with pytest.raises(Conflict, match="does not answer"):
        target(tmp_path).score(row, [{"x": 1}], {}, None)
    up = replace(row, status=Status("READY", address="http://127.0.0.1:8000/delay-live"))
    assert "http://127.0.0.1:8000/delay-live/invocations" in target(tmp_path).access(up)["curl"]


@contextmanager
def dashboard(answers: dict[str, Any]) -> Iterator[tuple[str, list[str], dict[str, Any]]]:
    """A server that answers as a dashboard of Ray does; its address, what it was asked, and the last job."""
    asked: list[str] = []
    sent: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            asked.append(f"{self.command} {self.path} {body.get('entrypoint', '')}")
            sent.update(body)
            content = json.dumps(answers[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - so the library has it

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked, sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_application_of_somebody_else_is_left_alone(tmp_path: Path, deployment: Callable[..., Deployment]) -> None:
    served: dict[str, Any] = {"applications": {"delay-live": {"status": "RUNNING"}}}
    with dashboard({"/api/serve/applications/": served, "/api/jobs/": {"submission_id": "j"}}) as (address, asked, job):
        row = deployment("ray", {"address": address, "workers": 1})
        with pytest.raises(Conflict, match="not of this deployment"):
            target(tmp_path).apply(row, revision(1, {1: 1.0}))
        assert target(tmp_path).remove(replace(row, wanted="removed")) is None
        assert not any(line.startswith("POST") for line in asked)
        served["applications"] = {}
        status = target(tmp_path).apply(row, revision(1, {1: 1.0}))
        assert status.own == {"job": "j"}
        assert asked[-1] == "POST /api/jobs/ python -P -m jupyter_mlx.models.targets.ray_app deploy delay-live"
        assert json.loads(job["runtime_env"]["env_vars"][ray_app.DOCUMENT])["routes"][0]["share"] == 1.0


def test_a_dashboard_names_no_other_host(tmp_path: Path, deployment: Callable[..., Deployment]) -> None:
    served = {"applications": {"delay-live": {"status": "RUNNING"}}, "http_options": {"port": "80@10.0.0.1:9"}}
    with (
        dashboard({"/api/serve/applications/": served}) as (address, *_),
        pytest.raises(Unavailable, match="is at port"),
    ):
        target(tmp_path).look(deployment("ray", {"address": address, "workers": 1}))


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_a_cluster_without_the_extra_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["ray_app", "delete", "delay-live"])
    assert ray_app.main() == 1
    assert "pip install 'jupyter-mlx[ray]'" in capsys.readouterr().err


class Answering:
    """What Serve gives for a version's deployment: a handle whose calls are awaited."""

    def __init__(self, version: int, asked: Counter[int]) -> None:
        self._version, self._asked = version, asked
        self.score = self

    async def remote(self, body: bytes, kind: str) -> tuple[int, str]:
        self._asked[self._version] += 1
        return 200, '{"predictions": [1]}'


def test_requests_are_shared_out_and_shadows_get_copies() -> None:
    from starlette.requests import Request

    asked: Counter[int] = Counter()
    routes = [
        {"version": 1, "share": 0.8, "shadow": False},
        {"version": 2, "share": 0.2, "shadow": False},
        {"version": 3, "share": 0.0, "shadow": True},
    ]
    router = ray_app.Router(routes, {str(version): Answering(version, asked) for version in (1, 2, 3)})

    async def received() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def ask(headers: list[tuple[bytes, bytes]] | None = None) -> Any:
        scope = {"type": "http", "method": "POST", "path": "/invocations", "headers": headers or []}
        scope |= {"scheme": "http", "server": ("h", 80), "query_string": b"", "root_path": ""}
        return await router(Request(scope, received))

    async def all_of_them() -> list[Any]:
        answers = [await ask() for _ in range(1000)]
        answers.append(await ask([(b"x-mlx-version", b"3")]))
        await asyncio.sleep(0)
        return answers

    answers = asyncio.run(all_of_them())
    assert 140 <= asked[2] <= 260
    assert asked[1] + asked[2] == asked[3] == 1000
    assert answers[0].headers["x-mlx-version"] in ("1", "2")
    assert answers[-1].status_code == 400
