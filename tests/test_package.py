"""The wheel: everything that it must hold, and an installation that JupyterLab and the Jupyter server find."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKED = (
    *("pyproject.toml", "package.json", "README.md", "LICENSE", "install.json"),
    *("jupyter-config", "examples", "jupyter_mlx"),
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of this checkout, built offline; its labextension is the one that lies there, built."""
    assert (ROOT / "jupyter_mlx" / "labextension" / "package.json").exists(), "build it first: `jlpm build`"
    copy = tmp_path_factory.mktemp("checkout")
    left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.db", "mlruns")
    for name in PACKED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=left_out)
        else:
            shutil.copy2(source, copy / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(copy / "dist")],
        cwd=copy,
        check=True,
        capture_output=True,
        text=True,
    )
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def files(wheel: Path) -> Iterator[zipfile.ZipFile]:
    """The wheel, opened."""
    with zipfile.ZipFile(wheel) as opened:
        yield opened


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--python", str(python), str(wheel)],
        check=True,
        capture_output=True,
    )
    packages = Path(sysconfig.get_path("purelib"))
    (target,) = folder.glob("lib/python3*/site-packages")
    # As a path only: what this environment's own .pth files would add, the checkout among it, stays out.
    (target / "dependencies.pth").write_text(f"{packages}\n")
    return folder


def run(folder: Path, *words: str) -> str:
    """What a command prints in that environment, with nobody's configuration."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER_", "PYTHON"))}
    places = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    done = subprocess.run(
        [str(folder / "bin" / "python"), *words],
        env={**kept, **places, "HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def ends(files: zipfile.ZipFile, *endings: str) -> list[str]:
    """The names with one of these endings."""
    return [name for name in files.namelist() if name.endswith(endings)]


def test_the_wheel_is_pure_and_holds_the_lab_extension(files: zipfile.ZipFile) -> None:
    data = "data/share/jupyter/labextensions/jupyter-mlx"
    (manifest,) = ends(files, f"{data}/package.json")
    described = json.loads(files.read(manifest))
    load = described["jupyterlab"]["_build"]["load"]
    (install,) = ends(files, f"{data}/install.json")
    assert json.loads(files.read(install))["packageName"] == "jupyter_mlx"
    assert ends(files, f"{data}/{load}"), "the entry that package.json names"
    assert ends(files, f"{data}/static/style.js")
    assert [name for name in files.namelist() if f"{data}/schemas/" in name]
    assert not [name for name in files.namelist() if name.startswith("jupyter_mlx/labextension")]


def test_the_server_is_told_to_load_us_and_not_nbdime(files: zipfile.ZipFile) -> None:
    folder = "data/etc/jupyter/jupyter_server_config.d"
    merged: dict[str, bool] = {}
    for name in sorted(ends(files, ".json")):
        if folder in name:
            merged |= json.loads(files.read(name))["ServerApp"]["jpserver_extensions"]
    assert merged == {"jupyter_mlx": True, "nbdime": False}


@pytest.mark.parametrize(
    "name",
    [
        "jupyter_mlx/openapi.yaml",
        "jupyter_mlx/templates/project/train.ipynb",
        *(f"jupyter_mlx/templates/jobs/{name}.ipynb" for name in ("crawl", "profile", "quality", "glue")),
        "jupyter_mlx/examples/nyc-flights/01-explore.ipynb",
        "jupyter_mlx/examples/nyc-flights/02-train.ipynb",
        "jupyter_mlx/examples/nyc-flights/03-evaluate.ipynb",
        "jupyter_mlx/examples/nyc-flights/build_features.py",
        "jupyter_mlx/examples/nyc-flights/features/definitions.py",
        "jupyter_mlx/examples/nyc-flights/features/feature_store.yaml",
        "jupyter_mlx/store/migrations/env.py",
        "jupyter_mlx/store/migrations/versions/m0001_first.py",
        "jupyter_mlx/_version.py",
    ],
)
def test_the_wheel_holds_what_is_read_at_run_time(files: zipfile.ZipFile, name: str) -> None:
    assert name in files.namelist()


def test_the_wheel_holds_every_module_and_no_leftovers(files: zipfile.ZipFile) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "jupyter_mlx").rglob("*.py")}
    assert modules <= set(files.namelist())
    wrong = (".pyc", ".db", ".map.tmp", "-checkpoint.ipynb", ".tsbuildinfo")
    assert ends(files, *wrong) == []
    assert not [name for name in files.namelist() if "/node_modules/" in name or name.startswith(("tests/", "src/"))]


def test_the_wheel_names_its_command_its_licence_and_its_python(files: zipfile.ZipFile) -> None:
    (entry_points,) = ends(files, ".dist-info/entry_points.txt")
    assert "jupyter-mlx = jupyter_mlx.cli:main" in files.read(entry_points).decode()
    (metadata,) = ends(files, ".dist-info/METADATA")
    described = Parser().parsestr(files.read(metadata).decode())
    assert described["License-Expression"] == "BSD-3-Clause"
    assert described["Requires-Python"] == ">=3.11"
    assert described["Version"] == json.loads((ROOT / "package.json").read_text())["version"]
    assert described["Summary"]
    assert ends(files, "licenses/LICENSE")
    (tag,) = ends(files, ".dist-info/WHEEL")
    assert "py3-none-any" in files.read(tag).decode()


def test_an_installation_is_found_by_the_server_and_by_jupyterlab(installed: Path) -> None:
    where = run(installed, "-c", "import jupyter_mlx; print(jupyter_mlx.__file__)")
    assert where.startswith(str(installed))
    server = run(installed, "-m", "jupyter_server.extension.serverextension", "list")
    ours = [line for line in server.splitlines() if "jupyter_mlx" in line]
    assert any("enabled" in line for line in ours), server
    assert not any("nbdime" in line and "enabled" in line for line in server.splitlines()), server
    lab = run(installed, "-m", "jupyterlab.labextensions", "list")
    (line,) = [line for line in lab.splitlines() if "jupyter-mlx" in line]
    assert "enabled" in line
    assert "OK" in line


def test_the_installed_command_makes_a_project_from_the_wheel(installed: Path) -> None:
    command = installed / "bin" / "jupyter-mlx"
    assert command.exists()
    made = json.loads(run(installed, str(command), "init", "made", "--example", "nyc-flights", "--json"))
    assert "02-train.ipynb" in made["files"]
    assert not [name for name in made["files"] if name.endswith((".pyc", ".db"))]
