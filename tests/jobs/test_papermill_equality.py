"""What papermill's own command runs, we run with the same outputs and the same end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest

from ..support import Workbench, code, markdown, parameters, write_notebook

VALUES = {
    "number": 3,
    "fraction": 0.25,
    "flag": False,
    "text": 'a "quoted"\nżółw \\ {brace}',
    "nothing": None,
    "items": [1, "two", None, [3.5]],
    "table": {"a": {"b": [True]}},
    "whole": 2,
}
DECLARED = """
number: int = 1
fraction = 0.5
flag = True
text = ''
nothing = None
items = []
table = {}
whole = 1.0
"""

RICH = """
from IPython.display import HTML, JSON, SVG, Markdown, display
display(HTML('<b>hi</b>'), Markdown('*hi*'), JSON({'a': [1]}), SVG('<svg xmlns="http://www.w3.org/2000/svg"/>'))
display({'text/plain': 'plain', 'image/png': 'aGk='}, raw=True, metadata={'image/png': {'width': 3}})
42
"""

LIVE = """
from IPython.display import clear_output, display
h = display({'image/png': 'x'}, raw=True, display_id='plot')
"""

# name → (cells, parameters, papermill's options)
NOTEBOOKS: dict[str, tuple[list[Any], dict[str, Any], dict[str, Any]]] = {
    "parameters of all kinds": (
        [markdown("# T"), parameters(DECLARED), f"print({', '.join(VALUES)})", "type(whole), type(fraction)"],
        VALUES,
        {},
    ),
    "no parameters cell": (["print(x)"], {"x": 1}, {}),
    "parameters already injected": (
        [parameters("x = 1"), code("x = 2", "injected-parameters"), "print(x)"],
        {"x": 5},
        {},
    ),
    "rich displays": (
        [
            RICH,
            "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
        ],
        {},
        {},
    ),
    "streams": (
        [
            "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
            "for i in range(300):\n    print(i)",
            "import os\nos.system('echo from a child')",
            "print('no newline', end='')",
            "'result'",
        ],
        {},
        {},
    ),
    "empty cells": (["", "   ", "# only a comment", markdown(""), "1"], {}, {}),
    "an error": (["1", "x = {}['missing']", "print('never')"], {}, {}),
    "a syntax error": (["def"], {}, {}),
    "an interrupt": (["raise KeyboardInterrupt"], {}, {}),
    "an error that is expected": ([code("1 / 0", "raises-exception"), "print('on')"], {}, {}),
    "a clean exit": (["import sys\nprint('a')\nsys.exit()", "print('never')"], {}, {}),
    "an exit with 0": (["import sys\nsys.exit(0)", "print('never')"], {}, {}),
    "an exit with 3": (["import sys\nsys.exit(3)", "print('never')"], {}, {}),
    "clear output": (
        [
            "from IPython.display import clear_output, display\nprint('a')\nclear_output()\nprint('b')",
            "print('a')\nclear_output(wait=True)\nprint('b')\nclear_output(wait=True)",
            "for i in range(5):\n    clear_output(wait=True)\n    display(i)",
        ],
        {},
        {},
    ),
    "display updates": (
        [
            "h = display('one', display_id='x')\nh.update('two')",
            "h.update('three')",
            "for i in range(50):\n    h.update(i)\nprint('done')",
        ],
        {},
        {},
    ),
    # Of fewer than 1,000 messages a cell: where papermill has no time to read them, it loses those past that.
    "a live plot": (
        [
            LIVE + "for i in range(260):\n    h.update({'image/png': str(i) * 66_000}, raw=True)",
            "for i in range(260):\n    clear_output(wait=True)\n    display({'image/png': str(i) * 66_000}, raw=True)",
            "for i in range(60):\n    clear_output(wait=True)\n    print(str(i) * 50_000)",
            "print('after')",
        ],
        {},
        {},
    ),
    "a display shown twice": (["display('one', display_id='x')\ndisplay('two', display_id='x')"], {}, {}),
    "nested output": (
        [
            "import ipywidgets\nout = ipywidgets.Output()\ndisplay(out)",
            "with out:\n    print('inside')\nprint('outside')",
            "out.append_stdout('more')",
        ],
        {},
        {},
    ),
    "report mode": ([parameters("x = 1"), "print(x)"], {"x": 2}, {"report_mode": True}),
    "skipped and tagged cells": ([code("print('tagged')", "hide-input", "other"), code("%%bash\necho magic")], {}, {}),
    "carriage returns": (["print('50%\\r100%')", "print('\\x1b[31mred\\x1b[0m')"], {}, {}),
    "await": (["import asyncio\nawait asyncio.sleep(0)\nprint('awaited')"], {}, {}),
}


def merged(outputs: list[Any]) -> list[dict[str, Any]]:
    """Outputs without what differs from one execution to the next: how streams were cut into pieces."""
    found: list[dict[str, Any]] = []
    for output in outputs:
        plain = dict(output)
        if (
            found
            and plain["output_type"] == "stream" == found[-1]["output_type"]
            and found[-1]["name"] == plain["name"]
        ):
            found[-1]["text"] += plain["text"]
        else:
            found.append(plain)
    for output in found:
        if "traceback" in output:
            output["traceback"] = [line.partition("/ipykernel_")[0] for line in output["traceback"]][:1]
        data = output.get("data", {})
        for mime in [mime for mime in data if "widget-view" in mime]:
            data[mime] = "a widget"
    return found


def cells_of(node: Any) -> list[dict[str, Any]]:
    """What an executed notebook shows; times and ids left out."""
    found = []
    for cell in node.cells:
        told = {
            "type": cell.cell_type,
            "source": cell.source,
            "tags": cell.metadata.get("tags", []),
            "hidden": cell.metadata.get("jupyter", {}).get("source_hidden", False),
            "status": cell.metadata.get("papermill", {}).get("status"),
            "exception": cell.metadata.get("papermill", {}).get("exception"),
        }
        if cell.cell_type == "code":
            told |= {"outputs": merged(cell.outputs), "count": cell.execution_count}
        found.append(told)
    return found


@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.filterwarnings("ignore")  # papermill's own
def test_a_notebook_gives_the_same_as_with_papermill(bench: Workbench, tmp_path: Path, name: str) -> None:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    cells, values, options = NOTEBOOKS[name]
    path = write_notebook(bench.folder / "notebooks" / f"{name.replace(' ', '-')}.ipynb", *cells)
    run = bench.jobs.submit(JobRequest(str(path), parameters=values, papermill=options), owner="me")
    failed: int | None = None
    # Papermill gives what a cell printed 4 s to arrive, which is too little where much else runs.
    engine = {"progress_bar": False, "cwd": path.parent, "iopub_timeout": 60, **options}
    try:
        papermill.execute_notebook(path, tmp_path / "out.ipynb", values, **engine)
    except PapermillExecutionError as error:
        failed = error.cell_index
    ended = bench.finish(run.id)
    theirs = cells_of(nbformat.read(tmp_path / "out.ipynb", as_version=4))
    assert cells_of(bench.executed(ended)) == theirs
    assert ended.state is (State.SUCCEEDED if failed is None else State.FAILED)
    if failed is not None:
        assert ended.error is not None
        assert ended.error["cell"] == failed + 1
