"""Documents and tables as a notebook shows them; every text is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["Shown", "ShownList", "grid", "html_grid", "text_of"]

MAX_ROWS = 100


class Shown(dict[str, Any]):
    """A document of the contract that a notebook shows as HTML."""

    def __init__(self, document: Mapping[str, Any], html: Callable[[Mapping[str, Any]], str]) -> None:
        super().__init__(document)
        self._html = html

    def _repr_html_(self) -> str:
        return f"<div>{self._html(self)}</div>"


class ShownList(list[dict[str, Any]]):
    """Documents of the contract that a notebook shows as one HTML table."""

    def __init__(self, documents: Iterable[dict[str, Any]], html: Callable[[Sequence[Mapping[str, Any]]], str]) -> None:
        super().__init__(documents)
        self._html = html

    def _repr_html_(self) -> str:
        return f"<div>{self._html(self)}</div>"


def grid(head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> str:
    """An HTML table; cells are texts that are escaped here, and at most `MAX_ROWS` rows are shown."""
    shown = [[escape(text_of(cell)) for cell in row] for row in rows]
    return html_grid(head, shown, escape(caption))


def html_grid(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """The same of cells that are HTML already."""
    title = f"<caption style='text-align:start'>{caption}</caption>" if caption else ""
    names = "".join(f"<th scope='col' style='text-align:start'>{escape(name)}</th>" for name in head)
    lines = "".join(
        f"<tr>{''.join(f'<td style=text-align:start>{cell}</td>' for cell in row)}</tr>" for row in rows[:MAX_ROWS]
    )
    more = f"<div>… and {len(rows) - MAX_ROWS:,} more</div>" if len(rows) > MAX_ROWS else ""
    return f"<table>{title}<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>{more}"


def text_of(value: Any) -> str:
    """A cell: nothing for None, numbers with their thousands apart."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
