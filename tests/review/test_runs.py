"""Comparing real runs: their notebooks, and what their records say beside them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from jupyter_mlx.contract import check
from jupyter_mlx.errors import NotFound
from jupyter_mlx.jobs.models import Run
from jupyter_mlx.review.service import DiffService
from jupyter_mlx.store.tables import attempts

from ..support import Workbench, parameters

CELLS = (
    parameters("lr: float = 0.1\nepochs = 1\nhidden = (32, 16)"),
    "import mlflow\nmlflow.log_metric('auc', 0.5 + lr)\nmlflow.log_metric('rows', 100)",
    "print('learning rate', lr)",
    "object()",
)


@pytest.fixture(scope="module")
def review(bench: Workbench) -> Iterator[DiffService]:
    """Comparisons in the module's workbench."""
    yield bench.services.review
    bench.services.review.close()


@pytest.fixture(scope="module")
def defaults(bench: Workbench) -> Run:
    """A run with nothing but defaults."""
    return bench.run(*CELLS)


@pytest.fixture(scope="module")
def other(bench: Workbench) -> Run:
    """A run with another learning rate."""
    return bench.run(*CELLS, parameters={"lr": 0.2})


@pytest.fixture(scope="module")
def third(bench: Workbench) -> Run:
    """A run with a third learning rate."""
    return bench.run(*CELLS, parameters={"lr": 0.3})


def test_a_run_equals_itself_and_its_repetition(bench: Workbench, review: DiffService, defaults: Run) -> None:
    again = bench.run(*CELLS)
    for b in (defaults, again):
        found = review.diff(f"run:{defaults.id}", f"run:{b.id}", root=None)
        assert found["equal"], {key: value for key, value in found.items() if key != "notebook"}
        assert found["metrics"] == {"auc": {"a": 0.6, "b": 0.6}, "rows": {"a": 100, "b": 100}}


def test_a_default_is_compared_with_the_value_that_overrides_it(review: DiffService, defaults: Run, other: Run) -> None:
    found = review.diff(f"run:{defaults.id}", f"run:{other.id}", root=None)
    assert found["parameters"] == {"lr": {"a": 0.1, "b": 0.2}}
    assert found["metrics"]["auc"] == {"a": 0.6, "b": 0.7}
    assert found["cells"] == {"added": 1, "removed": 0, "changed": 0, "moved": 0}
    assert found["outputs_changed"] == 1
    assert found["environment"] == {}
    check("Diff", found)


def test_two_values_are_one_changed_cell(review: DiffService, other: Run, third: Run) -> None:
    found = review.diff(other.id, third.id[:8], root=None)
    assert (found["a"], found["b"]) == (f"run:{other.id}/1", f"run:{third.id}/1")
    assert found["cells"] == {"added": 0, "removed": 0, "changed": 1, "moved": 0}
    assert found["parameters"] == {"lr": {"a": 0.2, "b": 0.3}}


def test_a_run_is_compared_with_the_notebook_that_it_came_from(
    bench: Workbench, review: DiffService, defaults: Run
) -> None:
    found = review.diff(f"run:{defaults.id}", defaults.job.notebook_path, root=None)
    assert found["cells"] == {"added": 0, "removed": 0, "changed": 0, "moved": 0}
    assert found["outputs_changed"] == 2
    assert found["metrics"] == {}


def test_an_attempt_can_be_named(review: DiffService, defaults: Run) -> None:
    assert review.diff(f"run:{defaults.id}/1", defaults.id, root=None)["equal"]
    with pytest.raises(NotFound) as caught:
        review.diff(f"run:{defaults.id}/7", defaults.id, root=None)
    assert caught.value.code == "attempt_unknown"


def test_packages_and_data_that_differ_are_listed(bench: Workbench, review: DiffService, defaults: Run) -> None:
    changed = bench.run(*CELLS)
    assert changed.last is not None
    record = dict(changed.last.record)
    packages = [line for line in record["environment"]["packages"] if not line.startswith("nbdime==")]
    record["environment"] = {**record["environment"], "python": "3.99.0", "packages": [*packages, "Fresh_Package==1.0"]}
    record["data"] = [
        {"name": "flights", "digest": "d1", "context": "train"},
        {"name": "flights", "digest": "d2", "context": "test"},
    ]
    with bench.services.store.write() as connection:
        connection.execute(sa.update(attempts).where(attempts.c.run_id == changed.id).values(record=record))
    found = review.diff(defaults.id, changed.id, root=None)
    assert set(found["environment"]) == {"python", "nbdime", "fresh-package"}
    assert found["environment"]["fresh-package"] == {"b": "1.0"}
    assert found["data"] == {"flights": {"b": "d1"}, "flights (test)": {"b": "d2"}}
    assert not found["equal"]


def test_a_run_without_an_executed_notebook_is_compared_by_what_was_submitted(
    bench: Workbench, review: DiffService, defaults: Run
) -> None:
    with bench.services.store.write() as connection:
        waiting = bench.jobs.runs.add_run(connection, "feedfeedfeed", defaults.job)
        bench.jobs.runs.change(connection, waiting, cancel_requested=True, attempts_allowed=0)
    found = review.diff("run:feedfeedfeed", defaults.id, root=None)
    assert found["cells"] == {"added": 0, "removed": 0, "changed": 0, "moved": 0}
    assert "was submitted" in found["note"]
