"""Notebooks that can't be run are refused at once, with a code, a sentence and a way out; nothing is queued."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_mlx.errors import Forbidden, InvalidInput, MlxError, NotFound
from jupyter_mlx.jobs.models import JobRequest
from jupyter_mlx.services import Services

from ..support import KERNEL, write_notebook

KINDS = {
    "missing": (NotFound, "notebook_missing", "Check the path"),
    "below_a_file": (NotFound, "notebook_missing", "Check the path"),
    "folder": (InvalidInput, "not_a_notebook", ".ipynb"),
    "text": (InvalidInput, "not_a_notebook", ".ipynb"),
    "empty": (InvalidInput, "not_a_notebook", ".ipynb"),
    "binary": (InvalidInput, "not_a_notebook", ".ipynb"),
    "other_json": (InvalidInput, "not_a_notebook", ".ipynb"),
    "json_list": (InvalidInput, "not_a_notebook", ".ipynb"),
    "torn_json": (InvalidInput, "notebook_invalid_json", "earlier version"),
    "no_cells": (InvalidInput, "notebook_invalid", "save it again"),
    "cells_are_no_list": (InvalidInput, "notebook_invalid", "save it again"),
    "metadata_is_no_mapping": (InvalidInput, "notebook_invalid", "save it again"),
    "format_9": (InvalidInput, "notebook_invalid", "save it again"),
    "format_is_a_word": (InvalidInput, "notebook_invalid", "save it again"),
    "no_utf8": (InvalidInput, "notebook_invalid_json", "save it again"),
    "no_kernel": (InvalidInput, "kernel_missing", "python3"),
    "unknown_kernel": (InvalidInput, "kernel_unknown", "python3"),
}
BASE = {"cells": [], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def make_bad(folder: Path, kind: str) -> str:
    """A path that can't be run, in one of the ways of `KINDS`."""
    path = folder / "bad.ipynb"
    documents: dict[str, Any] = {
        "other_json": {"a": 1},
        "json_list": [BASE],
        "no_cells": {key: value for key, value in BASE.items() if key != "cells"},
        "cells_are_no_list": {**BASE, "cells": "x"},
        "metadata_is_no_mapping": {**BASE, "metadata": []},
        "format_9": {**BASE, "nbformat": 9},
        "format_is_a_word": {**BASE, "nbformat": "four"},
    }
    contents = {
        "text": b"print('hello')",
        "empty": b"",
        "binary": bytes(range(256)),
        "torn_json": json.dumps(BASE).encode()[:-20],
        "no_utf8": json.dumps({**BASE, "cells": [nbformat.v4.new_markdown_cell("$")]}).encode().replace(b"$", b"\xff"),
    }
    if kind == "folder":
        path.mkdir()
    elif kind == "below_a_file":
        path.write_text("x")
        return str(path / "a.ipynb")
    elif kind in documents:
        path.write_text(json.dumps(documents[kind]))
    elif kind in contents:
        path.write_bytes(contents[kind])
    elif kind == "no_kernel":
        write_notebook(path, "1", kernel=None)
    elif kind == "unknown_kernel":
        write_notebook(path, "1", kernel={"name": "cobol", "display_name": "COBOL"})
    return str(path)


def queued(services: Services) -> int:
    return len(services.jobs.page()[0])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_notebook_is_refused_in_words(services: Services, tmp_path: Path, kind: str) -> None:
    error_type, code, hint = KINDS[kind]
    path = make_bad(tmp_path, kind)
    with pytest.raises(error_type) as caught:
        services.jobs.submit(JobRequest(path), owner="me")
    assert caught.value.code == code
    assert hint in caught.value.remedy
    assert caught.value.field == ("kernel" if kind.endswith("kernel") else "notebook")
    assert "\n" not in caught.value.message
    assert queued(services) == 0


def test_the_form_opens_without_a_kernel_and_names_the_problem(
    services: Services, notebook: Callable[..., Path]
) -> None:
    path = notebook("a.ipynb", "1", kernel=None)
    told = services.jobs.inspect(str(path), root=None)
    assert told["kernel"] is None
    assert [problem["code"] for problem in told["problems"]] == ["kernel_missing"]


def test_a_kernel_that_is_asked_for_replaces_the_notebooks_own(
    services: Services, notebook: Callable[..., Path]
) -> None:
    path = notebook("a.ipynb", "1", kernel={"name": "cobol", "display_name": "COBOL"})
    services.__dict__["wake_agent"] = lambda: None
    job, _ = services.jobs._make_job(JobRequest(str(path), kernel="python3"), "me", None)
    assert job.kernel == "python3"


REFUSED: list[tuple[dict[str, Any], type[MlxError], str]] = [
    ({"output": "../out.ipynb"}, Forbidden, "path_outside_root"),
    ({"output": "/tmp/out.ipynb"}, Forbidden, "path_outside_root"),
    ({"output": "link/out.ipynb"}, Forbidden, "path_outside_root"),
    ({"output": "nul\0.ipynb"}, InvalidInput, "path_invalid"),
    ({"output": "sub"}, InvalidInput, "output_is_folder"),
    ({"notebook": "../outside.ipynb"}, Forbidden, "path_outside_root"),
    ({"notebook": "/etc/passwd"}, Forbidden, "path_outside_root"),
    ({"notebook": "link/outside.ipynb"}, Forbidden, "path_outside_root"),
    ({"notebook": ""}, InvalidInput, "path_invalid"),
    ({"notebook": "a" * 5000 + ".ipynb"}, InvalidInput, "notebook_unreadable"),
    ({"gpus": 1}, InvalidInput, "gpus_not_enough"),
    ({"launcher": "rocket"}, InvalidInput, "launcher_unknown"),
    ({"cwd": "/nowhere/at/all"}, InvalidInput, "folder_missing"),
    ({"include": ("*.nothing",)}, InvalidInput, "include_empty"),
]


@pytest.mark.parametrize(("changes", "error_type", "code"), REFUSED)
def test_a_request_that_cannot_be_carried_out_is_refused(
    services: Services, tmp_path: Path, changes: dict[str, Any], error_type: type[MlxError], code: str
) -> None:
    root = tmp_path / "root"
    write_notebook(root / "a.ipynb", "1")
    write_notebook(tmp_path / "outside.ipynb", "1")
    (root / "sub").mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(error_type) as caught:
        services.jobs.submit(JobRequest(**{"notebook": "a.ipynb", **changes}), owner="me", root=root)
    assert caught.value.code == code
    assert caught.value.remedy
    assert caught.value.field == next(iter(changes))
    assert queued(services) == 0


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_an_output_in_a_folder_that_may_not_be_written_is_refused(
    services: Services, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(InvalidInput) as caught:
        services.jobs.submit(JobRequest(str(notebook("a.ipynb")), output=str(locked / "o.ipynb")), owner="me")
    assert caught.value.code == "output_not_writable"


def test_an_output_below_a_file_is_refused(services: Services, notebook: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput) as caught:
        services.jobs.submit(
            JobRequest(str(notebook("a.ipynb")), output=str(tmp_path / "file" / "o.ipynb")), owner="me"
        )
    assert caught.value.code == "output_not_writable"


def test_notebooks_of_format_3_are_read(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    old = {
        "metadata": {"name": "", "kernelspec": KERNEL},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [{"cell_type": "code", "input": "1", "language": "python", "outputs": []}]}],
    }
    path.write_text(json.dumps(old))
    assert services.jobs.inspect(str(path), root=None)["cells"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"nbformat_minor": 4},  # the cells have ids, which came with 4.5
        {"cells": [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}]},
        {"cells": [{"cell_type": "markdown", "source": ["a", "b"], "metadata": {}, "id": "same"}] * 2},
    ],
)
def test_small_faults_that_papermill_overlooks_stop_nothing(
    services: Services, tmp_path: Path, change: dict[str, Any]
) -> None:
    document = {**BASE, "cells": [dict(nbformat.v4.new_code_cell("1"), id="one")], **change}
    path = tmp_path / "sloppy.ipynb"
    path.write_text(json.dumps(document))
    assert services.jobs.inspect(str(path), root=None)["problems"] == []
