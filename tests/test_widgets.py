"""`mlx.jobs.watch` in a kernel: what a notebook shows while a run goes on, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .interactive import Kernel
from .support import Workbench, parameters, write_notebook


@pytest.fixture(scope="module")
def kernel(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel in a folder with notebooks."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "train.ipynb", parameters("lr = 0.1"), "print('lr is', lr)\nprint('<b>')", "1")
    write_notebook(folder / "fails.ipynb", "raise ValueError('<i>too small')")
    write_notebook(folder / "waits.ipynb", "import time\nprint('begun', flush=True)\ntime.sleep(600)")
    made = Kernel(bench, folder)
    made.printed("import jupyter_mlx as mlx\n%load_ext jupyter_mlx")
    yield made
    made.close()


def test_a_watched_run_is_shown_to_its_end(kernel: Kernel) -> None:
    outputs = kernel("run = mlx.run('train.ipynb', lr=2)\nwatcher = mlx.jobs.watch(run)\nwatcher")
    shown = next(output["data"] for output in outputs if output["type"] == "execute_result")
    assert "application/vnd.jupyter.widget-view+json" in shown
    state = kernel.printed(
        "assert watcher.join(60)\n"
        "print(watcher._title.value, watcher._bar.value, watcher._bar.max, watcher._bar.bar_style, "
        "watcher._cancel.disabled, watcher._tail.value)"
    )
    assert "<b>train</b> SUCCEEDED 4/4" in state
    assert "4 4 success True" in state
    assert "lr is 2\n&lt;b&gt;" in state


def test_a_watched_run_that_fails_says_why(kernel: Kernel) -> None:
    state = kernel.printed(
        "watcher = mlx.jobs.watch(mlx.run('fails.ipynb').id)\nassert watcher.join(60)\n"
        "print(watcher._title.value, watcher._bar.bar_style)"
    )
    assert "FAILED" in state
    assert "&lt;i&gt;too small" in state
    assert state.strip().endswith("danger")


def test_the_button_cancels(kernel: Kernel) -> None:
    state = kernel.printed(
        "watcher = mlx.jobs.watch(mlx.run('waits.ipynb'))\nwatcher._cancel.click()\nassert watcher.join(60)\n"
        "print(watcher.run.state)"
    )
    assert state.strip() == "CANCELLED"


def test_a_run_is_shown_as_html_in_a_notebook(kernel: Kernel) -> None:
    outputs = kernel("mlx.run('train.ipynb').wait()")
    shown = next(output["data"] for output in outputs if output["type"] == "execute_result")
    assert "<b>train</b>" in shown["text/html"]
    assert "SUCCEEDED" in shown["text/plain"]
