"""Ray Serve, as far as it goes without a cluster: what is refused, and which version the router chooses."""

from __future__ import annotations

import asyncio
import importlib.util
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx.errors import Conflict, InvalidInput, Unavailable
from jupyter_mlx.models.targets import ray_app
from jupyter_mlx.models.targets.port import Deployment, Status
from jupyter_mlx.models.targets.ray import RayTarget
from tests.support import make_settings


def target(tmp_path: Path) -> RayTarget:
    return RayTarget(make_settings(tmp_path), None)  # type: ignore[arg-type]


def test_a_cluster_that_does_not_answer_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Ray does not answer at http"):
        target(tmp_path).check({"address": "http://127.0.0.1:9"})


@pytest.mark.parametrize("options", [{"address": "auto"}, {"address": "ray://head:10001"}, {"role": "x"}])
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
