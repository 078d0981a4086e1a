"""Which commit a notebook lies in, and how its working copy differs from it."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

__all__ = ["git_state"]

MAX_DIFF = 5_000_000
LIMIT_S = 10.0
_CHUNK = 1 << 16


def git_state(folder: Path, *, limit_s: float = LIMIT_S) -> tuple[dict[str, Any], bytes] | None:
    """Commit, branch and dirty diff of the repository that holds a folder.

    Parameters
    ----------
    limit_s: Seconds for all of it. What git has not said by then is left out; of the diff, the rest.

    Returns
    -------
    ``({"commit", "branch", "remote", "dirty", "untracked", "truncated"}, diff)``; None outside of a repository or
    without git. `remote` is the address of ``origin`` without user and password; `diff` is what
    ``git diff HEAD --binary`` prints, cut at 5 MB.
    """
    git = _Git(folder, time.monotonic() + limit_s)
    commit = git.line("rev-parse", "--verify", "--quiet", "HEAD")
    if commit is None:
        return None
    status, known = git.run("status", "--porcelain", "--untracked-files=normal")
    lines = status.decode(errors="replace").splitlines()
    diff, whole = git.run("diff", "HEAD", "--binary", "--no-ext-diff", "--no-textconv")
    return {
        "commit": commit,
        "branch": git.line("symbolic-ref", "--short", "--quiet", "HEAD"),
        "remote": _without_credentials(git.line("config", "--get", "remote.origin.url")),
        "dirty": bool(lines or diff),
        "untracked": [line[3:] for line in lines if line.startswith("??")][:100],
        "truncated": not (known and whole),
    }, diff


class _Git:
    """Runs git in a folder, all commands within one deadline."""

    def __init__(self, folder: Path, deadline: float) -> None:
        self._folder = folder
        self._deadline = deadline

    def line(self, *arguments: str) -> str | None:
        """The one line that a command prints; None where it fails or prints nothing."""
        content, whole = self.run(*arguments)
        return content.decode(errors="replace").strip() or None if whole else None

    def run(self, *arguments: str) -> tuple[bytes, bool]:
        """What a command prints, `MAX_DIFF` bytes at most, and whether that is all and the command went well."""
        # A repository can name programs to run (fsmonitor, hooks): none of them is ours to start.
        command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
        try:
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            )
        except OSError:  # no git here, or a folder that is gone
            return b"", False
        with process:
            try:
                content, whole = self._read(process)
            finally:
                if process.poll() is None:
                    process.kill()
        return content, whole and process.returncode == 0

    def _read(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
        assert process.stdout is not None
        content = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, self._deadline - time.monotonic())):
                chunk = os.read(process.stdout.fileno(), _CHUNK)
                if not chunk:
                    return bytes(content), self._ended(process)
                content += chunk
                if len(content) > MAX_DIFF:
                    break
        del content[MAX_DIFF:]
        return bytes(content), False

    def _ended(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether a process that has said all ends in time too."""
        try:
            process.wait(max(0.1, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True


def _without_credentials(address: str | None) -> str | None:
    if address is None or "://" not in address:
        # `git@host:path` names no password; what looks like one is left out.
        return address if address is None or ":" not in address.partition("@")[0] else address.rpartition("@")[2]
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
