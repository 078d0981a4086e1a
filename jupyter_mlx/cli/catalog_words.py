"""`jupyter mlx catalog tag`, `tags`, `describe`, `terms` and `classifiers`: what people say of data."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from .common import add_command, open_services, print_json, print_table
from .pairs import read_pairs, read_yaml_file

if TYPE_CHECKING:
    from ..services import Services

__all__ = ["declare"]


def declare(commands: Any) -> None:
    """Declare the commands."""
    tagging = _with_resource(add_command(commands, "tag", tag, "tag a database, a table or a column"))
    tagging.add_argument("tags", metavar="K=V", nargs="+", help="a tag; `K-` takes it away")
    tags = commands.add_parser("tags", help="the tag keys that may be used").add_subparsers(
        metavar="COMMAND", required=True
    )
    add_command(tags, "list", list_tags, "list tag keys with their values")
    defining = add_command(tags, "define", define_tag, "define a tag key, or change its values")
    defining.add_argument("key", metavar="KEY")
    defining.add_argument("values", metavar="VALUE", nargs="+")
    defining.add_argument("--description", metavar="TEXT")
    _named(add_command(tags, "rm", remove_tag, "remove a tag key that nothing has"), "KEY")
    describing = _with_resource(
        add_command(commands, "describe", describe, "describe a database, a table or a column, and say whose it is")
    )
    describing.add_argument("text", metavar="TEXT", nargs="?", help="the description; an empty one forgets it")
    describing.add_argument("--owner", metavar="WHO", help="an empty one forgets it")
    describing.add_argument(
        "--term", metavar="NAME", action="append", help="terms of the glossary, in place of its own"
    )
    describing.add_argument("--attribute", metavar="K=V", action="append", default=[], help="`K=` takes it away")
    terms = commands.add_parser("terms", help="the glossary").add_subparsers(metavar="COMMAND", required=True)
    add_command(terms, "list", list_terms, "list the glossary's terms")
    term = _named(add_command(terms, "define", define_term, "define a term, or change its definition"), "NAME")
    term.add_argument("definition", metavar="TEXT")
    term.add_argument("--parent", metavar="NAME", help="the term that it is a kind of")
    _named(add_command(terms, "rm", remove_term, "remove a term, from all that has it too"), "NAME")
    classifiers = commands.add_parser("classifiers", help="custom classifiers").add_subparsers(
        metavar="COMMAND", required=True
    )
    add_command(classifiers, "list", list_classifiers, "list custom classifiers")
    adding = add_command(classifiers, "define", define_classifiers, "define those of a YAML file")
    adding.add_argument("file", metavar="YAML", help="`name: {kind: grok, pattern: …}`")
    _named(add_command(classifiers, "rm", remove_classifier, "remove one that no source names"), "NAME")


def _with_resource(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("resource", metavar="RESOURCE", help="database, database.table or database.table.column")
    return parser


def _named(parser: argparse.ArgumentParser, metavar: str) -> argparse.ArgumentParser:
    parser.add_argument("name", metavar=metavar)
    return parser


def tag(options: argparse.Namespace) -> int:
    """Tag."""
    taken = [word[:-1] for word in options.tags if word.endswith("-") and "=" not in word]
    given: dict[str, str | None] = dict.fromkeys(taken)
    given |= read_pairs([word for word in options.tags if word[:-1] not in taken or "=" in word])
    services = open_services()
    made = services.catalog.assign(options.resource, given, services.principal())
    if options.json:
        print_json(made)
    else:
        shown = " ".join(f"{key}={value}" for key, value in sorted(made["tags"].items()))
        print(f"{made['resource']}  {shown or 'no tags of its own'}")
    return 0


def list_tags(options: argparse.Namespace) -> int:
    """Keys."""
    services = open_services()
    return _list(
        services.catalog.tag_keys(services.principal()),
        options,
        {"KEY": "key", "VALUES": "values", "USED": "used", "ABOUT": "description"},
        "No tag keys. Define one: jupyter mlx catalog tags define pii yes no",
    )


def define_tag(options: argparse.Namespace) -> int:
    """Define a key."""
    services = open_services()
    made = services.catalog.define_tag(
        key=options.key, values=options.values, description=options.description, principal=services.principal()
    )
    return _made(made, options, f"{made['key']}: {', '.join(made['values'])}")


def remove_tag(options: argparse.Namespace) -> int:
    """Remove a key."""
    services = open_services()
    services.catalog.remove_tag(options.name, services.principal())
    return _removed(options)


def describe(options: argparse.Namespace) -> int:
    """Annotate."""
    patch: dict[str, Any] = {}
    if options.text is not None:
        patch["description"] = options.text or None
    if options.owner is not None:
        patch["owner"] = options.owner or None
    if options.term is not None:
        patch["terms"] = [term for term in options.term if term]
    if options.attribute:
        patch["attributes"] = {key: value or None for key, value in read_pairs(options.attribute).items()}
    if not patch:
        raise InvalidInput("usage", "There is nothing to say.", "Give TEXT, --owner, --term or --attribute.")
    services = open_services()
    made = services.catalog.annotate(options.resource, patch, services.principal())
    return _made(made, options, f"{made['resource']}  {made['description'] or ''}".rstrip())


def list_terms(options: argparse.Namespace) -> int:
    """The glossary."""
    services = open_services()
    return _list(
        services.catalog.terms(services.principal()),
        options,
        {"TERM": "name", "KIND OF": "parent", "USED": "used", "DEFINITION": "definition"},
        "No terms. Define one: jupyter mlx catalog terms define NAME TEXT",
    )


def define_term(options: argparse.Namespace) -> int:
    """Define a term."""
    services = open_services()
    made = services.catalog.define_term(
        name=options.name, definition=options.definition, parent=options.parent, principal=services.principal()
    )
    return _made(made, options, f"{made['name']}: {made['definition']}")


def remove_term(options: argparse.Namespace) -> int:
    """Remove a term."""
    services = open_services()
    services.catalog.remove_term(options.name, services.principal())
    return _removed(options)


def list_classifiers(options: argparse.Namespace) -> int:
    """Custom classifiers."""
    services = open_services()
    return _list(
        services.catalog.classifiers(services.principal()),
        options,
        {"NAME": "name", "KIND": "kind", "DEFINITION": "definition"},
        "No custom classifiers. Define some: jupyter mlx catalog classifiers define FILE",
    )


def define_classifiers(options: argparse.Namespace) -> int:
    """Those of a file."""
    services = open_services()
    made = define_from_file(services, options.file)
    if options.json:
        print_json({"items": made})
    else:
        for item in made:
            print(f"{item['name']}  {item['kind']}")
    return 0


def define_from_file(services: Services, file: str) -> list[dict[str, Any]]:
    """Define the classifiers of a YAML file, ``name: {kind: grok, pattern: …}``; as they are now.

    Raises
    ------
    InvalidInput: ``file_invalid``, ``request_invalid``; what `CatalogService.define_classifier` says.
    """
    from ..contract import check

    made = []
    for name, given in read_yaml_file(file).items():
        rest = dict(given) if isinstance(given, dict) else {}
        document = {"name": name, "kind": rest.pop("kind", "grok"), "definition": rest}
        check("Classifier", document)
        made.append(services.catalog.define_classifier(**document, principal=services.principal()))
    return made


def remove_classifier(options: argparse.Namespace) -> int:
    """Remove a classifier."""
    services = open_services()
    services.catalog.remove_classifier(options.name, services.principal())
    return _removed(options)


def _list(items: list[dict[str, Any]], options: argparse.Namespace, columns: dict[str, str], empty: str) -> int:
    if options.json:
        print_json({"items": items})
        return 0
    rows = [[_text(item.get(key)) for key in columns.values()] for item in items]
    print_table([*columns], rows, empty)
    return 0


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return " ".join(f"{key}={inner}" for key, inner in value.items())
    return "" if value is None else str(value)


def _made(document: dict[str, Any], options: argparse.Namespace, text: str) -> int:
    if options.json:
        print_json(document)
    else:
        print(text)
    return 0


def _removed(options: argparse.Namespace) -> int:
    return _made({"removed": options.name}, options, f"{options.name} removed")
