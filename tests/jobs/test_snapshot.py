"""Snapshots: content once, by what it holds, and nothing from outside of the notebook's folder."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.errors import Forbidden, InvalidInput, NotFound
from jupyter_mlx.jobs.notebook import read_notebook
from jupyter_mlx.jobs.snapshot import Snapshot, SnapshotStore, take_snapshot

from ..support import write_notebook


@pytest.fixture
def kept(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "objects")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write_notebook(folder / "a.ipynb", "1")
    (folder / "helper.py").write_text("x = 1\n")
    (folder / "run.sh").write_text("echo\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / "data" / "deep" / "t.csv").write_text("a,b\n")
    return folder


def take(kept: SnapshotStore, project: Path, *include: str) -> Snapshot:
    return take_snapshot(kept, read_notebook(project / "a.ipynb", "a.ipynb"), include)


def objects(kept: SnapshotStore) -> list[Path]:
    return [path for path in kept.folder.rglob("*") if path.is_file()]


@given(content=st.binary(max_size=2000))
def test_content_comes_back_as_it_was_kept(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    kept = SnapshotStore(tmp_path_factory.mktemp("objects"))
    assert kept.get(kept.put(content)) == content


def test_the_same_content_is_kept_once(kept: SnapshotStore) -> None:
    assert kept.put(b"same") == kept.put(b"same")
    assert kept.put(b"other") != kept.put(b"same")
    assert len(objects(kept)) == 2


def test_kept_files_are_private_and_read_only(kept: SnapshotStore) -> None:
    kept.put(b"mine")
    (path,) = objects(kept)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_side_files_are_laid_out_as_they_were(kept: SnapshotStore, project: Path, tmp_path: Path) -> None:
    snapshot = take(kept, project, "*.py", "run.sh", "data/**/*.csv")
    target = tmp_path / "work"
    kept.lay_out(snapshot, target)
    laid = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert laid == {"a.ipynb", "helper.py", "run.sh", "data/deep/t.csv"}
    assert (target / "data/deep/t.csv").read_text() == "a,b\n"
    assert (target / "run.sh").stat().st_mode & stat.S_IXUSR
    assert not (target / "helper.py").stat().st_mode & stat.S_IXUSR


def test_a_snapshots_digest_stands_for_what_it_holds(kept: SnapshotStore, project: Path) -> None:
    first = take(kept, project, "*.py")
    assert take(kept, project, "helper.py", "*.py").digest == first.digest
    (project / "helper.py").write_text("x = 2\n")
    assert take(kept, project, "*.py").digest != first.digest


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "data/../../*", "", " ", "a\0b", "**.py", "***"])
def test_a_glob_that_could_leave_the_folder_or_means_nothing_is_refused(
    kept: SnapshotStore, project: Path, pattern: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(kept, project, pattern)
    assert caught.value.code == "include_invalid"
    assert caught.value.field == "include"


def test_a_glob_without_a_match_is_refused(kept: SnapshotStore, project: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(kept, project, "*.parquet")
    assert caught.value.code == "include_empty"


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_link_out_of_the_folder_is_refused(kept: SnapshotStore, project: Path, tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (project / "link").symlink_to(outside if linked == "folder" else outside / "secret.txt")
    with pytest.raises(Forbidden) as caught:
        take(kept, project, "link" if linked == "file" else "link/*.txt")
    assert caught.value.code == "path_outside_root"


def test_a_link_inside_the_folder_is_followed(kept: SnapshotStore, project: Path, tmp_path: Path) -> None:
    (project / "link.py").symlink_to(project / "helper.py")
    kept.lay_out(take(kept, project, "link.py"), tmp_path / "work")
    assert (tmp_path / "work" / "link.py").read_text() == "x = 1\n"
    assert not (tmp_path / "work" / "link.py").is_symlink()


def damage(kept: SnapshotStore, digest: str) -> None:
    path = kept.folder / digest[7:9] / digest[9:]
    path.chmod(0o600)
    path.write_bytes(b"something else")


def test_a_damaged_file_is_noticed(kept: SnapshotStore) -> None:
    digest = kept.put(b"good")
    damage(kept, digest)
    with pytest.raises(NotFound) as caught:
        kept.get(digest)
    assert caught.value.code == "snapshot_damaged"


def test_a_damaged_side_file_is_not_given_to_a_run(kept: SnapshotStore, project: Path, tmp_path: Path) -> None:
    snapshot = take(kept, project, "*.py")
    damage(kept, snapshot.files["helper.py"]["digest"])
    with pytest.raises(NotFound) as caught:
        kept.lay_out(snapshot, tmp_path / "work")
    assert caught.value.code == "snapshot_damaged"


def test_submitting_again_mends_a_damaged_file(kept: SnapshotStore) -> None:
    digest = kept.put(b"good")
    damage(kept, digest)
    kept.put(b"good")
    assert kept.get(digest) == b"good"


def test_a_file_that_is_gone_is_named(kept: SnapshotStore, project: Path, tmp_path: Path) -> None:
    snapshot = take(kept, project, "*.py")
    for path in objects(kept):
        path.unlink()
    with pytest.raises(NotFound) as caught:
        kept.get(snapshot.files["a.ipynb"]["digest"])
    assert caught.value.code == "snapshot_missing"
    with pytest.raises(NotFound) as caught:
        kept.lay_out(snapshot, tmp_path / "work")
    assert caught.value.code == "snapshot_missing"


def test_too_many_files_are_refused(
    kept: SnapshotStore, project: Path, monkeypatch: pytest.MonkeyPatch, notebook: Callable[..., Path]
) -> None:
    monkeypatch.setattr("jupyter_mlx.jobs.snapshot.MAX_FILES", 2)
    with pytest.raises(InvalidInput) as caught:
        take(kept, project, "*.py", "*.sh", "data/**/*.csv")
    assert caught.value.code == "include_too_large"
