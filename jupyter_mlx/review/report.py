"""A comparison to read: as text for a terminal, as one HTML file for a browser or a pull request.

Everything in a notebook comes from somebody else: for the terminal control characters are made visible, for HTML
every text is escaped, nothing of a notebook's own HTML is rendered, and a policy in the file forbids scripts.
"""

from __future__ import annotations

import difflib
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .models import MISSING, CellChange, Change, Comparison, OutputView

__all__ = ["html_report", "text_report"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_BASE64 = re.compile(r"[A-Za-z0-9+/=]+\Z")
_TITLES = {
    "added": "added",
    "removed": "removed",
    "changed": "changed",
    "moved": "moved",
    "outputs": "other outputs",
}
_DIFFER = {
    "parameters": ("parameter differs", "parameters differ"),
    "metrics": ("metric differs", "metrics differ"),
    "data": ("dataset differs", "datasets differ"),
    "environment": ("part of the environment differs", "parts of the environment differ"),
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root { color-scheme: light dark; --add: #1a7f37; --del: #cf222e; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: .3rem; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left; }
pre { overflow: auto; border: 1px solid var(--line); padding: .6rem; font-size: 13px; }
pre span { display: block; min-height: 1.2em; }
.add { color: var(--add); } .del { color: var(--del); } .at { opacity: .6; }
.sides { display: flex; gap: 1rem; } .sides > * { flex: 1; min-width: 0; } img { max-width: 100%; background: #fff; }
""".strip()


def text_report(comparison: Comparison) -> str:
    """Plain text: the answer first, then what differs, each changed cell as a unified diff."""
    lines = [f"--- {comparison.a}", f"+++ {comparison.b}", "", _answer(comparison)]
    lines += [f"note: {note}" for note in comparison.notes]
    for title, changes in _tables(comparison):
        lines += ["", f"{title}:"]
        width = max(map(len, changes))
        lines += [
            f"{'*' if change.differs else ' '} {name:<{width}}  {_show(change.a)} -> {_show(change.b)}"
            if change.differs
            else f"  {name:<{width}}  {_show(change.a)}"
            for name, change in changes.items()
        ]
    for cell in comparison.notebook.changes:
        lines += ["", f"@@ {_heading(cell)}"]
        lines += _diff_lines(cell.source_a.splitlines(), cell.source_b.splitlines())
        lines += [f"{line[:1]} | {line[1:]}" for line in _output_diff(cell) if not line.startswith("@@")]
    return "\n".join(_visible(line) for line in lines) + "\n"


def html_report(comparison: Comparison) -> str:
    """One HTML file, with its style and the pictures in it."""
    title = f"{comparison.a} ↔ {comparison.b}"
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_escaped(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{_escaped(title)}</h1>",
        f"<p><strong>{_escaped(_answer(comparison))}</strong></p>",
        *(f"<p>{_escaped(note)}</p>" for note in comparison.notes),
    ]
    for name, changes in _tables(comparison):
        parts.append(f"<h2>{name}</h2>{_html_table(changes)}")
    if comparison.notebook.changes:
        parts.append("<h2>Cells</h2>")
    parts += [_html_cell(cell) for cell in comparison.notebook.changes]
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"


def _answer(comparison: Comparison) -> str:
    """The whole difference in one line."""
    if comparison.equal:
        return "No difference."
    cells = comparison.notebook.cells
    counts = {
        ("cell changed", "cells changed"): cells.changed,
        ("cell added", "cells added"): cells.added,
        ("cell removed", "cells removed"): cells.removed,
        ("cell moved", "cells moved"): cells.moved,
        ("output differs", "outputs differ"): comparison.notebook.outputs_changed,
    }
    for part, words in _DIFFER.items():
        counts[words] = sum(change.differs for change in getattr(comparison, part).values())
    said = [f"{count} {one if count == 1 else many}" for (one, many), count in counts.items() if count]
    if comparison.notebook.metadata_changed:
        said.append("the notebook's metadata differ")
    return ", ".join(said) + "."


def _tables(comparison: Comparison) -> Iterator[tuple[str, Mapping[str, Change]]]:
    for title in ("Parameters", "Metrics", "Data", "Environment"):
        changes: Mapping[str, Change] = getattr(comparison, title.lower())
        if changes:
            yield title, changes


def _show(value: Any) -> str:
    if value is MISSING:
        return "(none)"
    return f"{value:.6g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _heading(cell: CellChange) -> str:
    numbers = [f"{side} {number}" for side, number in (("a", cell.a), ("b", cell.b)) if number is not None]
    if cell.a == cell.b:
        numbers = [str(cell.a)]
    return f"{cell.cell_type} cell {', '.join(numbers)}: {_TITLES[cell.kind]}"


def _diff_lines(one: list[str], two: list[str], context: int = 3) -> list[str]:
    """A unified diff without the file names; empty where nothing differs."""
    return list(difflib.unified_diff(one, two, lineterm="", n=context))[2:]


def _output_diff(cell: CellChange) -> list[str]:
    one, two = ([line for view in views for line in _output_lines(view)] for views in (cell.outputs_a, cell.outputs_b))
    return _diff_lines(one, two, 1)


def _output_lines(view: OutputView) -> list[str]:
    if view.image:
        return [f"[{view.image_type}, {len(view.image) * 3 // 4} bytes]"]
    return _ANSI.sub("", view.text).splitlines()


def _visible(text: str) -> str:
    """A line that can't move the cursor, change colours or turn the direction of writing."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _escaped(text: str) -> str:
    return html.escape(_visible(text))


def _html_table(changes: Mapping[str, Change]) -> str:
    rows = []
    for name, change in changes.items():
        mark = (' class="del"', ' class="add"') if change.differs else ("", "")
        rows.append(
            f'<tr><th scope="row">{_escaped(name)}</th><td{mark[0]}>{_escaped(_show(change.a))}</td>'
            f"<td{mark[1]}>{_escaped(_show(change.b))}</td></tr>"
        )
    head = '<tr><th scope="col">Name</th><th scope="col">A</th><th scope="col">B</th></tr>'
    return f"<table>{head}{''.join(rows)}</table>"


def _html_cell(cell: CellChange) -> str:
    parts = [f"<h3>{_escaped(_heading(cell))}</h3>"]
    parts.append(_html_diff(_diff_lines(cell.source_a.splitlines(), cell.source_b.splitlines())))
    if any(view.image for view in (*cell.outputs_a, *cell.outputs_b)):
        sides = ("".join(map(_html_output, outputs)) for outputs in (cell.outputs_a, cell.outputs_b))
        parts.append('<div class="sides">' + "".join(f"<div>{side}</div>" for side in sides) + "</div>")
    else:
        parts.append(_html_diff(_output_diff(cell)))
    return "\n".join(part for part in parts if part)


def _html_diff(lines: list[str]) -> str:
    classes = {"+": ' class="add"', "-": ' class="del"', "@": ' class="at"'}
    spans = "".join(f"<span{classes.get(line[:1], '')}>{_escaped(line)}</span>" for line in lines)
    return f"<pre>{spans}</pre>" if spans else ""


def _html_output(view: OutputView) -> str:
    if view.image and _BASE64.match(view.image):
        return f'<img alt="Output of the cell" src="data:{_escaped(view.image_type)};base64,{view.image}">'
    return f"<pre>{'<br>'.join(_escaped(line) for line in _output_lines(view))}</pre>"
