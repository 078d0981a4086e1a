"""The history of aliases: every move is in it, whoever made it, and two who move at once are told apart."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from jupyter_mlx.clock import ManualClock, SystemClock
from jupyter_mlx.contract import check
from jupyter_mlx.errors import Conflict, InvalidInput, MlxError, NotFound
from jupyter_mlx.models.registry.aliases import ABANDONED_S, ANOTHER_PROGRAM
from jupyter_mlx.services import Services
from tests.support import make_settings

from .registered import ADA, ADMIN, BOB, Agentless, Models


def told(services: Services, name: str = "delay") -> list[tuple[Any, ...]]:
    """The history of a model, oldest first: from, to, by, whether it was found so."""
    moves, _ = services.models.registered.history(name)
    for move in moves:
        check("AliasMove", move.to_json())
    return [(move.from_version, move.to_version, move.moved_by, move.outside) for move in reversed(moves)]


@pytest.fixture
def three(models: Models) -> Models:
    """A model with three versions."""
    for _ in range(3):
        models.register()
    return models


class TestMoves:
    """Moves that are made here."""

    def test_are_written_down_with_who_and_why(self, three: Models, mlx: Services) -> None:
        moves = mlx.models.moves
        moves.move("delay", "champion", 1, ADA, why="the first")
        moves.move("delay", "champion", 2, BOB, why="better", gate="passed", promotion_id="p1")
        moves.move("delay", "champion", None, ADA)
        assert three.alias("delay", "champion") is None
        assert told(mlx) == [(None, 1, "ada", False), (1, 2, "bob", False), (2, None, "ada", False)]
        newest = mlx.models.moves.page("delay")[0][1].to_json()
        assert (newest["why"], newest["gate"], newest["promotion_id"], newest["number"]) == (
            "better",
            "passed",
            "p1",
            2,
        )
        entries, _ = mlx.access.audit(ADMIN, resource="model:delay@champion")
        assert [(entry.who, entry.before["version"], entry.after["version"]) for entry in reversed(entries)] == [
            ("ada", None, 1),
            ("bob", 1, 2),
            ("ada", 2, None),
        ]
        with mlx.store.read() as connection:
            events = mlx.jobs.log.after(connection, 0)
        assert [(event.kind, event.data["what"], event.data["version"]) for event in events] == [
            ("models.changed", "alias", 1),
            ("models.changed", "alias", 2),
            ("models.changed", "alias", None),
        ]

    def test_come_by_pages(self, three: Models, mlx: Services) -> None:
        for version in (1, 2, 3, 1):
            mlx.models.moves.move("delay", "champion", version, ADA)
        first, cursor = mlx.models.moves.page("delay", limit=3)
        mlx.models.moves.move("delay", "champion", 2, ADA)
        rest, end = mlx.models.moves.page("delay", limit=3, cursor=cursor)
        assert [move.number for move in (*first, *rest)] == [4, 3, 2, 1]
        assert end is None

    def test_of_what_is_expected_otherwise_are_refused_with_who_moved_it(self, three: Models, mlx: Services) -> None:
        moves = mlx.models.moves
        moves.move("delay", "champion", 1, ADA)
        moves.move("delay", "champion", 2, BOB)
        with pytest.raises(Conflict, match="Version 2 has `champion` now, not version 1: bob moved it at 2") as caught:
            moves.move("delay", "champion", 3, ADA, expected=1)
        assert caught.value.code == "alias_moved"
        assert three.alias("delay", "champion") == 2

    def test_that_mlflow_refuses_leave_the_number_behind(self, three: Models, mlx: Services) -> None:
        moves = mlx.models.moves
        with pytest.raises(NotFound):
            moves.move("delay", "champion", 9, ADA)
        with pytest.raises(InvalidInput):
            moves.move("delay", "v1", 1, ADA)
        moves.move("delay", "champion", 1, ADA)
        assert told(mlx) == [(None, 1, "ada", False)]

    @pytest.mark.parametrize("alias", ["", "latest", "v3", "a b", "a/b", "x" * 256])
    def test_of_what_is_no_alias_are_refused(self, alias: str, mlx: Services) -> None:
        with pytest.raises(InvalidInput) as caught:
            mlx.models.moves.require_alias(alias)
        assert caught.value.code == "alias_invalid"


class TestOtherPrograms:
    """Moves that MLflow was told of by others."""

    def test_are_found_at_a_look(self, three: Models, mlx: Services) -> None:
        three.client.set_registered_model_alias("delay", "champion", "1")
        assert told(mlx) == [(None, 1, ANOTHER_PROGRAM, True)]
        mlx.models.moves.move("delay", "champion", 2, ADA)
        three.client.set_registered_model_alias("delay", "champion", "3")
        three.client.delete_registered_model_alias("delay", "champion")
        mlx.models.moves.move("delay", "champion", 1, ADA, expected=None)
        assert told(mlx) == [
            (None, 1, ANOTHER_PROGRAM, True),
            (1, 2, "ada", False),
            (2, None, ANOTHER_PROGRAM, True),
            (None, 1, "ada", False),
        ]
        assert told(mlx) == told(mlx), "a second look finds nothing more"

    def test_survive_the_model(self, three: Models, mlx: Services) -> None:
        mlx.models.moves.move("delay", "champion", 1, ADA)
        three.client.delete_registered_model("delay")
        assert told(mlx) == [(None, 1, "ada", False)]
        with pytest.raises(NotFound):
            mlx.models.registered.history("nobody")


class TestCrashes:
    """A process that dies between the store and MLflow."""

    @pytest.mark.parametrize(("point", "moved"), [("alias-begun", False), ("alias-set", True)])
    def test_are_ended_by_what_mlflow_says(
        self, point: str, moved: bool, three: Models, tracking_uri: str, tmp_path: Path
    ) -> None:
        settings = make_settings(tmp_path, mlflow_tracking_uri=tracking_uri)
        code = "from tests.models.registered import *; from jupyter_mlx.settings import Settings\n"
        code += "Agentless(Settings.from_env()).models.moves.move('delay', 'champion', 2, ADA)"
        environment = {**os.environ, **settings.to_env(), "JUPYTER_MLX_FAIL_AT": point}
        root = Path(__file__).parents[2]
        died = subprocess.run([sys.executable, "-c", code], env={**environment, "PYTHONPATH": str(root)}, check=False)
        assert died.returncode == -9
        clock = ManualClock(SystemClock().now())
        later = Agentless(settings, clock)
        if moved:
            assert told(later) == [(None, 2, "ada", False)]
        else:
            with pytest.raises(Conflict, match="ada moves `champion` to version 2 right now"):
                later.models.moves.move("delay", "champion", 3, BOB)
            clock.advance(seconds=ABANDONED_S + 1)
            later.models.moves.move("delay", "champion", 3, BOB)
            assert told(later) == [(None, 3, "bob", False)]
        later.close()


class TestTwoAtOnce:
    """Concurrent moves of one alias: one wins, the others are told."""

    def test_one_wins(self, three: Models, tracking_uri: str, db_url: str, tmp_path: Path) -> None:
        settings = make_settings(tmp_path, mlflow_tracking_uri=tracking_uri, db_url=db_url)
        services = [Agentless(settings) for _ in range(4)]
        services[0].models.moves.move("delay", "champion", 1, ADMIN)
        barrier = Barrier(len(services))

        def move(number: int) -> MlxError | None:
            barrier.wait()
            try:
                services[number].models.moves.move(
                    "delay", "champion", 2 + number % 2, (ADA, BOB)[number % 2], expected=1
                )
            except MlxError as error:
                return error
            return None

        for each in services:
            _ = each.store, each.models.moves
        with ThreadPoolExecutor(len(services)) as pool:
            results = list(pool.map(move, range(len(services))))
        lost = [error for error in results if error is not None]
        assert len(lost) == len(services) - 1, results
        assert {error.code for error in lost} == {"alias_moved"}
        winner = results.index(None)
        history = told(services[0])
        assert history == [(None, 1, "root", False), (1, 2 + winner % 2, ("ada", "bob")[winner % 2], False)]
        assert three.alias("delay", "champion") == 2 + winner % 2
        for each in services:
            each.close()

    def test_of_unexpecting_movers_none_is_lost(self, three: Models, tracking_uri: str, tmp_path: Path) -> None:
        """Whatever wins in which order: the history is a chain that ends where MLflow is."""
        settings = make_settings(tmp_path, mlflow_tracking_uri=tracking_uri)
        services = [Agentless(settings) for _ in range(3)]

        def move(number: int) -> None:
            for turn in range(3):
                try:
                    services[number].models.moves.move("delay", "champion", 1 + (number + turn) % 3, ADA)
                except Conflict:
                    continue

        with ThreadPoolExecutor(len(services)) as pool:
            list(pool.map(move, range(len(services))))
        history = told(services[0])
        assert all(not outside for *_, outside in history)
        assert [to for _, to, *_ in history][:-1] == [start for start, *_ in history][1:]
        assert history[-1][1] == three.alias("delay", "champion")
        for each in services:
            each.close()
