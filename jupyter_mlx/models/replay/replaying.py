"""Making a version again from its record, and saying whether it came out the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, MlxError, writing
from ...files import make_private
from ...jobs.spec import AttemptFiles
from ...processes import present_run
from ..registry.values import metric_value
from .comparing import CellDifference, cell_at, compare_metrics, compare_outputs
from .execution import Side, execute, original
from .files import FileComparison, compare_files
from .plan import ReplayPlan, changed_packages, plan_replay
from .state import find_culprit
from .text import Likeness, is_clock

if TYPE_CHECKING:
    from ...catalog.models import Principal
    from ...services import Services

__all__ = ["replay"]

MAX_METRICS = 500
MAX_SOURCE = 20_000
_STATES = {Likeness.EQUAL: "EQUAL", Likeness.TIMES: "EQUAL", Likeness.WITHIN: "WITHIN", Likeness.DIFFERENT: "DIFFERENT"}


@dataclass(frozen=True)
class _Comparison:
    """Two executions, held against each other. `first` is the first cell whose result differs, where it is known."""

    likeness: Likeness
    cells: Sequence[CellDifference]
    metrics: Sequence[str]
    files: FileComparison
    first: CellDifference | None


def replay(
    services: Services, model: str, version: int, *, tolerance: float = 0.0, principal: Principal
) -> dict[str, Any]:
    """Make a version again, here, and compare: ``Replay`` of the contract.

    What the notebook logs and registers meanwhile goes to a tracking store of its own, and is forgotten.

    Parameters
    ----------
    tolerance: Relative, of metrics, of numbers in outputs, and of predictions where files differ.

    Raises
    ------
    NotFound: ``model_unknown``, ``model_version_unknown``.
    InvalidInput: ``tolerance_invalid``.
    Conflict: ``replay_not_possible``: nothing says how it was made, or something of that is gone.
    ExecutionFailed: It could not be executed.
    """
    if not 0 <= tolerance < 1:
        raise InvalidInput(
            "tolerance_invalid", f"{tolerance:g} is no tolerance.", "Give a part of 1, as 1e-6.", field="tolerance"
        )
    replays = services.models.replays
    replay_id = replays.begin(model, version, tolerance, principal, present_run())
    try:
        plan = plan_replay(services, model, version)
        result = _replayed(services, plan, tolerance, replay_id)
    except BaseException as error:
        replays.fail(replay_id, _error(error))
        raise
    return replays.finish(replay_id, result.pop("state"), result)


def _error(error: BaseException) -> MlxError:
    if isinstance(error, MlxError):
        return error
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return MlxError("replay_failed", f"The replay ended early: {said}", "Try again.")


def _replayed(services: Services, plan: ReplayPlan, tolerance: float, replay_id: str) -> dict[str, Any]:
    run_id = present_run() or replay_id
    folder, attached = _folders(services, replay_id)
    try:
        before = original(services, plan, folder)
        after = execute(services, plan, folder, 1, run_id=run_id)
        _attach(after, attached, 1)
        found = _compare(before, after, tolerance)
        cell, message = None, _alike(found, before, after, tolerance)
        if found.likeness is Likeness.DIFFERENT:
            again = execute(services, plan, folder, 2, run_id=run_id)
            _attach(again, attached, 2)
            cell, message = _explain(found, before, after, again)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "state": _STATES[found.likeness],
        "message": message,
        "tolerance": tolerance,
        "cell": cell,
        "metrics": _metrics(before, after, found),
        "files": list(found.files.files),
    }


def _folders(services: Services, replay_id: str) -> tuple[Path, Path | None]:
    """Where a replay works, and where its notebooks are kept: in a job, among its outputs."""
    run, number = present_run(), os.environ.get("MLX_ATTEMPT_NUMBER")
    if run is None or not number:
        return make_private(services.settings.artifacts / "replays" / replay_id), None
    files = AttemptFiles.of(services.settings.artifacts, run, int(number))
    return make_private(files.folder / "replay"), files.out


def _attach(side: Side, folder: Path | None, number: int) -> None:
    if folder is not None and side.notebook.exists():
        with writing(folder):
            shutil.copyfile(side.notebook, folder / f"replay-{number}.ipynb")


def _metrics(before: Side, after: Side, found: _Comparison) -> list[dict[str, Any]]:
    one, two = before.execution.metrics, after.execution.metrics
    names = sorted(one.keys() & two.keys(), key=lambda name: (name not in found.metrics, name))
    return [
        {"name": name, "before": metric_value(one[name]), "after": metric_value(two[name])}
        for name in names[:MAX_METRICS]
    ]


# -- comparing -----------------------------------------------------------------------------------------------


def _compare(before: Side, after: Side, tolerance: float) -> _Comparison:
    cells = compare_outputs(before.execution, after.execution, tolerance)
    likeness, metrics = compare_metrics(before.execution.metrics, after.execution.metrics, tolerance)
    if before.files is not None and after.files is not None:
        names = (before.execution.names, after.execution.names)
        files = compare_files(before.files, after.files, names, tolerance)
    elif before.files is not None:
        files = FileComparison(Likeness.DIFFERENT, (), "no model was made")
    else:
        files = FileComparison(Likeness.EQUAL, ())
    worst = max(likeness, files.likeness, *(item.likeness for item in cells), Likeness.EQUAL)
    return _Comparison(worst, cells, metrics, files, _first(cells, metrics, files, before, after))


def _first(
    cells: Sequence[CellDifference], metrics: Sequence[str], files: FileComparison, before: Side, after: Side
) -> CellDifference | None:
    """The first cell that shows a difference: by its outputs, a metric that it logged, the model that it logged."""
    found = [item for item in cells if item.likeness is Likeness.DIFFERENT][:1]
    for name in metrics[:50]:
        moment = after.logged_at(name) if name in after.execution.metrics else None
        values = [side.execution.metrics.get(name) for side in (before, after)]
        texts = ["nothing" if value is None else f"{value:.6g}" for value in values]
        found += _at(after, moment, f"metric `{name}` was {texts[0]}, and is {texts[1]}")
    if files.likeness is Likeness.DIFFERENT and after.made_at is not None:
        found += _at(after, after.made_at, files.message)
    return min(found, key=lambda item: item.index, default=None)


def _at(side: Side, moment: Any, why: str) -> list[CellDifference]:
    place = None if moment is None else cell_at(side.execution, moment)
    if place is None:
        return []
    index, number = place
    source = side.execution.cells[index][1]["source"]
    return [CellDifference(index, number, source, Likeness.DIFFERENT, why)]


# -- saying it -----------------------------------------------------------------------------------------------


def _alike(found: _Comparison, before: Side, after: Side, tolerance: float) -> str:
    """One sentence for what is equal, or nearly so, and what was not held against that."""
    one, two = before.execution.metrics, after.execution.metrics
    clocks = sorted(name for name in {*one, *two} if is_clock(name) and one.get(name) != two.get(name))
    metrics = len({*two} - {*clocks})
    counted = f"outputs of {len(after.execution.cells)} cells, {metrics} metric{'' if metrics == 1 else 's'}"
    counted += f", {len(found.files.files)} files of the model"
    if found.likeness <= Likeness.TIMES:
        said = f"Bit-equal: {counted}."
    elif found.files.likeness is Likeness.WITHIN and not _near_cells(found):
        said = f"Equal but for the model's files: {found.files.message}."
    else:
        said = f"Equal within {tolerance:g}: {counted}."
    times = [str(item.number) for item in found.cells if item.likeness is Likeness.TIMES]
    if times:
        said += f" Only times differ in what cell{'s' if len(times) > 1 else ''} {', '.join(times)} printed."
    if clocks:
        more = f" and {len(clocks) - 5} more" if len(clocks) > 5 else ""
        said += f" Metrics of times and load differ: {', '.join(clocks[:5])}{more}."
    return said + _store(after)


def _near_cells(found: _Comparison) -> bool:
    return any(item.likeness is Likeness.WITHIN for item in found.cells)


def _store(after: Side) -> str:
    if after.whole:
        return ""
    return " It was tracked in an empty store: the notebook found no earlier runs and models."


def _explain(found: _Comparison, before: Side, after: Side, again: Side) -> tuple[dict[str, Any] | None, str]:
    """The cell that is to blame, and a sentence that says why."""
    between = _compare(after, again, 0.0)
    repeats = between.likeness is not Likeness.DIFFERENT
    sources = [cell["source"] for _, cell in after.execution.cells]
    last = found.first.index if found.first is not None else len(sources) - 1
    culprit = None if repeats else find_culprit(after.states, again.states, sources, last)
    if culprit is not None:
        number, cell = after.execution.cells[culprit.index]
        names = ", ".join(f"`{name}`" for name in culprit.names[:5])
        shows = f" It shows first in cell {found.first.number}: {found.first.why}." if found.first is not None else ""
        why = f"{names} {'is' if len(culprit.names) == 1 else 'are'} different each time that it is executed"
        return _cell(number, cell["source"], why), f"Cell {number} does not repeat itself: {why}.{shows}"
    place = found.first if repeats else between.first or found.first
    shown = f"Cell {place.number} differs first: {place.why}." if place is not None else f"{_unplaced(found)}."
    cell_document = None if place is None else _cell(place.number, place.source, place.why)
    if not repeats:
        return cell_document, f"{shown} It differs between two replays, too.{_store(after)}"
    changed = _changes(before, after)
    return cell_document, (
        f"Two replays agree with each other, not with the original: its environment or data changed. {shown}"
        f"{changed}{_store(after)}"
    )


def _unplaced(found: _Comparison) -> str:
    if found.metrics:
        return f"Other metrics: {', '.join(found.metrics[:5])}"
    return found.files.message[:1].upper() + found.files.message[1:]


def _cell(number: int, source: str, why: str) -> dict[str, Any]:
    return {"number": number, "source": source[:MAX_SOURCE], "why": why}


def _changes(before: Side, after: Side) -> str:
    """Packages and logged data that are others than at the time of the original."""
    said = ""
    packages = changed_packages(before.record.get("environment", {}), after.record.get("environment", {}))
    if packages:
        more = f" and {len(packages) - 8} more" if len(packages) > 8 else ""
        said += f" Packages: {', '.join(packages[:8])}{more}."
    data = [{item["name"]: item["digest"] for item in side.record.get("data", [])} for side in (before, after)]
    others = sorted(name for name in data[0].keys() & data[1].keys() if data[0][name] != data[1][name])
    if others:
        said += f" Data: {', '.join(others)}."
    return said
