"""What can be compared, and what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_mlx.errors import Forbidden, InvalidInput, MlxError, NotFound
from jupyter_mlx.review.service import DiffService

from ..support import code

MakeNotebook = Callable[..., Path]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(notebook: MakeNotebook, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with one committed notebook, changed since."""
    path = notebook("work/train.ipynb", "epochs = 1")
    git(path.parent.parent, "init", "-q")
    git(path.parent.parent, "add", ".")
    git(path.parent.parent, "commit", "-qm", "First")
    notebook("work/train.ipynb", "epochs = 2")
    monkeypatch.chdir(path.parent)
    return path.parent.parent


def test_two_files_are_compared(review: DiffService, notebook: MakeNotebook) -> None:
    a, b = notebook("a.ipynb", "x = 1"), notebook("b.ipynb", "x = 2", "y = 3")
    found = review.diff("a.ipynb", "b.ipynb", root=a.parent)
    assert (found["a"], found["b"]) == ("a.ipynb", "b.ipynb")
    assert found["cells"] == {"added": 1, "removed": 0, "changed": 1, "moved": 0}
    assert not found["equal"]
    assert review.diff(str(a), str(b), root=None)["cells"] == found["cells"]


def test_a_revision_is_compared_with_the_working_copy(review: DiffService, repository: Path) -> None:
    found = review.diff("HEAD:work/train.ipynb", "train.ipynb", root=None)
    assert found["cells"]["changed"] == 1


def test_a_revision_path_may_count_from_here(review: DiffService, repository: Path) -> None:
    assert review.diff("HEAD:train.ipynb", "HEAD:work/train.ipynb", root=None)["equal"]


def test_the_index_is_a_version_too(review: DiffService, repository: Path) -> None:
    git(repository, "add", ".")
    assert review.diff(":work/train.ipynb", "train.ipynb", root=None)["equal"]


def test_a_revision_that_is_not_there_is_named(review: DiffService, repository: Path) -> None:
    with pytest.raises(NotFound) as caught:
        review.diff("nowhere:train.ipynb", "train.ipynb", root=None)
    assert caught.value.code == "revision_unknown"
    assert "nowhere" in caught.value.message


@pytest.mark.parametrize("hostile", ["--output=x:train.ipynb", "-p:train.ipynb"])
def test_a_revision_can_not_be_an_option(review: DiffService, repository: Path, hostile: str) -> None:
    with pytest.raises(NotFound) as caught:
        review.diff(hostile, "train.ipynb", root=None)
    assert caught.value.code == "diff_operand_unknown"


def test_git_is_not_asked_on_behalf_of_a_browser(review: DiffService, repository: Path) -> None:
    with pytest.raises(NotFound) as caught:
        review.diff("HEAD:work/train.ipynb", "work/train.ipynb", root=repository)
    assert caught.value.code == "diff_operand_unknown"


@pytest.mark.parametrize("outside", ["../secret.ipynb", "/etc/passwd", "link/secret.ipynb"])
def test_a_path_may_not_leave_the_root(
    review: DiffService, notebook: MakeNotebook, tmp_path: Path, outside: str
) -> None:
    inside = notebook("inside.ipynb", "x")
    (inside.parent / "link").symlink_to(tmp_path)
    with pytest.raises(Forbidden) as caught:
        review.diff("inside.ipynb", outside, root=inside.parent)
    assert (caught.value.code, caught.value.field) == ("path_outside_root", "b")


@pytest.mark.parametrize(
    ("content", "code_of_error"),
    [
        ("", "not_a_notebook"),
        ("{", "notebook_invalid_json"),
        ('{"a": 1}', "not_a_notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "notebook_invalid"),
    ],
)
def test_a_file_that_is_no_notebook_says_so(
    review: DiffService, notebook: MakeNotebook, content: str, code_of_error: str
) -> None:
    good = notebook("good.ipynb", "x")
    good.with_name("bad.ipynb").write_text(content)
    with pytest.raises(InvalidInput) as caught:
        review.diff("good.ipynb", "bad.ipynb", root=good.parent)
    assert caught.value.code == code_of_error
    assert "bad.ipynb" in caught.value.message


@pytest.mark.parametrize(
    ("operand", "code_of_error"),
    [
        ("run:abcdef", "run_unknown"),
        ("abcdef123456", "run_unknown"),
        ("missing.ipynb", "diff_operand_unknown"),
        ("run:abc/x", "attempt_invalid"),
        ("", "path_invalid"),
        ("a\0b", "path_invalid"),
    ],
)
def test_an_operand_that_names_nothing_says_so(
    review: DiffService, notebook: MakeNotebook, operand: str, code_of_error: str
) -> None:
    good = notebook("good.ipynb", "x")
    for root in (good.parent, None):
        with pytest.raises(MlxError) as caught:
            review.diff(str(good) if root is None else "good.ipynb", operand, root=root)
        assert caught.value.code == code_of_error
        assert caught.value.remedy


def test_a_file_with_the_name_of_a_run_is_the_file(review: DiffService, notebook: MakeNotebook) -> None:
    path = notebook("abcdef", "x")
    assert review.diff("abcdef", "abcdef", root=path.parent)["equal"]


def test_declared_values_of_files_are_compared(review: DiffService, notebook: MakeNotebook) -> None:
    a = notebook("a.ipynb", code("lr = 0.1\nepochs = 3", "parameters"))
    notebook("b.ipynb", code("lr = 0.2\nepochs = 3\nseed = None", "parameters"))
    found = review.diff("a.ipynb", "b.ipynb", root=a.parent)
    assert found["parameters"] == {"lr": {"a": 0.1, "b": 0.2}, "seed": {"b": None}}
    assert found["metrics"] == found["environment"] == found["data"] == {}
