"""Parts of serving by themselves: HTTP as it comes over a wire, draws, the log of requests, patience with crashes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jupyter_mlx.clock import ManualClock
from jupyter_mlx.files import read_json
from jupyter_mlx.models.serving import http11
from jupyter_mlx.models.serving.counters import Counters
from jupyter_mlx.models.serving.folder import ROUTER, ServingFolder
from jupyter_mlx.models.serving.http11 import Admit, Answer, Connections, Request
from jupyter_mlx.models.serving.keeper import Keeper
from jupyter_mlx.models.serving.request_log import Call, RequestLog, read_calls
from jupyter_mlx.models.serving.router import Router
from jupyter_mlx.models.serving.routing import Draw, Routing
from jupyter_mlx.models.serving.server import remove_halves
from jupyter_mlx.models.serving.slots import READY, Slot
from jupyter_mlx.models.targets.port import Deployment, Status
from tests.support import make_settings, select_nothing


async def _echo(request: Request) -> Answer:
    if request.path == b"/defect":
        raise RuntimeError("a defect")
    return Answer(200, request.method + b" " + request.path + b" " + request.body, b"text/plain")


def exchange(*chunks: bytes, admit: Admit = lambda *_: None) -> bytes:
    """What comes back for bytes that are sent one piece after the other, until the server has closed."""

    async def talk() -> bytes:
        connections = Connections(_echo, admit)
        server = await asyncio.get_running_loop().create_server(connections, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
        async with asyncio.timeout(10):
            found = await reader.read()
        writer.close()
        await connections.close(server, 1)
        return found

    return asyncio.run(talk())


def test_requests_come_in_pieces_one_after_the_other_and_in_chunks() -> None:
    first = b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nab"
    second = b"cdPOST /b HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\n"
    third = b"GET /c HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    found = exchange(first, second + third)
    assert [part.partition(b"\r\n\r\n")[2] for part in found.split(b"HTTP/1.1 200 OK")[1:]] == [
        b"POST /a abcd",
        b"POST /b xyz",
        b"GET /c ",
    ]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"no http at all\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n", b"413"),
        (b"GET /defect HTTP/1.1\r\nconnection: close\r\n\r\n", b"500"),
        (b"HEAD / HTTP/1.0\r\n\r\n", b"200"),
    ],
)
def test_what_can_t_be_answered_is_told(sent: bytes, status: bytes) -> None:
    found = exchange(sent)
    assert found.startswith(b"HTTP/1.1 " + status)
    if sent.startswith(b"HEAD"):
        assert found.endswith(b"\r\n\r\n")


def test_a_body_that_grows_too_long_is_refused_before_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http11, "BODY_LIMIT", 10)
    head = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
    assert exchange(head, b"8\r\n12345678\r\n", b"8\r\n12345678\r\n").startswith(b"HTTP/1.1 413")


def test_what_a_stranger_sends_is_not_kept_and_the_connection_goes_on(tmp_path: Path) -> None:
    admit = Router(ServingFolder(tmp_path), "token", "key", 1.0).admit
    sent = b"POST /a HTTP/1.1\r\ncontent-length: 4\r\n\r\nabcd" + b"GET /ping HTTP/1.1\r\ncontent-length: 2\r\n\r\nxy"
    last = b"POST /a HTTP/1.1\r\nauthorization: Bearer token\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"
    found = exchange(sent, last, admit=admit).split(b"HTTP/1.1 ")[1:]
    assert [part[:3] for part in found] == [b"401", b"401", b"200"]
    assert found[2].endswith(b"POST /a ok")
    expects = b"POST /a HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n"
    assert exchange(expects, admit=admit).startswith(b"HTTP/1.1 401")


def test_who_asks_whether_to_send_a_body_is_told_to() -> None:
    head = b"POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n"
    assert exchange(head, b"ok").startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_shares_are_kept_over_any_thousand_requests_and_over_every_second_of_them() -> None:
    routes = [{"version": 1, "share": 0.8}, {"version": 2, "share": 0.2}, {"version": 3, "share": 0, "shadow": True}]
    document = {"generation": 1, "routes": routes, "processes": ["v1-0", "v2-0"], "log_share": 1, "mask": []}
    routing = Routing.of(document, {})
    draw = Draw()
    drawn = [routing.version_at(draw.next()) for _ in range(10_000)]
    for start in range(0, 9000, 500):
        assert abs(Counter(drawn[start : start + 1000])[2] - 200) <= 5
    assert abs(Counter(drawn[::2])[2] - 1000) <= 20
    assert 3 not in drawn
    assert routing.stand_ins(2) == (2, 1)


@pytest.mark.parametrize(
    ("body", "content_type", "rows", "inputs"),
    [
        (b'{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}}', b"application/json", 2, 2),
        (b'{"inputs": {"a": [1, 2], "b": [3, 4]}}', b"application/json", 2, 2),
        (b'{"instances": [{"a": 1, "b": 2}]}', b"application/json; charset=utf-8", 1, 1),
        (b"a,b\n1,2\n", b"text/csv", 1, 1),
        (b'{"inputs": [[1, 2]]}', b"application/json", 1, 0),  # no names: what is secret can't be told
        (b"{", b"application/json", 0, 0),
        (b"PAR1", b"application/vnd.apache.parquet", 0, 0),
    ],
)
def test_every_form_of_rows_is_masked(tmp_path: Path, body: bytes, content_type: bytes, rows: int, inputs: int) -> None:
    folder = ServingFolder(tmp_path)
    log = RequestLog(folder)
    log.share, log.mask = 1.0, frozenset({"a"})
    assert log.wants()
    request = Request(b"POST", b"/invocations", {b"content-type": content_type}, body)
    log.add(Call("0a", request, 1, Answer(200, b'{"predictions": [{"a": 1, "p": 2}]}'), 1.5))
    asyncio.run(log.flush())
    (call,), cursor = read_calls(folder)
    assert cursor is None
    assert (call["rows"], len(call["inputs"])) == (rows, inputs)
    assert all(row["a"] == "***" for row in call["inputs"])
    assert call["predictions"] == [{"a": "***", "p": 2}]


@pytest.mark.parametrize("body", [b'{"dataframe_split": {"columns": ["a"]}}', b"[" * 100_000])
def test_a_request_of_an_ill_shape_is_logged_and_ends_no_log(tmp_path: Path, body: bytes) -> None:
    log = RequestLog(ServingFolder(tmp_path))
    log.add(Call("0a", Request(b"POST", b"/invocations", {}, body), 1, Answer(400, b"{}"), 1.5))
    asyncio.run(log.flush())
    (call,), _ = read_calls(ServingFolder(tmp_path))
    assert (call["status"], call["predictions"]) == (400, [])


def test_half_a_line_of_the_log_hides_no_other(tmp_path: Path) -> None:
    folder = ServingFolder(tmp_path)
    folder.requests[0].write_bytes(b'{"id": "0a", "at"{"id": "0b"}\n{"id": "0c"}\n')
    assert read_calls(folder) == ([{"id": "0c"}], None)


def test_what_a_killed_process_had_brought_of_a_model_is_removed(tmp_path: Path) -> None:
    place = ServingFolder(tmp_path).model(3)
    mine, gone = (place.with_name(f".{place.name}.{number}") for number in (os.getpid(), 2**22 + 1))
    for half in (mine, gone):
        half.mkdir()
    remove_halves(place)
    assert list(tmp_path.iterdir()) == [mine]


def test_routes_are_taken_over_where_nobody_can_be_told(tmp_path: Path) -> None:
    folder = ServingFolder(tmp_path)
    router = Router(folder, "token", "key", 1.0)
    folder.note(ROUTER).mkdir()
    router.tell()
    folder.note(ROUTER).rmdir()
    router.tell()
    assert (read_json(folder.note(ROUTER)) or {}).get("ready")


def test_counts_go_on_after_a_restart() -> None:
    counters = Counters()
    for milliseconds in range(1, 101):
        counters.add(1, 500 if milliseconds == 7 else 200, float(milliseconds))
    told = counters.to_json()
    assert told == {"1": {"requests": 100, "errors": 1, "p50_ms": 51.0, "p95_ms": 96.0}}
    again = Counters(told)
    assert again.to_json() == told
    again.add(1, 200, 5.0)
    assert again.to_json()["1"] == {"requests": 101, "errors": 1, "p50_ms": 5.0, "p95_ms": 5.0}


@pytest.mark.parametrize(
    ("ready_s", "router", "ends"), [(0, "READY", False), (200, "CRASHED", False), (200, "READY", True)]
)
def test_a_process_is_ended_for_its_own_silence_alone(tmp_path: Path, ready_s: int, router: str, ends: bool) -> None:
    now = datetime.now(UTC)
    clock, settings = ManualClock(now), make_settings(tmp_path)
    row = Deployment("id", "d", "local", "m", "running", 1, {}, Status("STARTING"), "s", "h", "ada", now, now)
    keeper = Keeper(settings, clock, row)
    keeper._router.state = router
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    slot = Slot(keeper.folder, "v1-0", command, dict(os.environ), clock)
    slot.keep()
    slot.state, slot.since = READY, now - timedelta(seconds=ready_s)
    keeper.folder.counters.write_text(json.dumps({"silent": {"v1-0": time.time() - 1000}}))
    child = slot._child
    assert child is not None
    keeper._keep([slot])
    try:
        if ends:
            assert child.wait(10) == -9
        else:
            assert child.poll() is None
    finally:
        child.kill()
        child.wait(10)


def test_a_process_that_crashes_at_its_start_is_tried_with_more_and_more_patience(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    command = [sys.executable, "-c", "raise SystemExit('no such model')"]
    slot = Slot(ServingFolder(tmp_path), "v1-0", command, dict(os.environ), clock)
    waits: list[float] = []
    deadline = time.monotonic() + 60
    while len(waits) < 2:
        slot.keep()
        if slot.state == "CRASHED" and slot.restarts > len(waits):
            assert slot.next_try_at is not None
            waits.append((slot.next_try_at - clock.now()).total_seconds())
            assert "no such model" in slot.message
            assert slot.process is None
        assert time.monotonic() < deadline
        select_nothing(0.02)
    assert waits == [1.0, 2.0]
    assert slot.end()
