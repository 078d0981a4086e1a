"""What a comparison is asked about: a run, one of its attempts, a notebook file, or a version of one in git."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidInput, NotFound, Unavailable
from ..files import resolve_inside

if TYPE_CHECKING:
    from ..jobs.models import Attempt, Run
    from ..jobs.service import JobsService

__all__ = ["Operand", "resolve_operand"]

_RUN_ID = re.compile(r"[0-9a-f]{3,32}(/\d{1,6})?\Z")
# A revision may not look like an option; an empty one is git's index.
_GIT = re.compile(r"(?P<rev>[^:\-\0][^:\0]*|):(?P<path>[^\0]+)\Z", re.DOTALL)
_GIT_SECONDS = 20


@dataclass(frozen=True)
class Operand:
    """One side of a comparison.

    `label` names it in the answer; `source` is what the comparing process reads, ``{"path" | "content", "shown"}``;
    `run` and `attempt` are there for runs, `note` where not the expected notebook is compared.
    """

    label: str
    source: dict[str, str]
    run: Run | None = None
    attempt: Attempt | None = None
    note: str = ""


def resolve_operand(jobs: JobsService, given: str, *, root: Path | None, field: str) -> Operand:
    """Find what an operand names.

    Parameters
    ----------
    root: Paths are relative to it and may not leave it; None takes any path and git revisions, for the terminal.
    field: The operand's name in messages, ``a`` or ``b``.

    Raises
    ------
    InvalidInput: ``path_invalid``, ``attempt_invalid``.
    Forbidden: ``path_outside_root``.
    NotFound: ``run_unknown``, ``attempt_unknown``, ``diff_operand_unknown`` or ``revision_unknown``.
    """
    if given.startswith("run:"):
        return _of_run(jobs, given.removeprefix("run:"), field)
    path = _path(given, root, field)
    if path is not None and path.exists():
        return Operand(given, {"path": str(path), "shown": given})
    if _RUN_ID.match(given):
        return _of_run(jobs, given, field)
    git = _GIT.match(given)
    if root is None and git:
        return Operand(given, {"content": _git_blob(git["rev"], git["path"], field), "shown": given})
    if path is None:
        assert root is not None
        path = resolve_inside(root, given, field=field)
    raise NotFound(
        "diff_operand_unknown",
        f"There is no notebook and no run `{given}`.",
        "Give a notebook's path, `run:ID`, or `REVISION:path` of a git repository (in the terminal).",
        field=field,
    )


def _path(given: str, root: Path | None, field: str) -> Path | None:
    if root is not None:
        return resolve_inside(root, given, field=field)
    if not given or "\0" in given:
        raise InvalidInput("path_invalid", "The path is empty or holds a NUL byte.", "Give a path.", field=field)
    return Path(given).expanduser().absolute()


def _of_run(jobs: JobsService, given: str, field: str) -> Operand:
    run_id, slash, text = given.partition("/")
    if slash and not text.isdecimal():
        raise InvalidInput(
            "attempt_invalid",
            f"`{text}` is no attempt's number.",
            "Write `run:ID/2` for the second attempt.",
            field=field,
        )
    run = jobs.get(run_id)
    attempt = jobs.attempt(run, int(text) if slash else None) if run.attempts or slash else None
    label = f"run:{run.id}" + (f"/{attempt.number}" if attempt else "")
    shown = f"the notebook of run {run.id}"
    if attempt is not None:
        try:
            path = jobs.output_file(run.id, "notebook.ipynb", attempt.number)
        except NotFound:
            return _submitted(jobs, run, attempt, label, shown)
        return Operand(label, {"path": str(path), "shown": shown}, run, attempt)
    return _submitted(jobs, run, None, label, shown)


def _submitted(jobs: JobsService, run: Run, attempt: Attempt | None, label: str, shown: str) -> Operand:
    note = f"{label} has no executed notebook: the one that was submitted is compared."
    return Operand(label, {"content": json.dumps(jobs.notebook(run.id)), "shown": shown}, run, attempt, note)


def _git_blob(revision: str, path: str, field: str) -> str:
    """A file at a revision; its path counts from the repository's root, and if that is not there, from here."""
    for candidate in (path, f"./{path}"):
        # cat-file shows the blob as it is; `git show` would run a text filter that the repository names.
        done = _git("cat-file", "blob", f"{revision}:{candidate}", field=field)
        if done.returncode == 0:
            return done.stdout.decode(errors="replace")
    reason = done.stderr.decode(errors="replace").strip().splitlines() or ["git does not say why"]
    raise NotFound(
        "revision_unknown",
        f"git has no `{revision}:{path}`: {reason[-1].removeprefix('fatal: ')}.",
        "Check the revision (`git log --oneline`) and the path from the repository's root.",
        field=field,
    )


def _git(*arguments: str, field: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *arguments],
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"},
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise Unavailable(
            "git_unavailable", f"git does not answer: {error}.", "Install git, or compare files and runs.", field=field
        ) from error
