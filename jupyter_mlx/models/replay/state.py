"""Which cell is to blame where two executions of one notebook differ: by the variables that each cell left."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

__all__ = ["Culprit", "find_culprit", "read_states", "startup_source"]

State = dict[str, str | None]


@dataclass(frozen=True)
class Culprit:
    """The first cell whose variables differ; `index` is the cell's in the notebook, from 0."""

    index: int
    names: tuple[str, ...]


def startup_source(path: Path) -> str:
    """What a kernel executes before its first cell, so that it writes fingerprints to a file."""
    source = resources.files(__package__).joinpath("fingerprints.py").read_text(encoding="utf-8")
    # In a dictionary of its own: nothing of it is among the notebook's variables.
    return f"exec(compile({source + f'install({str(path)!r})'!r}, '<fingerprints>', 'exec'), {{'__name__': '_mlx'}})"


def read_states(path: Path, sources: Sequence[str]) -> list[State | None]:
    """The variables after each code cell of a notebook, as digests; None for a cell that was not executed.

    Parameters
    ----------
    sources: The code cells' sources, in order; those that are empty are not executed.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    written = iter([json.loads(line) for line in lines])
    upcoming = next(written, None)
    found: list[State | None] = []
    for source in sources:
        if upcoming is not None and upcoming["source"] == hashlib.sha256(source.encode()).hexdigest():
            found.append(upcoming["values"])
            upcoming = next(written, None)
        else:
            found.append(None)
    return found


def find_culprit(
    one: Sequence[State | None], two: Sequence[State | None], sources: Sequence[str], last: int
) -> Culprit | None:
    """The first cell after which a variable differs that matters for what cell `last` shows.

    A variable matters where a cell up to `last` uses it to make what `last` uses: a clock that is read and used for
    nothing does not. What a cell uses is read from its syntax; where that is not Python's, every variable matters.

    Parameters
    ----------
    one, two: What `read_states` gives for either execution.
    last: Index, among the code cells, of the first whose result differs.

    Returns
    -------
    None where no such variable is known.
    """
    wanted = _wanted(sources, last)
    before: set[str] = set()
    for index in range(min(last + 1, len(one), len(two))):
        first, second = one[index], two[index]
        if first is None or second is None:
            continue
        differing = {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}
        new = differing - before
        important = wanted[index]
        mattering = sorted(new if important is None else new & important)
        if mattering:
            return Culprit(index, tuple(mattering))
        before = differing
    return None


def _wanted(sources: Sequence[str], last: int) -> list[set[str] | None]:
    """For each cell up to `last`, the names whose values after it matter; None where all do."""
    read = [_names(source) for source in sources[: last + 1]]
    if any(item is None for item in read):
        return [None] * (last + 1)
    cells = [item for item in read if item is not None]
    imported = {name for _, _, names in cells for name in names}
    found: list[set[str] | None] = [None] * (last + 1)
    loads, stores, _ = cells[last]
    wanted = (loads | stores) - imported
    found[last] = set(wanted)
    for index in range(last - 1, -1, -1):
        found[index] = set(wanted)
        loads, stores, _ = cells[index]
        # What is only read may be changed in place: `model.fit(x)`, `shuffle(rows)`.
        if (loads | stores) & wanted:
            wanted |= loads - imported
    return found


def _names(source: str) -> tuple[set[str], set[str], set[str]] | None:
    """Names that a cell loads, stores and imports; None where it is not Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    loads: set[str] = set()
    stores: set[str] = set()
    imports: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (loads if isinstance(node.ctx, ast.Load) else stores).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            stores.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            imports |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return loads, stores, imports
