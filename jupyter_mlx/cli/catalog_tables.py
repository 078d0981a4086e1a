"""`jupyter mlx catalog tables`, `show`, `versions`, `search`, `explain`, `preview`, `profile` and `quality`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from ..errors import InvalidInput
from .common import add_command, open_services, print_json, print_table
from .pairs import read_yaml_file

__all__ = ["declare"]

CELL = 40
"""Characters of a value that a preview shows on a terminal."""
BAR = "▁▂▃▄▅▆▇█"


def declare(commands: Any) -> None:
    """Declare the commands."""
    tables = add_command(commands, "tables", list_tables, "list tables by name")
    tables.add_argument("--database", metavar="D", help="of this database only")
    tables.add_argument("--limit", type=int, default=100)
    tables.add_argument("--cursor")
    showing = _with_table(add_command(commands, "show", show, "show a table: columns, keys, partitions, tags"))
    showing.add_argument("--version", type=int, metavar="N", help="its schema at this version")
    _with_table(add_command(commands, "versions", versions, "the versions of a table's schema, and what changed"))
    _with_table(add_command(commands, "explain", explain, "why a table is one table, in sentences"))
    searching = add_command(commands, "search", search, "find tables, columns and features")
    searching.add_argument("query", metavar="QUERY", nargs="+", help="words, and tag:pii=yes type:timestamp owner:me …")
    searching.add_argument("--limit", type=int, default=20)
    searching.add_argument("--cursor")
    viewing = _with_table(add_command(commands, "preview", preview, "a table's first rows, or a sample"))
    viewing.add_argument("-n", type=int, default=20, metavar="N", help="how many rows")
    viewing.add_argument("--where", metavar="SQL", help="only rows that fulfil this, such as `delay > 60`")
    viewing.add_argument("--columns", metavar="A,B", help="only these columns")
    viewing.add_argument("--sort", metavar="COLUMN", help="by this column, the least first")
    viewing.add_argument("--desc", action="store_true", help="the greatest first")
    viewing.add_argument("--sample", action="store_true", help="random rows in place of the first ones")
    viewing.add_argument("--csv", action="store_true", help="print CSV")
    profiling = _with_table(add_command(commands, "profile", profile, "compute a table's profile, and show it"))
    profiling.add_argument("--stored", action="store_true", help="show the one that was made, compute nothing")
    quality_of = _with_table(add_command(commands, "quality", quality, "a table's quality rules and their results"))
    quality_of.add_argument(
        "action",
        nargs="?",
        choices=["show", "check", "recommend", "set"],
        default="show",
        help="check the rules; print those that the profile recommends; set them from FILE",
    )
    quality_of.add_argument(
        "file", metavar="FILE", nargs="?", help="rules as YAML: `rules: [{column, check, arguments}]`"
    )


def _with_table(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("table", metavar="TABLE", help="database.table, or its id")
    return parser


def _size(count: int | None) -> str:
    """``13 kB``."""
    if count is None:
        return ""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError


def _rows(document: dict[str, Any]) -> str:
    if document["rows"] is None:
        return ""
    return f"{'' if document['rows_exact'] else '~'}{document['rows']:,}"


def _tags(tags: dict[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(tags.items()))


# -- tables ----------------------------------------------------------------------------------------------------


def list_tables(options: argparse.Namespace) -> int:
    """A page of tables."""
    services = open_services()
    limit = max(1, min(options.limit, 500))
    found, cursor = services.catalog.tables(
        services.principal(), database=options.database, limit=limit, cursor=options.cursor
    )
    documents = [table.to_json() for table in found]
    if options.json:
        print_json({"items": documents, "next_cursor": cursor})
        return 0
    rows = [
        [
            f"{item['database']}.{item['name']}",
            item["format"],
            len(item["columns"]),
            item["partitions"] or "",
            _rows(item),
            _size(item["bytes"]),
            f"v{item['version']}",
            _tags(item["tags"]) + ("  DEPRECATED" if item["state"] == "deprecated" else ""),
        ]
        for item in documents
    ]
    header = ["TABLE", "FORMAT", "COLUMNS", "PARTITIONS", "ROWS", "SIZE", "VERSION", "TAGS"]
    print_table(header, rows, "No tables. Crawl a source: jupyter mlx catalog crawl SOURCE")
    if cursor:
        print(f"more: jupyter mlx catalog tables --cursor {cursor}")
    return 0


def show(options: argparse.Namespace) -> int:
    """One table."""
    services = open_services()
    document = services.catalog.document(options.table, services.principal(), options.version)
    if options.json:
        print_json(document)
        return 0
    old = f" of {document['versions']}" if document["versions"] > 1 else ""
    state = "  DEPRECATED" if document["state"] == "deprecated" else ""
    print(f"{document['database']}.{document['name']}  v{document['version']}{old}{state}")
    facts = {
        "id": document["id"],
        "source": document["source"],
        "format": f"{document['format']}, by {document['classifier']}",
        "location": document["location"],
        "rows": _rows(document),
        "files": f"{document['files']:,}" if document["files"] else "",
        "size": _size(document["bytes"]) if document["bytes"] else "",
        "partitions": f"{document['partitions']} by {', '.join(key['name'] for key in document['partition_keys'])}"
        if document["partition_keys"]
        else "",
        "primary key": ", ".join(document["primary_key"]),
        "owner": document["owner"],
        "tags": _tags(document["tags"]),
        "terms": ", ".join(document["terms"]),
        "about": document["description"],
    }
    for name, value in facts.items():
        if value:
            print(f"{name:<12} {value}")
    for key in document["foreign_keys"]:
        print(f"{'refers':<12} {', '.join(key['columns'])} → {key['table']}({', '.join(key['references'])})")
    print()
    rows = [_column_row(column) for column in document["columns"]]
    print_table(["COLUMN", "TYPE", "", "NULLS", "MIN", "MAX", "TAGS", "ABOUT"], rows, "No column that you may see.")
    return 0


def _column_row(column: dict[str, Any]) -> list[Any]:
    known = column.get("statistics", {})
    marks = ["partition"] if column.get("partition") else []
    marks += ["required"] if column.get("nullable") is False else []
    marks += [f"masked: {column['masked']}"] if column.get("masked") else []
    if column.get("presence") is not None and column["presence"] < 1:
        marks.append(f"in {column['presence']:.0%}")
    bounds = [_short(known.get(name)) for name in ("nulls", "min", "max")]
    about = column.get("description") or column.get("comment") or ""
    return [column["name"], column["type"], ", ".join(marks), *bounds, _tags(column.get("tags", {})), about]


def _short(value: Any, width: int = CELL) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value).replace("\n", "⏎").replace("\t", " ")
    return text if len(text) <= width else f"{text[: width - 1]}…"


def versions(options: argparse.Namespace) -> int:
    """The versions, newest first."""
    services = open_services()
    documents = [item.to_json() for item in services.catalog.versions(options.table, services.principal())]
    if options.json:
        print_json({"items": documents, "next_cursor": None})
        return 0
    for item in documents:
        print(f"v{item['number']}  {item['created_at'][:19]}  {len(item['columns'])} columns  {item['digest'][:19]}")
        for words in (item["difference"] or {}).get("words", []):
            print(f"    {words}")
    return 0


def search(options: argparse.Namespace) -> int:
    """A page of hits."""
    services = open_services()
    limit = max(1, min(options.limit, 500))
    found = services.search.search(
        " ".join(options.query), services.principal(), limit=limit, cursor=options.cursor
    ).to_json()
    if options.json:
        print_json(found)
        return 0
    if found.get("corrected"):
        print(f"shown for: {found['corrected']}")
    rows = [
        [hit["path"], hit["kind"], hit.get("format", ""), _tags(hit.get("tags", {})), _marked(hit)]
        for hit in found["hits"]
    ]
    print_table(
        ["FOUND", "KIND", "FORMAT", "TAGS", "WHERE"], rows, "Nothing found. Try fewer words, or another spelling."
    )
    if found["hits"]:
        print(f"{found['total']:,} in all")
        for facet, values in found["facets"].items():
            if len(values) > 1:
                print(f"  {facet}: {', '.join(f'{value} {count:,}' for value, count in values.items())}")
    if found["next_cursor"]:
        print(f"more: --cursor {found['next_cursor']}")
    return 0


def _marked(hit: dict[str, Any]) -> str:
    bold = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    return _short(hit["snippet"], 80).replace("⟦", bold[0]).replace("⟧", bold[1])


def explain(options: argparse.Namespace) -> int:
    """Sentences."""
    services = open_services()
    found = services.catalog.explanation(options.table, services.principal())
    if options.json:
        print_json(found)
        return 0
    print(f"{found['table']} is one table for these reasons.")
    print(_sentence(f"Classifier: {found['classifier']}"))
    for note in found["notes"]:
        print(_sentence(note[:1].upper() + note[1:]))
    # Folders that went the same way for the same reason are told of together.
    alike: dict[tuple[str, str], list[str]] = {}
    for item in found["grouping"]:
        alike.setdefault((item["decision"], item["reason"]), []).append(item["folder"] or ".")
    for (decision, reason), folders in alike.items():
        print(f"{_count(folders, 'folder')} {_some(folders)}: {_sentence(decision)} {_sentence(reason)}")
    if found["sampled"]:
        was = "was" if len(found["sampled"]) == 1 else "were"
        print(f"{_count(found['sampled'], 'file')} {was} read for it: {_some(found['sampled'])}.")
    if found["skipped"]:
        print(f"{_count(found['skipped'], 'path')} left out:")
        for item in found["skipped"]:
            print(f"  {item['path']}: {item['reason']}")
    return 0


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _count(items: Sequence[Any], what: str) -> str:
    return f"{len(items):,} {what}{'' if len(items) == 1 else 's'}"


def _some(paths: list[str]) -> str:
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"


# -- rows ------------------------------------------------------------------------------------------------------


def preview(options: argparse.Namespace) -> int:
    """Rows."""
    if not 1 <= options.n <= 10_000:
        raise InvalidInput("usage", "-n takes 1 to 10,000 rows.", "Read more in a notebook: table(…).to_pandas().")
    services = open_services()
    found = services.data.preview(
        options.table,
        services.principal(),
        limit=options.n,
        columns=[name.strip() for name in options.columns.split(",")] if options.columns else None,
        where=options.where,
        sort=f"-{options.sort}" if options.sort and options.desc else options.sort,
        sample=options.sample,
        door="terminal",
    ).to_json()
    if options.json:
        print_json(found)
        return 0
    names = [column["name"] for column in found["columns"]]
    if options.csv:
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([names, *found["rows"]])
        return 0
    print_table(names, [[_short(value) for value in row] for row in found["rows"]], "No rows.")
    said = [f"masked: {', '.join(found['masked'])}"] if found.get("masked") else []
    said += ["rows that you may not see are left out"] if found.get("filtered") else []
    said += ["there are more rows"] if found["truncated"] else []
    if said:
        print(f"({'; '.join(said)})")
    return 0


def profile(options: argparse.Namespace) -> int:
    """Compute, or show what was computed."""
    services = open_services()
    principal = services.principal()
    if options.stored:
        made = services.data.stored_profile(options.table, principal)
        if made is None:
            raise InvalidInput("profile_missing", f"`{options.table}` has no profile.", "Make one: leave --stored out.")
    else:
        made = services.data.profile(options.table, principal)
    document = made.to_json()
    if options.json:
        print_json(document)
        return 0
    sampled = " (of a sample)" if document["sampled"] else ""
    print(
        f"{document['table']}  v{document['version']}  {document['rows']:,} rows{sampled}  {document['seconds']:.1f}s"
    )
    print_table(
        ["COLUMN", "TYPE", "NULLS", "DISTINCT", "MIN", "MEDIAN", "MAX", "MEAN", "SHAPE", "MOST OFTEN"],
        [_profile_row(column) for column in document["columns"]],
        "No column that you may see.",
    )
    return 0


def _profile_row(column: dict[str, Any]) -> list[str]:
    distinct = column.get("distinct")
    about = "~" if column.get("approximate") else ""
    mean = column.get("mean")
    counts = (column.get("histogram") or {}).get("counts", [])
    most = max(counts, default=0)
    shape = "".join(BAR[round(count / most * (len(BAR) - 1))] for count in counts) if most else ""
    top = ", ".join(f"{_short(item['value'], 16)} {item['count']:,}" for item in column.get("top", [])[:2])
    return [
        column["name"],
        column["type"],
        f"{column['nulls'] / column['count']:.1%}" if column["count"] else "",
        f"{about}{distinct:,}" if distinct is not None else "",
        _short(column.get("min"), 20),
        _short((column.get("quantiles") or {}).get("0.5"), 20),
        _short(column.get("max"), 20),
        f"{mean:.4g}" if mean is not None else "",
        shape,
        top,
    ]


def quality(options: argparse.Namespace) -> int:
    """Rules and results."""
    services = open_services()
    principal = services.principal()
    if options.action == "set":
        from ..contract import check

        if options.file is None:
            raise InvalidInput("usage", "`set` needs FILE.", "Name a YAML file with `rules:`.")
        rules = check("QualityRequest", read_yaml_file(options.file))["rules"]
        services.data.set_rules(options.table, rules, principal)
    elif options.action == "check":
        services.data.check_quality(options.table, principal)
    found = services.data.quality(options.table, principal)
    failed = options.action == "check" and not found["results"][0]["passed"]
    if options.json:
        print_json(found)
    elif options.action == "recommend":
        _print_recommended(found["recommended"])
    else:
        _print_quality(found)
    return 1 if failed else 0


def _print_recommended(rules: list[dict[str, Any]]) -> None:
    """As YAML that `set` takes."""
    import yaml

    if not rules:
        print("# Nothing is recommended: profile the table first (jupyter mlx catalog profile TABLE).")
    print(yaml.safe_dump({"rules": rules}, sort_keys=False, allow_unicode=True), end="")


def _print_quality(found: dict[str, Any]) -> None:
    rows = [[rule.get("column", ""), rule["check"], _short(rule.get("arguments") or "")] for rule in found["rules"]]
    print_table(["COLUMN", "CHECK", "ARGUMENTS"], rows, "No rules. See: jupyter mlx catalog quality TABLE recommend")
    for result in found["results"][:1]:
        print(
            f"\nchecked {result['time'][:19]} at v{result['version']}: {'all hold' if result['passed'] else 'FAILED'}"
        )
        for item in result["checks"]:
            if not item["passed"]:
                where = f"{item['rule']['column']}: " if item["rule"].get("column") else ""
                print(f"  {where}{item['rule']['check']}  {item.get('message', '')}".rstrip())
