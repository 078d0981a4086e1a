"""`jupyter mlx catalog grant`, `grants`, `revoke`, `audit`, `export` and `import`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..errors import InvalidInput
from .common import add_command, open_services, print_json, print_table
from .pairs import read_pairs

__all__ = ["declare"]

PERMISSIONS = ("describe", "select", "alter", "tag", "grant")
MASKS = ("hash", "null", "redact", "partial", "year")


def declare(commands: Any) -> None:
    """Declare the commands."""
    granting = add_command(commands, "grant", grant, "let somebody do something with data")
    granting.add_argument("principal", metavar="PRINCIPAL", help="user:NAME, group:NAME or everyone")
    granting.add_argument(
        "permissions", metavar="PERMISSIONS", help=f"of {', '.join(PERMISSIONS)}; separated by commas"
    )
    where = granting.add_mutually_exclusive_group(required=True)
    where.add_argument("--on", metavar="RESOURCE", help="database, database.table or database.table.column")
    where.add_argument(
        "--tags", metavar="K=V", nargs="+", help="whatever has these tags; all keys must match, `K=V,W` by V or W"
    )
    granting.add_argument("--include", metavar="A,B", help="only these columns")
    granting.add_argument("--exclude", metavar="A,B", help="all but these columns")
    granting.add_argument("--rows", metavar="SQL", help="only rows that fulfil this, such as `region = 'eu'`")
    granting.add_argument(
        "--mask",
        metavar="WHAT:HOW",
        action="append",
        default=[],
        help=f"show a column, or whatever has the tag K=V, so: {', '.join(MASKS)}",
    )
    add_command(commands, "grants", list_grants, "list the grants that you may know of")
    revoking = add_command(commands, "revoke", revoke, "take a grant back")
    revoking.add_argument("id", metavar="ID")
    auditing = add_command(commands, "audit", list_audit, "who did, or was refused, what; newest first")
    auditing.add_argument("--who", metavar="NAME")
    auditing.add_argument("--resource", metavar="RESOURCE")
    auditing.add_argument("--refused", action="store_true", help="refusals only")
    auditing.add_argument("--limit", type=int, default=50)
    auditing.add_argument("--cursor")
    _declare_exchange(commands)


def _declare_exchange(commands: Any) -> None:
    for direction, help_text in (("export", "write the catalog to another one"), ("import", "read another catalog")):
        targets = commands.add_parser(direction, help=help_text).add_subparsers(metavar="CATALOG", required=True)
        parser = add_command(
            targets,
            "glue",
            export_glue if direction == "export" else import_glue,
            f"{direction} an AWS Glue Data Catalog with partitions and Lake Formation tags",
        )
        parser.add_argument("databases", metavar="DATABASE", nargs="*", help="all by default")
        if direction == "import":
            parser.add_argument("--source", metavar="NAME", help="the source's name here; `glue` by default")
        else:
            parser.add_argument("--prefix", metavar="P", help="put before the databases' names")
        parser.add_argument("--region", metavar="R")
        parser.add_argument("--endpoint-url", metavar="U", help="of a service that is not AWS's")
        parser.add_argument("--catalog-id", metavar="ID", help="the account's, where it is another's")
        parser.add_argument("--secret", metavar="NAME", help="the secret that has KEY:SECRET")


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def grant(options: argparse.Namespace) -> int:
    """Grant."""
    from ..contract import check

    document: dict[str, Any] = {"principal": options.principal, "permissions": _names(options.permissions)}
    if options.on is not None:
        document["resource"] = options.on
    else:
        document["expression"] = {key: _names(value) for key, value in read_pairs(options.tags).items()}
    columns = {"include": _names(options.include), "exclude": _names(options.exclude)}
    filters: dict[str, Any] = {name: value for name, value in columns.items() if value}
    if options.rows is not None:
        filters["rows"] = options.rows
    if filters:
        document["filter"] = filters
    if options.mask:
        document["masks"] = dict(_mask(word) for word in options.mask)
    services = open_services()
    made = services.grants.give(check("GrantRequest", document), services.principal(), door="terminal").to_json()
    if options.json:
        print_json(made)
    else:
        print(f"{made['id']}  {made['principal']}: {', '.join(made['permissions'])} on {_reach(made)}")
        if services.settings.catalog_access == "open":
            print("Grants decide nothing yet: `catalog_access` is `open`. Set JUPYTER_MLX_CATALOG_ACCESS=grants.")
    return 0


def _mask(word: str) -> tuple[str, str]:
    what, separator, how = word.rpartition(":")
    if not separator or how not in MASKS:
        raise InvalidInput("usage", f"`{word}` is no mask.", f"Write WHAT:HOW with one of {', '.join(MASKS)}.")
    return what, how


def _reach(document: dict[str, Any]) -> str:
    if document["resource"] is not None:
        return str(document["resource"])
    return " and ".join(f"{key}={','.join(values)}" for key, values in (document["expression"] or {}).items())


def list_grants(options: argparse.Namespace) -> int:
    """The grants."""
    services = open_services()
    documents = [item.to_json() for item in services.grants.known(services.principal())]
    if options.json:
        print_json({"items": documents, "next_cursor": None})
        return 0
    rows = [
        [item["id"], item["principal"], ",".join(item["permissions"]), _reach(item), _limits(item), item["created_by"]]
        for item in documents
    ]
    print_table(
        ["ID", "WHO", "MAY", "ON", "LIMITED TO", "BY"],
        rows,
        "No grants. Add one: jupyter mlx catalog grant PRINCIPAL PERMISSIONS --on RESOURCE",
    )
    return 0


def _limits(document: dict[str, Any]) -> str:
    found = document["filter"] or {}
    said = [f"only {', '.join(found['include'])}"] if found.get("include") is not None else []
    said += [f"without {', '.join(found['exclude'])}"] if found.get("exclude") else []
    said += [f"rows where {found['rows']}"] if found.get("rows") else []
    said += [f"{what} as {how}" for what, how in document["masks"].items()]
    return "; ".join(said)


def revoke(options: argparse.Namespace) -> int:
    """Take a grant back."""
    services = open_services()
    services.grants.revoke(options.id, services.principal(), door="terminal")
    if options.json:
        print_json({"removed": options.id})
    else:
        print(f"{options.id} revoked")
    return 0


def list_audit(options: argparse.Namespace) -> int:
    """The log."""
    services = open_services()
    found, cursor = services.access.audit(
        services.principal(),
        who=options.who,
        resource=options.resource,
        allowed=False if options.refused else None,
        limit=max(1, min(options.limit, 500)),
        cursor=options.cursor,
        door="terminal",
    )
    documents = [entry.to_json() for entry in found]
    if options.json:
        print_json({"items": documents, "next_cursor": cursor})
        return 0
    rows = [
        [
            item["time"][:19],
            item["who"],
            item["action"],
            item["resource"],
            "yes" if item["allowed"] else "REFUSED",
            item["door"],
        ]
        for item in documents
    ]
    print_table(["TIME (UTC)", "WHO", "DID", "ON", "ALLOWED", "DOOR"], rows, "Nothing was done yet.")
    if cursor:
        print(f"more: jupyter mlx catalog audit --cursor {cursor}")
    return 0


def export_glue(options: argparse.Namespace) -> int:
    """Export."""
    return _exchange("export", options, "prefix")


def import_glue(options: argparse.Namespace) -> int:
    """Import."""
    return _exchange("import", options, "source")


def _exchange(direction: str, options: argparse.Namespace, own: str) -> int:
    from functools import partial

    names = ("databases", "region", "endpoint_url", "catalog_id", "secret", own)
    given = {name: getattr(options, name) for name in names if getattr(options, name)}
    services = open_services()
    quiet = options.json or not sys.stderr.isatty()
    progress = None if quiet else partial(print, file=sys.stderr, flush=True)
    result = services.exchange.exchange(direction, given, services.principal(), progress=progress)
    return _show_exchange(result.to_json(), options)


def _show_exchange(document: dict[str, Any], options: argparse.Namespace) -> int:
    if options.json:
        print_json(document)
        return 0
    rows = [
        [change, item["kind"], item["name"], item.get("reason", "")]
        for change in ("created", "updated", "skipped")
        for item in document[change]
    ]
    print_table(["CHANGE", "KIND", "NAME", "WHY"], rows, "Nothing changed.")
    print(f"{len(document['unchanged']):,} unchanged")
    return 0
