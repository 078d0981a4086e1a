"""What a run notes of the repository that its notebook lies in, and within what bounds."""

from __future__ import annotations

import subprocess
import time
import tracemalloc
from pathlib import Path

import pytest

from jupyter_mlx.jobs.git import MAX_DIFF, git_state


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=folder, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    (folder / "data.csv").write_text("a\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_outside_of_a_repository_there_is_nothing_to_note(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None
    assert git_state(tmp_path / "gone") is None


def test_a_clean_copy_has_a_commit_and_no_difference(repository: Path) -> None:
    found = git_state(repository)
    assert found is not None
    state, diff = found
    assert len(state.pop("commit")) == 40
    assert state == {"branch": "trunk", "remote": None, "dirty": False, "untracked": [], "truncated": False}
    assert diff == b""


def test_a_small_difference_is_kept_whole(repository: Path) -> None:
    (repository / "data.csv").write_text("b\n")
    (repository / "new.txt").write_text("")
    found = git_state(repository)
    assert found is not None
    state, diff = found
    assert (state["dirty"], state["untracked"], state["truncated"]) == (True, ["new.txt"], False)
    assert b"-a\n+b\n" in diff


def test_a_large_difference_is_cut_and_never_held_whole(repository: Path) -> None:
    (repository / "data.csv").write_text("".join(f"{number:032}\n" for number in range(1_000_000)))
    tracemalloc.start()
    try:
        found = git_state(repository)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found is not None
    state, diff = found
    assert state["truncated"]
    assert state["dirty"]
    assert len(diff) == MAX_DIFF
    assert peak < 4 * MAX_DIFF


@pytest.mark.parametrize("quick", ["nothing", "rev-parse"])
def test_a_git_that_hangs_costs_no_more_than_the_limit(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: str
) -> None:
    stuck = tmp_path / "bin" / "git"
    stuck.parent.mkdir()
    stuck.write_text(f'#!/bin/sh\ncase "$*" in *{quick}*) echo {"a" * 40};; *) exec sleep 60;; esac\n')
    stuck.chmod(0o700)
    monkeypatch.setenv("PATH", f"{stuck.parent}:/usr/bin:/bin")
    start = time.monotonic()
    found = git_state(repository, limit_s=1.0)
    assert time.monotonic() - start < 5
    if quick == "nothing":
        assert found is None
    else:
        assert found is not None
        assert (found[0]["commit"], found[0]["truncated"]) == ("a" * 40, True)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/team/project.git", "https://example.org/team/project.git"),
        ("https://me:hunter22@example.org:8443/project.git", "https://example.org:8443/project.git"),
        ("https://token-hunter22@example.org/project.git", "https://example.org/project.git"),
        ("https://example.org/project.git?token=hunter22", "https://example.org/project.git"),
        ("me:hunter22@example.org/project.git", "example.org/project.git"),
        ("git@example.org:team/project.git", "git@example.org:team/project.git"),
        ("https://[broken", None),
        ("/srv/project.git", "/srv/project.git"),
    ],
)
def test_the_remote_is_noted_without_what_opens_it(repository: Path, address: str, kept: str | None) -> None:
    git(repository, "remote", "add", "origin", address)
    found = git_state(repository)
    assert found is not None
    assert found[0]["remote"] == kept
