"""`jupyter_mlx.catalog.browse`: find a table, look at it, and take the code that reads it, as a widget."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from .api import services
from .catalog.api.finding import search, table
from .errors import MlxError

__all__ = ["CatalogBrowser", "browse"]

ROWS = 10


class CatalogBrowser(widgets.VBox):  # type: ignore[misc]
    """A search box, the hits, the page of the chosen table, and code to copy; all of it works by keyboard."""

    def __init__(self, text: str = "") -> None:
        self.query = widgets.Text(
            value=text, placeholder="words, tag:pii=yes, type:timestamp, owner:me", description="Find"
        )
        self.hits = widgets.Select(options=[], rows=8, description="Tables", layout=widgets.Layout(width="auto"))
        self.status = widgets.HTML()
        self.page = widgets.HTML()
        self.flavour = widgets.Dropdown(options=[], description="Code")
        self.code = widgets.Textarea(rows=6, layout=widgets.Layout(width="auto"), description="Copy")
        self._snippets: dict[str, str] = {}
        super().__init__([self.query, self.status, self.hits, self.page, self.flavour, self.code])
        self.query.observe(self._on_query, "value")
        self.hits.observe(self._on_hit, "value")
        self.flavour.observe(self._on_flavour, "value")
        self._search(text)

    def _on_query(self, change: Any) -> None:
        self._search(change["new"])

    def _on_hit(self, change: Any) -> None:
        self._show(change["new"])

    def _on_flavour(self, change: Any) -> None:
        self.code.value = self._snippets.get(change["new"] or "", "")

    def _search(self, text: str) -> None:
        try:
            found = search(text, limit=50)
        except MlxError as error:
            self._tell(error)
            return
        corrected = found.document.get("corrected")
        shown = f"{found.total:,} found" if found.total else "Nothing found. Try fewer words, or crawl a source."
        self.status.value = f"{shown} for <b>{escape(corrected)}</b>" if corrected else shown
        # A column is shown, its table is opened.
        self.hits.options = [(hit["path"], hit["id"]) for hit in found]
        self.hits.value = found[0]["id"] if found.total else None
        self._show(self.hits.value)

    def _show(self, table_id: str | None) -> None:
        if table_id is None:
            self.page.value, self.flavour.options, self.code.value = "", [], ""
            return
        try:
            chosen = table(table_id)
            self._snippets = {item["label"]: item["code"] for item in self._code_of(table_id)}
            page = chosen._repr_html_() + _sample(table_id)
        except MlxError as error:
            self._tell(error)
            return
        self.page.value = page
        self.flavour.options = list(self._snippets)
        self.flavour.value = next(iter(self._snippets), None)
        self.code.value = self._snippets.get(self.flavour.value or "", "")

    def _code_of(self, table_id: str) -> list[dict[str, Any]]:
        mlx = services()
        return mlx.data.snippets(table_id, mlx.principal())

    def _tell(self, error: MlxError) -> None:
        self.status.value = f"{escape(error.message)} {escape(error.remedy)}"


def _sample(table_id: str) -> str:
    """The first rows as an HTML table; why there are none where they can't be read."""
    try:
        rows = table(table_id).head(ROWS)
    except MlxError as error:
        return f"<div>{escape(error.message)}</div>"
    html: str = rows.to_html(index=False, escape=True, max_cols=30)
    return html


def browse(text: str = "") -> CatalogBrowser:
    """The catalog as a widget.

    Parameters
    ----------
    text: What to look for at first.
    """
    return CatalogBrowser(text)
