"""What exists is documented: settings, commands, HTTP paths, error codes; and what is linked exists."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from jupyter_mlx import contract, errors
from jupyter_mlx.cli import build_parser
from jupyter_mlx.http import _CODES
from jupyter_mlx.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "jupyter_mlx"
LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#([^)]+))?\)")


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ("jupyter", "mlx")) -> Iterator[str]:
    """Every command that does something, as it is typed."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(words)
    for group in groups:
        for name, child in group.choices.items():
            yield from commands(child, (*words, name))


def codes_in(tree: ast.AST) -> Iterator[str]:
    """The codes that a module raises, or writes down for somebody else to raise."""
    kinds = set(errors.__all__)
    for node in ast.walk(tree):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in kinds:
                found = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
            elif name in ("fail", "reading"):
                found = list(node.args[1:2])  # reported in a crawl's result
            elif name == "_unknown":
                found = list(node.args[:1])  # makes a NotFound with what is near
            elif name == "_stop":
                found = list(node.args[2:3])
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "code"]
        for value in found:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


CODES = sorted(
    {code for path in PACKAGE.rglob("*.py") for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}
    | {*_CODES.values(), "http_error"}
)


@pytest.mark.parametrize("field", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(field: str) -> None:
    assert f"| `{field}` | `{PREFIX}{field.upper()}` |" in page("configuration")


def test_every_documented_setting_exists() -> None:
    documented = set(re.findall(rf"`{PREFIX}([A-Z_]+)` \|", page("configuration")))
    assert {name.lower() for name in documented} == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("command", sorted(commands(build_parser())))
def test_every_command_is_documented(command: str) -> None:
    assert any(command in path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))


def test_every_documented_command_exists() -> None:
    known = {*commands(build_parser()), *(f"jupyter mlx {option}" for option in ("--help", "--version"))}
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md"])
    for words in re.findall(r"jupyter mlx ([a-z]+(?: [a-z-]+){0,2})", text):
        # The words may be followed by arguments; a group's name alone stands for its commands.
        written = [f"jupyter mlx {' '.join(words.split()[:count])}" for count in (1, 2, 3)]
        assert set(written) & known or any(command.startswith(f"{written[-1]} ") for command in known), words


@pytest.mark.parametrize("path", sorted(contract.load()["paths"]))
def test_every_http_path_is_documented_with_its_methods(path: str) -> None:
    operations = contract.load()["paths"][path]
    methods = ", ".join(name.upper() for name in ("get", "post", "patch", "put", "delete") if name in operations)
    assert f"| `{path}` | {'WebSocket' if path == '/events' else methods} |" in page("http")


def test_the_codes_are_found() -> None:
    assert {"cell_failed", "run_unknown", "cancelled", "terminated", "query_missing", "not_found"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_error_code_is_explained(code: str) -> None:
    assert f"| `{code}` | " in page("troubleshooting")


def test_every_explained_code_is_still_raised() -> None:
    explained = re.findall(r"^\| `([a-z_]+)` \|", page("troubleshooting"), re.MULTILINE)
    assert sorted(explained) == CODES


@pytest.mark.parametrize("path", sorted([*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md"]), ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        linked = path.parent / target
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


def test_the_map_names_every_page() -> None:
    pages = {path.name for path in DOCS.glob("*.md")} - {"index.md"}
    assert pages == {target for target, _ in LINK.findall(page("index"))}
