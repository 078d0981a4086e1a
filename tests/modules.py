"""The package's modules as their source says, without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "jupyter_mlx"
ROOT = Path(__file__).parent.parent / PACKAGE


def modules() -> dict[str, ast.Module]:
    """All modules of the package by their dotted name; migrations' versions are frozen and left out."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if "versions" in parts or "labextension" in parts or parts[-1] in ("_version", "env"):
            continue
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


MODULES = modules()


def is_package(name: str) -> bool:
    """Whether a module is a package."""
    return (ROOT.parent / Path(*name.split(".")) / "__init__.py").exists()


def imports(name: str, *, at_start: bool = False) -> Iterator[str]:
    """The package's modules that a module imports; with `at_start`, only while it is itself imported."""
    tree = MODULES[name]
    for node in _statements(tree.body) if at_start else ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _known(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _base(name, node)
            if not base.startswith(PACKAGE):
                continue
            submodules = [f"{base}.{alias.name}" for alias in node.names]
            inner = [module for module in submodules if module in MODULES]
            yield from inner
            if len(inner) < len(submodules):
                yield from _known(base)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs at import; a block for type checkers does not."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from _statements(node.body)


def _base(name: str, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = name.split(".")
    here = parts if is_package(name) else parts[:-1]
    up = here[: len(here) - (node.level - 1)]
    return ".".join([*up, *([node.module] if node.module else [])])


def _known(name: str) -> Iterator[str]:
    if name in MODULES:
        yield name
