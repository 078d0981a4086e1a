"""What counts as a difference between two notebooks, and that a viewer can rebuild the one from the other."""

from __future__ import annotations

import copy
from typing import Any

import nbdime
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbdime.diff_utils import to_diffentry_dicts

from jupyter_mlx.review import notebook_diff
from jupyter_mlx.review.normal import normalized
from jupyter_mlx.review.notebook_diff import diff_notebooks

from ..support import code, markdown, parameters

TABLE = "<table>" + "".join(f"<tr><td>{n}</td><td>{n * n}</td></tr>\n" for n in range(200)) + "</table>"


def notebook(*cells: Any, **metadata: Any) -> Any:
    made = [copy.deepcopy(cell) if not isinstance(cell, str) else code(cell) for cell in cells]
    for number, cell in enumerate(made):
        if not cell.get("named"):
            cell["id"] = f"cell-{number}"
        cell.pop("named", None)
    return nbformat.v4.new_notebook(cells=made, metadata=metadata)


def named(cell_id: str, source: str, *outputs: Any) -> Any:
    cell = code(source)
    return nbformat.from_dict({**cell, "id": cell_id, "named": True, "outputs": list(outputs)})


def stream(text: str, name: str = "stdout") -> Any:
    return nbformat.v4.new_output("stream", name=name, text=text)


def result(count: int = 1, **data: str) -> Any:
    bundle = {
        {"plain": "text/plain", "html": "text/html", "png": "image/png"}[key]: value for key, value in data.items()
    }
    return nbformat.v4.new_output("execute_result", data=bundle, execution_count=count)


def without_ids(node: Any) -> Any:
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in node["cells"]]
    return {**node, "cells": cells}


def operations_of_cell(found: dict[str, Any], cell: int, key: str) -> list[dict[str, Any]]:
    cells = next(item["diff"] for item in found["diff"] if item["key"] == "cells")
    patch = next(item["diff"] for item in cells if item["op"] == "patch" and item["key"] == cell)
    return next(item["diff"] for item in patch if item["key"] == key)


def is_equal(found: dict[str, Any]) -> bool:
    unchanged = not any(found["cells"].values()) and not found["outputs_changed"] and not found["metadata_changed"]
    assert unchanged == (found["diff"] == [])
    return unchanged


@pytest.fixture(params=["fine", "coarse"])
def fine(request: pytest.FixtureRequest) -> bool:
    """Every rule holds for both ways to compare."""
    return bool(request.param == "fine")


def test_a_notebook_equals_itself(fine: bool) -> None:
    node = notebook(markdown("# Title"), named("x", "1 + 1", result(plain="2"), stream("hello\n")))
    assert is_equal(diff_notebooks(node, node, fine=fine))


def test_what_changes_by_itself_is_no_difference(fine: bool) -> None:
    one = notebook(named("x", "x", result(3, plain="<Axes at 0x7f3a12345678>"), stream("a\n"), stream("b\n")))
    two = notebook(named("x", "x", result(9, plain="<Axes at 0x7f9b87654321>"), stream("a\nb\n")))
    two.cells[0].execution_count = 9
    two.cells[0].metadata = nbformat.from_dict(
        {
            "papermill": {"duration": 1.5, "status": "completed"},
            "execution": {"iopub.execute_input": "now"},
            "collapsed": True,
            "scrolled": False,
            "jupyter": {"source_hidden": True},
            "tags": [],
        }
    )
    two.metadata = nbformat.from_dict(
        {"papermill": {"end_time": "now"}, "language_info": {"name": "python", "version": "3.99"}, "widgets": {"x": {}}}
    )
    assert is_equal(diff_notebooks(one, two, fine=fine))


def test_new_ids_alone_are_no_difference(fine: bool) -> None:
    one = notebook(named("a", "x = 1"), named("b", "y = 2"))
    two = notebook(named("c", "x = 1"), named("d", "y = 2"))
    assert is_equal(diff_notebooks(one, two, fine=fine))


def test_the_cell_in_which_papermill_points_at_an_error_is_no_difference(fine: bool) -> None:
    pointer = markdown("An Exception was encountered at 'In [2]'.")
    pointer.metadata["tags"] = ["papermill-error-cell-tag"]
    assert is_equal(diff_notebooks(notebook("a", named("cell-2", "b")), notebook("a", pointer, "b"), fine=fine))


def test_injected_parameters_meet_each_other_and_count_as_one_changed_cell(fine: bool) -> None:
    one = notebook(parameters("lr = 0.1"), named("random-1", "# Parameters\nlr = 0.2\n"), "train(lr)")
    two = notebook(parameters("lr = 0.1"), named("random-2", "# Parameters\nlr = 0.3\n"), "train(lr)")
    for node in (one, two):
        node.cells[1].metadata["tags"] = ["injected-parameters"]
    found = diff_notebooks(one, two, fine=fine)
    assert found["cells"] == {"added": 0, "removed": 0, "changed": 1, "moved": 0}
    assert found["declared"] == [{"lr": 0.2}, {"lr": 0.3}]


def test_an_added_a_removed_and_a_changed_cell_are_told_apart(fine: bool) -> None:
    one = notebook(named("a", "import x"), named("b", "gone = 1"), named("c", "total = 1\nprint(total)"))
    two = notebook(named("a", "import x"), named("c", "total = 2\nprint(total)"), named("d", "new = True"))
    found = diff_notebooks(one, two, fine=fine, report=True)
    assert found["cells"] == {"added": 1, "removed": 1, "changed": 1, "moved": 0}
    kinds = {(change["kind"], change["a"], change["b"]) for change in found["changes"]}
    assert kinds == {("changed", 3, 2), ("removed", 2, None), ("added", None, 3)}


def test_a_moved_cell_is_neither_added_nor_removed(fine: bool) -> None:
    one = notebook(named("a", "first = 1"), named("b", "second = 2"), named("c", "third = 3"))
    two = notebook(named("b", "second = 2"), named("c", "third = 3"), named("a", "first = 1"))
    assert diff_notebooks(one, two, fine=fine)["cells"] == {"added": 0, "removed": 0, "changed": 0, "moved": 1}


def test_a_cell_that_moved_and_changed_counts_as_both(fine: bool) -> None:
    one = notebook(named("a", "first = 1", stream("1")), named("b", "second = 2"), named("c", "third = 3"))
    two = notebook(named("b", "second = 2"), named("c", "third = 3"), named("a", "first = 100", stream("100")))
    found = diff_notebooks(one, two, fine=fine)
    assert found["cells"] == {"added": 0, "removed": 0, "changed": 1, "moved": 1}
    assert found["outputs_changed"] == 1


def test_blank_cells_do_not_pass_for_moved_ones(fine: bool) -> None:
    one = notebook(named("a", ""), named("b", "x = 1"), named("c", "y = 2"))
    two = notebook(named("b", "x = 1"), named("c", "y = 2"), named("d", ""))
    assert diff_notebooks(one, two, fine=fine)["cells"] == {"added": 1, "removed": 1, "changed": 0, "moved": 0}


def test_a_cell_that_became_text_is_another_cell(fine: bool) -> None:
    one, two = notebook("x = 1"), notebook(markdown("x = 1"))
    assert diff_notebooks(one, two, fine=fine)["cells"] == {"added": 1, "removed": 1, "changed": 0, "moved": 0}


def test_a_tag_is_a_change_of_its_cell(fine: bool) -> None:
    found = diff_notebooks(notebook(code("x = 1")), notebook(code("x = 1", "parameters")), fine=fine)
    assert found["cells"]["changed"] == 1


def test_another_kernel_is_a_difference_another_display_name_is_none(fine: bool) -> None:
    one = notebook("x", kernelspec={"name": "python3", "display_name": "Python 3", "language": "python"})
    two = notebook("x", kernelspec={"name": "python3", "display_name": "Python 3 (ipykernel)"})
    other = notebook("x", kernelspec={"name": "gpu", "display_name": "Python 3"})
    assert is_equal(diff_notebooks(one, two, fine=fine))
    assert diff_notebooks(one, other, fine=fine)["metadata_changed"]


def test_a_large_table_is_replaced_whole_and_nbdime_never_looks_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    from nbdime.diffing import notebooks as nbdime_notebooks

    compared: list[str] = []
    original = nbdime_notebooks.compare_strings_approximate

    def note(x: str, y: str, *arguments: Any, **options: Any) -> Any:
        compared.append(x)
        return original(x, y, *arguments, **options)

    monkeypatch.setattr(nbdime_notebooks, "compare_strings_approximate", note)
    cells = [named(f"t{n}", f"show({n})", result(html=TABLE, plain="…"), stream("same\n")) for n in range(10)]
    others = [
        named(f"t{n}", f"show({n})", result(html=TABLE.replace("4", "5"), plain="…"), stream("same\n"))
        for n in range(10)
    ]
    found = diff_notebooks(notebook(*cells), notebook(*others))
    assert found["outputs_changed"] == 10
    assert [item["op"] for item in operations_of_cell(found, 0, "outputs")] == ["addrange", "removerange"]
    assert not any("<td>" in text for text in compared)


def test_texts_are_compared_by_line(fine: bool) -> None:
    one = notebook(named("a", "train()", stream("epoch 1\nloss 0.5\ndone\n")))
    two = notebook(named("a", "train()", stream("epoch 1\nloss 0.4\ndone\n")))
    [patch] = operations_of_cell(diff_notebooks(one, two, fine=fine), 0, "outputs")
    assert [(item["op"], item["key"]) for item in patch["diff"][0]["diff"]] == [("addrange", 1), ("removerange", 1)]


def test_huge_texts_are_replaced_whole(fine: bool) -> None:
    lines = "\n".join(str(n) for n in range(notebook_diff.INNER_TEXT // 8))
    one, two = (notebook(named("a", "f()", stream(f"{first}\n{lines}"))) for first in "ab")
    operations = operations_of_cell(diff_notebooks(one, two, fine=fine), 0, "outputs")
    assert [item["op"] for item in operations] == ["addrange", "removerange"]


def test_only_the_changed_outputs_of_a_cell_count(fine: bool) -> None:
    same, changed, new = result(png="AAAA"), result(png="BBBB"), result(png="CCCC")
    one = notebook(named("a", "plot()", same, changed, same))
    two = notebook(named("a", "plot()", same, new, same, stream("more\n")))
    found = diff_notebooks(one, two, fine=fine)
    assert found["outputs_changed"] == 2
    assert found["cells"]["changed"] == 0


def test_defaults_are_read_from_the_syntax_and_nothing_is_executed() -> None:
    source = 'lr: float = 0.1\nhidden = (32, 16)\nwhen = __import__("os").abort()\nlimit: int\nname = None\n'
    found = diff_notebooks(notebook(parameters(source)), notebook(parameters("lr <- 0.1  # R")))
    assert found["declared"] == [{"lr": 0.1, "hidden": [32, 16], "when": "__import__('os').abort()", "name": None}, {}]


_sources = st.sampled_from(
    ["", "x = 1", "x = 1\ny = 2", "x = 1\ny = 3\n", "import os", "plot(x)\nplot(y)\n", "# Title"]
)
_outputs = st.lists(
    st.one_of(
        st.sampled_from(["a\n", "b\n", "a\nb\nc\n"]).map(stream),
        st.sampled_from(["1", "2", "x" * 9000]).map(lambda text: result(plain=text)),
        st.sampled_from(["AAAA", "BBBB"]).map(lambda image: result(png=image, plain="Figure")),
        st.just(nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["t"])),
    ),
    max_size=3,
)
_cells = st.one_of(
    st.builds(lambda source, outputs: named("", source, *outputs), _sources, _outputs),
    st.builds(markdown, _sources),
)


@st.composite
def _notebooks(draw: st.DrawFn) -> Any:
    ids = draw(st.lists(st.sampled_from("abcdefgh"), max_size=6, unique=True))
    cells = []
    for cell_id in ids:
        cell = draw(_cells)
        cells.append(nbformat.from_dict({**cell, "id": cell_id, "named": True}))
    return notebook(
        *cells,
        **draw(
            st.sampled_from([{}, {"kernelspec": {"name": "r", "display_name": "R"}}, {"title": "T", "authors": []}])
        ),
    )


@given(_notebooks(), _notebooks(), st.booleans())
def test_the_operations_lead_from_the_one_notebook_to_the_other(one: Any, two: Any, fine: bool) -> None:
    found = diff_notebooks(one, two, fine=fine)
    base = nbformat.from_dict(found["base"])
    rebuilt = nbdime.patch(base, to_diffentry_dicts(found["diff"]))
    assert without_ids(rebuilt) == without_ids(normalized(two))
    counts = found["cells"]
    assert len(one.cells) - counts["removed"] == len(two.cells) - counts["added"]
    assert is_equal(found) == (without_ids(normalized(one)) == without_ids(normalized(two)))
