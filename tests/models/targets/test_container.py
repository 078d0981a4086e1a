"""A build context in a folder: written by a process of its own, and taken away without what it did not write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_mlx.errors import Conflict, InvalidInput
from jupyter_mlx.models.targets.container import ContainerTarget
from jupyter_mlx.models.targets.errands import Errand
from jupyter_mlx.models.targets.port import Deployment
from jupyter_mlx.settings import Settings

from .conftest import revision


def test_a_folder_has_all_that_an_image_is_built_from(
    settings: Settings, tmp_path: Path, deployment: Callable[..., Deployment]
) -> None:
    target = ContainerTarget(settings, None)  # type: ignore[arg-type]
    folder = tmp_path / "image"
    row = deployment("container", target.check({"folder": str(folder)}))
    target.carry_out(row, revision(1, {1: 1.0}))
    Errand.of(settings, row).end(1, "running")
    assert sorted(path.name for path in folder.iterdir()) == [
        ".dockerignore",
        ".mlx-deployment.json",
        "Dockerfile",
        "README.md",
        "model",
        "serve.sh",
    ]
    dockerfile = (folder / "Dockerfile").read_text()
    assert "FROM python:3.11-slim" in dockerfile
    assert '"mlflow==3.17.2"' in dockerfile
    assert (folder / "model" / "model.bin").read_bytes() == b"weights 1"
    assert not (folder / "model" / "__pycache__").exists()
    status = target.look(row)
    assert (status.state, status.message) == (
        "READY",
        f"Built from here: docker build -t delay-live:v1 {folder}",
    )
    target.carry_out(replace(row, revision=2), revision(2, {2: 1.0}))
    assert (folder / "model" / "model.bin").read_bytes() == b"weights 2"
    (folder / "notes.txt").write_text("mine")
    assert target.remove(row) is None
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_folder_with_other_files_is_left_alone(
    settings: Settings, tmp_path: Path, deployment: Callable[..., Deployment]
) -> None:
    target = ContainerTarget(settings, None)  # type: ignore[arg-type]
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(Conflict) as caught:
        target.check({"folder": str(taken)})
    assert (caught.value.code, caught.value.field) == ("folder_taken", "options.folder")
    row = deployment("container", {"folder": str(taken), "port": 8080, "workers": 1})
    with pytest.raises(Conflict, match="not of this deployment"):
        target.carry_out(row, revision(1, {1: 1.0}))
    assert target.remove(row) is None
    assert (taken / "Dockerfile").read_text() == "FROM scratch\n"


def test_a_model_puts_no_file_of_this_machine_and_no_line_of_its_own_into_an_image(
    settings: Settings, tmp_path: Path, deployment: Callable[..., Deployment]
) -> None:
    target = ContainerTarget(settings, None)  # type: ignore[arg-type]
    (tmp_path / "key").write_text("secret")
    model = tmp_path / "models" / "1"
    (model / "weights").symlink_to(tmp_path / "key")
    (model / "same.bin").symlink_to("model.bin")
    row = deployment("container", target.check({"folder": str(tmp_path / "an image")}))
    target.carry_out(row, revision(1, {1: 1.0}))
    assert not (tmp_path / "an image" / "model" / "weights").exists()
    assert (tmp_path / "an image" / "model" / "same.bin").read_bytes() == b"weights 1"
    Errand.of(settings, row).end(1, "running")
    assert target.look(row).message.endswith(f"'{tmp_path / 'an image'}'")
    (model / "MLmodel").write_text('mlflow_version: "3.17.2\\nRUN id"\n')
    with pytest.raises(InvalidInput, match="no `mlflow_version`"):
        target.carry_out(replace(row, revision=2), revision(2, {1: 1.0}))


@pytest.mark.parametrize("folder", ["", "image", "/tmp/a\0b"])
def test_a_folder_must_be_a_whole_path(settings: Settings, folder: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ContainerTarget(settings, None).check({"folder": folder})  # type: ignore[arg-type]
    assert caught.value.field == "options.folder"
