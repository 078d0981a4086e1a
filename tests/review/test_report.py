"""Reports for the terminal and the browser, from notebooks that mean harm."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_mlx.review.models import Comparison
from jupyter_mlx.review.service import DiffService

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n one").decode()
HARM = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """All elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def compare(review: DiffService, tmp_path: Path) -> Callable[..., Comparison]:
    """Compares two lists of cells."""

    def make(one: list[Any], two: list[Any]) -> Comparison:
        for name, cells in (("a", one), ("b", two)):
            made = [nbformat.from_dict(cell) for cell in cells]
            node = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            (tmp_path / f"{name}.ipynb").write_text(json.dumps(node))
        return review.compare("a.ipynb", "b.ipynb", root=tmp_path)

    return make


def cell(source: str, *outputs: dict[str, Any], cell_id: str = "c", **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": cell_id,
        "source": source,
        "outputs": list(outputs),
        "metadata": metadata,
        "execution_count": None,
    }


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def display(**data: str) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {key.replace("_", "/"): value for key, value in data.items()},
        "metadata": {},
    }


def test_a_text_report_gives_the_answer_and_the_changed_lines(
    compare: Callable[..., Comparison], review: DiffService
) -> None:
    found = compare(
        [cell("lr = 0.1\nepochs = 1", tags=["parameters"]), cell("fit()", stream("start\nauc 0.5\n"), cell_id="d")],
        [cell("lr = 0.2\nepochs = 1", tags=["parameters"]), cell("fit()", stream("start\nauc 0.6\n"), cell_id="d")],
    )
    report = review.text(found)
    for line in (
        "--- a.ipynb",
        "+++ b.ipynb",
        "1 cell changed, 1 output differs, 1 parameter differs.",
        "* lr  0.1 -> 0.2",
        "-lr = 0.1",
        "+lr = 0.2",
        " epochs = 1",
        "- | auc 0.5",
        "+ | auc 0.6",
    ):
        assert line in report.splitlines()


def test_equal_notebooks_are_said_to_be_so(compare: Callable[..., Comparison], review: DiffService) -> None:
    found = compare([cell("x")], [cell("x")])
    assert "No difference." in review.text(found)
    assert "No difference." in review.html(found)


def test_a_terminal_is_not_moved_by_what_a_notebook_prints(
    compare: Callable[..., Comparison], review: DiffService
) -> None:
    found = compare(
        [cell("x = 1")], [cell("x = 1 \x1b]0;owned\x07 \u202e", stream("\x1b[31mred\x1b[0m \x1b[2J\x9b2J\rgone"))]
    )
    report = review.text(found)
    assert not any(sign in report for sign in ("\x1b", "\x07", "\x9b", "\r", "\u202e"))
    assert "red" in report


def test_a_page_holds_nothing_of_a_notebook_but_text(compare: Callable[..., Comparison], review: DiffService) -> None:
    found = compare(
        [cell("x = 1", stream("before")), cell("y", display(image_png=PNG), cell_id=HARM)],
        [
            cell(f"x = '{HARM}'", stream(HARM), display(text_html=HARM, text_plain=HARM), cell_id="c"),
            cell("y", display(image_png='x" onerror="alert(1)'), cell_id=HARM),
            cell(f"{HARM} = 1", tags=["parameters"], cell_id="p"),
        ],
    )
    page = review.html(found)
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "h3",
        "p",
        "strong",
        "table",
        "tr",
        "th",
        "td",
        "pre",
        "span",
        "div",
        "img",
        "br",
    }
    elements = Elements(page).found
    assert {tag for tag, _ in elements} <= allowed
    assert all(
        set(attributes) <= {"lang", "charset", "http-equiv", "content", "class", "scope", "alt", "src"}
        for _, attributes in elements
    )
    assert [attributes["src"] for tag, attributes in elements if tag == "img"] == [f"data:image/png;base64,{PNG}"]
    assert "default-src 'none'" in page
    assert "&lt;script&gt;alert(1)" in page


def test_pictures_stand_side_by_side(compare: Callable[..., Comparison], review: DiffService) -> None:
    other = base64.b64encode(b"\x89PNG\r\n\x1a\n two").decode()
    page = review.html(compare([cell("p", display(image_png=PNG))], [cell("p", display(image_png=other))]))
    sources = [attributes["src"] for tag, attributes in Elements(page).found if tag == "img"]
    assert sources == [f"data:image/png;base64,{image}" for image in (PNG, other)]
