"""What the Python API's documents look like in a notebook; every text from the catalog is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ..shown import grid, html_grid

__all__ = [
    "crawl_html",
    "exchange_html",
    "explanation_html",
    "profile_html",
    "search_html",
    "table_html",
    "tags_text",
]

MATCH = str.maketrans({"⟦": "<mark>", "⟧": "</mark>"})


def tags_text(tags: Mapping[str, str]) -> str:
    """``pii=yes, zone=raw``."""
    return ", ".join(f"{key}={value}" for key, value in sorted(tags.items()))


def search_html(document: Mapping[str, Any]) -> str:
    """``CatalogSearch`` of the contract: hits with what matched marked, and the facets."""
    if not document["hits"]:
        return "<div>Nothing in the catalog matches.</div>"
    corrected = document.get("corrected")
    words = f", searched for {corrected}" if corrected else ""
    rows = [
        [
            f"<code>{escape(hit['path'])}</code>",
            escape(hit.get("format") or hit["kind"]),
            escape(tags_text(hit.get("tags", {}))),
            escape(hit["snippet"]).translate(MATCH),
        ]
        for hit in document["hits"]
    ]
    facets = "; ".join(
        f"{name}: {', '.join(f'{value} {count:,}' for value, count in list(values.items())[:6])}"
        for name, values in document["facets"].items()
        if values
    )
    found = f"{document['total']:,} found{words}"
    return f"{html_grid(['path', 'format', 'tags', 'matched'], rows, escape(found))}<div>{escape(facets)}</div>"


def table_html(document: Mapping[str, Any]) -> str:
    """``Table`` of the contract: what it is, and its columns."""
    estimate = "" if document["rows_exact"] else "about "
    rows = "" if document["rows"] is None else f", {estimate}{document['rows']:,} rows"
    parts = f", {document['partitions']:,} partitions" if document["partitions"] else ""
    state = " (deprecated)" if document["state"] == "deprecated" else ""
    title = f"{document['database']}.{document['name']}"
    facts = f"version {document['version']}{state}, {document['format']}{rows}{parts}"
    text = "".join(
        f"<div>{escape(line)}</div>"
        for line in (facts, document["location"], document["description"], tags_text(document["tags"]))
        if line
    )
    columns = [
        [
            column["name"],
            column["type"],
            "partition" if column.get("partition") else column.get("masked") and f"masked: {column['masked']}",
            tags_text(column["tags"]),
            column.get("description") or column.get("comment"),
        ]
        for column in document["columns"]
    ]
    return f"<b>{escape(title)}</b>{text}{grid(['column', 'type', '', 'tags', 'description'], columns)}"


def crawl_html(document: Mapping[str, Any]) -> str:
    """``Crawl`` of the contract: its counts, what it did to tables, and what could not be read."""
    counts = ", ".join(f"{document[name]:,} {name}" for name in ("listed", "read", "skipped", "failed"))
    dry = ", nothing was written" if document["dry_run"] else ""
    title = f"{document['source']}: {document['state']}, {counts}{dry}"
    error = f"<div>{escape(document['error']['message'])}</div>" if document.get("error") else ""
    changes = [
        [
            f"{change['database']}.{change['name']}" if change["database"] else change["name"],
            change["change"],
            change["version"],
            "; ".join((change.get("difference") or {}).get("words", [])),
        ]
        for change in document["tables"]
    ]
    problems = [[problem["path"], problem["code"], problem["message"]] for problem in document["problems"]]
    shown = grid(["table", "change", "version", "difference"], changes) if changes else ""
    if problems:
        total = f"{document['problems_total']:,} could not be read"
        shown += grid(["path", "code", "why"], problems, total)
    return f"<b>{escape(title)}</b>{error}{shown}"


def explanation_html(document: Mapping[str, Any]) -> str:
    """``Explanation`` of the contract: why a table is one table."""
    notes = "".join(f"<li>{escape(note)}</li>" for note in document["notes"])
    grouping = [
        [item["folder"], item["similarity"], item["cluster"], item["decision"], item["reason"]]
        for item in document["grouping"]
    ]
    groups = grid(["folder", "similarity", "cluster", "decision", "reason"], grouping) if grouping else ""
    skipped = grid(["skipped", "why"], [[item["path"], item["reason"]] for item in document["skipped"]])
    title = f"{document['table']}: {document['classifier']}"
    sampled = f"<div>{len(document['sampled']):,} read</div>" if document["sampled"] else ""
    return f"<b>{escape(title)}</b>{sampled}<ul>{notes}</ul>{groups}{skipped if document['skipped'] else ''}"


def profile_html(document: Mapping[str, Any]) -> str:
    """``Profile`` of the contract: one line a column."""
    rows = [
        [
            column["name"],
            column["type"],
            column["nulls"],
            column.get("distinct"),
            column.get("min"),
            column.get("max"),
            column.get("mean"),
            ", ".join(str(item["value"]) for item in (column.get("top") or [])[:3]),
        ]
        for column in document["columns"]
    ]
    sampled = ", of a sample" if document.get("sampled") else ""
    title = f"{document['table']}: {document['rows']:,} rows{sampled}"
    return grid(["column", "type", "nulls", "distinct", "min", "max", "mean", "most frequent"], rows, title)


def exchange_html(document: Mapping[str, Any]) -> str:
    """What an export or an import did: what is unchanged is only counted."""
    rows = [
        [change, item["kind"], item["name"], item.get("reason")]
        for change in ("skipped", "created", "updated")
        for item in document[change]
    ]
    title = f"Glue {document['direction']}: {len(document['unchanged']):,} unchanged"
    return grid(["change", "kind", "name", "reason"], rows, title)
