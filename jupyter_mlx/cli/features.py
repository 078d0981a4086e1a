"""`jupyter mlx features …`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from . import features_define, features_work
from .common import add_command, open_services, print_json, print_table

if TYPE_CHECKING:
    from ..services import Services

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser("features", help="feature views, training sets, what is served online").add_subparsers(
        metavar="COMMAND", required=True
    )
    for name, command, text in (
        ("apply", apply, "put a Feast repository's definitions in force; what changed becomes versions"),
        ("plan", plan, "what `apply` would change, and what was made from it"),
    ):
        parser = add_command(commands, name, command, text)
        parser.add_argument(
            "repository",
            metavar="DIR",
            nargs="?",
            help="with its feature_store.yaml; the setting `feast_repo`, or here",
        )
    features_define.add_to(commands)
    listing = add_command(commands, "list", list_views, "the feature views in force")
    listing.add_argument("--project", metavar="P")
    showing = add_command(commands, "show", show, "a feature view, and what was different in each version")
    showing.add_argument("view", metavar="VIEW", help="name, project/name, or name@v2")
    features_work.add_to(commands)
    making = add_command(commands, "training-set", training_set, "features at the labels' times, with a record")
    making.add_argument(
        "labels", metavar="LABELS", nargs="?", help="a CSV or Parquet file, database.table of the catalog, or a SELECT"
    )
    making.add_argument("--features", metavar="F", nargs="+", help="view:feature, views, or a feature service")
    making.add_argument("--project", metavar="P")
    making.add_argument("--name", metavar="N")
    making.add_argument("--target", metavar="COLUMN", help="what is to be predicted; features are held against it")
    making.add_argument("--known-only", action="store_true", help="leave out what was written down after the label")
    making.add_argument(
        "--recreate", metavar="ID", help="make an earlier one again, of its labels and its views' versions of then"
    )
    getting = add_command(commands, "get", get, "what is served for one entity")
    getting.add_argument("features", metavar="F", nargs="+", help="view:feature, views, or a feature service")
    getting.add_argument(
        "--entity", metavar="K=V", action="extend", nargs="+", required=True, help="join keys and their values"
    )
    getting.add_argument("--project", metavar="P")


def apply(options: argparse.Namespace) -> int:
    """Apply."""
    services = open_services()
    user = services.principal()
    applied = services.features.apply(_repository(services, options), user.user, principal=user)
    return _print_changes(applied.to_json(), options)


def plan(options: argparse.Namespace) -> int:
    """Plan."""
    services = open_services()
    planned = services.feature_uses.plan(_repository(services, options), services.principal())
    return _print_changes(planned.to_json(), options)


def _repository(services: Services, options: argparse.Namespace) -> str:
    return str(options.repository or services.settings.feast_repo or ".")


def _print_changes(document: Mapping[str, Any], options: argparse.Namespace) -> int:
    if options.json:
        print_json(document)
        return 0
    for change in document["changes"]:
        print(f"{change['change']:<10} {change['name']}@v{change['version']}")
        for words in (change["difference"] or {}).get("words", ()):
            print(f"{'':<10} {words}")
        for made in change["affects"]:
            print(f"{'':<10} made from v{made['version']}: {made['kind'].replace('_', ' ')} {made['name']}")
    if not document["changes"]:
        print("The repository defines no view.")
    return 0


def list_views(options: argparse.Namespace) -> int:
    """List."""
    services = open_services()
    found = services.features.views(options.project, principal=services.principal())
    if options.json:
        print_json({"items": [view.to_json() for view in found]})
        return 0
    rows = [
        [
            f"{view.project}/{view.definition.name}",
            f"v{view.version}",
            view.definition.kind.replace("_", " "),
            ", ".join(view.definition.join_keys),
            len(view.definition.features),
            _ttl(view.definition.ttl_s),
            "yes" if view.definition.online else "",
            f"{view.updated_at:%Y-%m-%d %H:%M}",
        ]
        for view in found
    ]
    head = ["VIEW", "VERSION", "KIND", "KEYS", "FEATURES", "TTL", "ONLINE", "CHANGED"]
    print_table(head, rows, "No view. Apply a repository: jupyter mlx features apply DIR")
    return 0


def _ttl(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def show(options: argparse.Namespace) -> int:
    """Show."""
    services = open_services()
    user = services.principal()
    view = services.features.view(options.view, principal=user)
    history = services.features.versions(options.view, principal=user)
    served = services.materializer.history(view.id, principal=user)
    if options.json:
        print_json({**view.to_json(), "history": history, "materializations": [item.to_json() for item in served]})
        return 0
    definition = view.definition
    print(f"{view.project}/{definition.name}  v{view.version} of {view.versions}  {definition.kind.replace('_', ' ')}")
    facts = {
        "keys": ", ".join(definition.join_keys),
        "source": "" if definition.source is None else f"{definition.source.name}  {definition.source.place}",
        "computed from": ", ".join(definition.uses),
        "time to live": _ttl(definition.ttl_s),
        "online": "yes" if definition.online else "no",
        "owner": definition.owner,
        "about": definition.description,
        "repository": view.repository,
    }
    for name, value in facts.items():
        if value:
            print(f"{name:<14} {value}")
    print()
    print_table(["FEATURE", "TYPE", "ABOUT"], [[f.name, f.type, f.description] for f in definition.features], "")
    print()
    for version in history:
        words = (version["difference"] or {}).get("words") or ["as it was first applied"]
        print(f"v{version['number']:<3} {version['created_at'][:16]}  {'; '.join(words)}")
    for item in served[:5]:
        document = item.to_json()
        print(f"{item.state.lower():<10} {item.view}  up to {document['until'][:19]}")
    return 0


def training_set(options: argparse.Namespace) -> int:
    """Make a training set."""
    if options.recreate is not None:
        given = [
            name for name in ("labels", "features", "project", "name", "target", "known_only") if vars(options)[name]
        ]
        if given:
            raise InvalidInput("usage", f"`--recreate` has {given[0]} already.", "Name the training set's id alone.")
    elif options.labels is None or options.features is None:
        raise InvalidInput(
            "usage", "Labels and features are missing.", "Write `training-set labels.parquet --features weather`."
        )
    services = open_services()
    if options.recreate is not None:
        made = services.training_sets.make_again(options.recreate, principal=services.principal())
    else:
        from ..features.labels import read_plan

        made = services.training_sets.make(
            read_plan(services.labels.plan(options.labels, services.principal()))[0],
            options.features,
            user=services.principal().user,
            principal=services.principal(),
            project=options.project,
            name=options.name,
            target=options.target,
            known_only=options.known_only,
        )
    document = made.to_json()
    if options.json:
        print_json(document)
        return 0
    how = "  (made again: the same rows)" if options.recreate else "  (from before)" if made.cached else ""
    print(f"{document['id']}  {document['rows']:,} rows{how}  {document['path']}")
    rows = [
        [name, *(f"{item[key]:,}" if key in item else "" for key in ("matched", "expired", "missing"))]
        for name, item in document["views"].items()
    ]
    print_table(["VIEW", "MATCHED", "EXPIRED", "MISSING"], rows, "")
    for finding in document["leakage"]:
        print(f"{finding['kind']:<12} {finding['message']}")
    return 0


def _value(text: str) -> int | float | str:
    """A number where it is written as one."""
    sign = text.removeprefix("-")
    if sign.isdecimal():
        return int(text)
    whole, point, rest = sign.partition(".")
    return float(text) if point and whole.isdecimal() and rest.isdecimal() else text


def get(options: argparse.Namespace) -> int:
    """Read what is served."""
    entity: dict[str, Any] = {}
    for pair in options.entity:
        name, separator, value = pair.partition("=")
        if not separator:
            raise InvalidInput("usage", f"`{pair}` is no pair.", "Write `--entity origin=JFK`.")
        entity[name] = _value(value)
    services = open_services()
    found = services.materializer.online(options.features, [entity], options.project, principal=services.principal())
    document = {name: values[0] for name, values in found.items()}
    if options.json:
        print_json(document)
        return 0
    if all(value is None for name, value in document.items() if name not in entity):
        print(f"Nothing is served for {' '.join(options.entity)}: every feature is null.")
    print_table(["FEATURE", "VALUE"], [[name, "" if value is None else value] for name, value in document.items()], "")
    return 0
