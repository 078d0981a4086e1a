"""Public names: each module says which they are, and every one is explained."""

from __future__ import annotations

import ast

import pytest

from .modules import MODULES, PACKAGE, is_package

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def declared(tree: ast.Module) -> list[str] | None:
    """The value of `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return [str(name) for name in ast.literal_eval(node.value)]
    return None


def defined(tree: ast.Module) -> set[str]:
    """Names that a module makes or imports at its top level, also in blocks."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return names


def own_public(tree: ast.Module) -> list[ast.AST]:
    return [node for node in tree.body if isinstance(node, DEFINITIONS) and not node.name.startswith("_")]


@pytest.mark.parametrize("name", [name for name in MODULES if own_public(MODULES[name])])
def test_a_module_says_what_is_public(name: str) -> None:
    public = declared(MODULES[name])
    assert public is not None, f"{name} has no __all__"
    assert len(set(public)) == len(public)
    assert not [entry for entry in public if entry.startswith("_") and not entry.startswith("__")]
    lazy = "__getattr__" in defined(MODULES[name])
    assert lazy or set(public) <= defined(MODULES[name])


def used_elsewhere() -> set[tuple[str, str]]:
    """`(module, name)` of what modules import from each other."""
    from .modules import _base

    found = set()
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                found |= {(_base(name, node), alias.name) for alias in node.names}
    return found


USED = used_elsewhere()


@pytest.mark.parametrize("name", [name for name in MODULES if declared(MODULES[name]) is not None])
def test_what_other_modules_use_is_not_private(name: str) -> None:
    used = {entry for module, entry in USED if module == name and f"{name}.{entry}" not in MODULES}
    assert not [entry for entry in used if entry.startswith("_") and entry != "__version__"]


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_is_explained(name: str) -> None:
    tree = MODULES[name]
    missing = []
    if ast.get_docstring(tree) is None and (tree.body or not is_package(name)):
        missing.append("the module")
    for node in own_public(tree):
        assert isinstance(node, DEFINITIONS)
        if ast.get_docstring(node) is None:
            missing.append(node.name)
        if isinstance(node, ast.ClassDef):
            missing += [
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef))
                and not inner.name.startswith("_")
                and ast.get_docstring(inner) is None
            ]
    assert missing == []


def test_every_public_name_of_the_package_can_be_had() -> None:
    import jupyter_mlx

    for name in jupyter_mlx.__all__:
        assert getattr(jupyter_mlx, name) is not None, name
    assert MODULES[PACKAGE]
