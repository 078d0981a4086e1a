"""Which commit a notebook lies in, and how its working copy differs from it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

__all__ = ["git_state"]

MAX_DIFF = 5_000_000


def git_state(folder: Path) -> tuple[dict[str, Any], bytes] | None:
    """Commit, branch and dirty diff of the repository that holds a folder.

    Returns
    -------
    ``({"commit", "branch", "dirty", "untracked", "remote"}, diff)``; None outside of a repository or without git.
    `diff` is what ``git diff HEAD --binary`` prints, cut at 5 MB.
    """
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if commit is None:
        return None
    status = _git(folder, "status", "--porcelain", "--untracked-files=normal") or b""
    lines = status.decode(errors="replace").splitlines()
    diff = _git(folder, "diff", "HEAD", "--binary") or b""
    return {
        "commit": commit.decode().strip(),
        "branch": (_git(folder, "symbolic-ref", "--short", "--quiet", "HEAD") or b"").decode().strip() or None,
        "dirty": bool(lines),
        "untracked": [line[3:] for line in lines if line.startswith("??")][:100],
        "truncated": len(diff) > MAX_DIFF,
    }, diff[:MAX_DIFF]


def _git(folder: Path, *arguments: str) -> bytes | None:
    # A repository can name programs to run (fsmonitor, external diffs, pagers): none of them is ours to start.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
    if arguments[0] == "diff":
        command += ["--no-ext-diff", "--no-textconv"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            timeout=20,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
