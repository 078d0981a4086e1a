"""`%mlx` in a kernel: the terminal's commands, and `run` that shows its progress."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .interactive import Kernel
from .support import Workbench, parameters, write_notebook


@pytest.fixture(scope="module")
def kernel(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel in a folder with a notebook, and the extension loaded."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "train.ipynb", parameters("lr: float = 0.1"), "print('lr is', lr)")
    made = Kernel(bench, folder)
    made.printed("%load_ext jupyter_mlx")
    yield made
    made.close()


def test_the_magic_runs_and_watches(kernel: Kernel) -> None:
    outputs = kernel("%mlx run train.ipynb -p lr 3 --name magic")
    shown = next(output["data"] for output in outputs if output["type"] == "execute_result")
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "SUCCEEDED" in kernel.printed("assert _.join(60)\nprint(_.run.state)")
    assert "SUCCEEDED  magic" in kernel.printed("%mlx jobs list magic")


def test_the_magic_prints_what_the_terminal_prints(kernel: Kernel) -> None:
    assert '"state": "SUCCEEDED"' in kernel.printed("%mlx run train.ipynb --json")
    assert "usage: jupyter mlx run" in kernel.printed("%mlx run --help")


def test_help_and_preparation_queue_nothing(kernel: Kernel) -> None:
    before = kernel.printed("%mlx jobs list --json")
    assert "lr: float (default 0.1)" in kernel.printed("%mlx run train.ipynb --help-notebook")
    kernel.printed("%mlx run train.ipynb prepared.ipynb --prepare-only")
    assert kernel.printed("%mlx jobs list --json") == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("jobs show ffffffffffff", "exit status 1"),
        ("jobs nonsense", "exit status 2"),
        ("run train.ipynb -p rate 1", "no parameter `rate`"),
        ("run train.ipynb --nonsense", "--nonsense"),
        ("run missing.ipynb", "no notebook `missing.ipynb`"),
    ],
)
def test_what_can_not_be_done_is_an_error_in_words(kernel: Kernel, line: str, said: str) -> None:
    assert said in kernel.failure(f"%mlx {line}")
