"""Reading a notebook that somebody wants to run, with clear words where that can't be."""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput, NotFound

__all__ = ["Notebook", "kernel_specs", "parse_notebook", "read_notebook", "resolve_kernel"]

REMEDY_JSON = "Open it in JupyterLab and save it again, or restore an earlier version."


@dataclass(frozen=True)
class Notebook:
    """A notebook as it was read: its bytes, its digest, and its parsed content in format 4."""

    path: Path
    content: bytes
    node: Any

    @property
    def digest(self) -> str:
        """``sha256:`` of the file's bytes."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"

    @property
    def kernel(self) -> str | None:
        """The kernel that its metadata names."""
        name = self.node.metadata.get("kernelspec", {}).get("name")
        return str(name) if name else None

    @property
    def language(self) -> str | None:
        """The language that its metadata names."""
        metadata = self.node.metadata
        language = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
        return str(language) if language else None

    @property
    def code_cells(self) -> int:
        """How many of its cells are code."""
        return sum(1 for cell in self.node.cells if cell.cell_type == "code")


def read_notebook(path: Path, shown: str) -> Notebook:
    """Read and check a notebook file.

    Parameters
    ----------
    path: The file.
    shown: Its name as the caller gave it, for messages.

    Raises
    ------
    NotFound: ``notebook_missing``.
    InvalidInput: ``not_a_notebook``, ``notebook_invalid_json`` or ``notebook_invalid``.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(
            "notebook_missing",
            f"There is no notebook `{shown}`.",
            "Check the path: it counts from the folder that you are in, or from the root of the Jupyter server.",
            field="notebook",
        ) from error
    except IsADirectoryError as error:
        raise InvalidInput(
            "not_a_notebook", f"`{shown}` is a folder.", "Give the path of an .ipynb file.", field="notebook"
        ) from error
    except OSError as error:
        raise InvalidInput(
            "notebook_unreadable",
            f"`{shown}` can't be read: {error.strerror}.",
            "Check the file's permissions.",
            field="notebook",
        ) from error
    return Notebook(path, content, parse_notebook(content, shown))


def parse_notebook(content: bytes, shown: str) -> Any:
    """The notebook node of a file's bytes, upgraded to format 4.

    Raises
    ------
    InvalidInput: As `read_notebook`.
    """
    import nbformat

    try:
        document = json.loads(content)
    except ValueError as error:
        if not content.lstrip()[:1] == b"{":
            raise InvalidInput(
                "not_a_notebook", f"`{shown}` is not a notebook.", "Give the path of an .ipynb file.", field="notebook"
            ) from error
        raise InvalidInput(
            "notebook_invalid_json", f"`{shown}` is not valid JSON: {error}.", REMEDY_JSON, field="notebook"
        ) from error
    if not isinstance(document, dict) or "nbformat" not in document:
        raise InvalidInput(
            "not_a_notebook",
            f"`{shown}` is JSON, but not a notebook.",
            "Give the path of an .ipynb file.",
            field="notebook",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing and repeated cell ids, which it mends
            node = nbformat.reads(content.decode(), as_version=4)
            # As papermill: a newer minor version's fields (cell ids before 4.5) are no fault.
            node = nbformat.v4.upgrade(node) or node
        _check_structure(node)
    except Exception as error:  # nbformat raises whatever its parts raise: KeyError, AttributeError, its own
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InvalidInput(
            "notebook_invalid", f"`{shown}` is not a valid notebook: {reason}.", REMEDY_JSON, field="notebook"
        ) from error
    return node


def _check_structure(node: Any) -> None:
    """Refuse what can't be executed. The whole schema would refuse notebooks that papermill runs.

    Raises
    ------
    ValueError: In words.
    """
    if not isinstance(node.get("metadata"), dict) or not isinstance(node.metadata.get("kernelspec", {}), dict):
        raise ValueError("its metadata is no mapping")
    if not isinstance(node.get("cells"), list):
        raise ValueError("it has no list of cells")
    for number, cell in enumerate(node.cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
            raise ValueError(f"cell {number} is no cell")
        if not isinstance(cell.get("source"), str) or not isinstance(cell.get("metadata"), dict):
            raise ValueError(f"cell {number} has no source or no metadata")


def kernel_specs() -> dict[str, dict[str, Any]]:
    """The kernels of this machine: name → ``{"display_name", "language", "argv"}``."""
    from jupyter_client.kernelspec import KernelSpecManager

    found = KernelSpecManager().get_all_specs()
    return {name: dict(info["spec"]) for name, info in sorted(found.items())}


def resolve_kernel(notebook: Notebook, asked: str | None, shown: str) -> str:
    """The kernel to run a notebook with.

    Raises
    ------
    InvalidInput: ``kernel_missing`` where neither the notebook nor the request names one, ``kernel_unknown``.
    """
    specs = kernel_specs()
    have = ", ".join(specs) or "none"
    name = asked or notebook.kernel
    if not name:
        raise InvalidInput(
            "kernel_missing",
            f"`{shown}` names no kernel.",
            f"Choose one (`-k NAME`). Installed: {have}.",
            field="kernel",
        )
    if name not in specs:
        raise InvalidInput(
            "kernel_unknown",
            f"There is no kernel `{name}`.",
            f"Choose an installed one (`-k NAME`): {have}.",
            field="kernel",
        )
    return name
