"""The difference of two notebooks in nbdime's form, with its time bounded where nbdime's is not.

nbdime aligns the cells and compares their sources, metadata and attachments; of the outputs it sees digests only,
because one changed 200-row HTML table costs it 6 seconds. Changed texts are compared here, line by line; all other
changed outputs are replaced as a whole.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .normal import declared_parameters, normalized, output_digest

__all__ = ["diff_notebooks"]

Operation = dict[str, Any]

# Characters of a pair of texts above which they are replaced as a whole, too.
INNER_TEXT = 200_000
# A report shows this much of an output.
SHOWN_TEXT = 4_000
SHOWN_IMAGE = 1_500_000
_IMAGES = ("image/png", "image/jpeg")
# What nbdime may say about a cell; ids and counters are noise, outputs are compared here.
_CELL_KEYS = ("source", "metadata", "attachments")


@dataclass
class _Alignment:
    """Which cell of the one notebook is which of the other, by index, with nbdime's operations on it."""

    pairs: list[tuple[int, int, list[Operation]]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: dict[int, int] = field(default_factory=dict)
    """Index in the other notebook → the index in the base before which it comes."""
    metadata: list[Operation] = field(default_factory=list)


def diff_notebooks(a: Any, b: Any, *, fine: bool = True, report: bool = False) -> dict[str, Any]:
    """What differs between two notebook nodes of format 4.

    Parameters
    ----------
    fine: Sources by nbdime, which marks changes within a line; False compares whole lines, which is fast with
        whatever it is given.
    report: With the changed cells' texts for a report.

    Returns
    -------
    The document that `NotebookDiff.from_json` reads.
    """
    base, other = normalized(a), normalized(b)
    digests = [
        [[output_digest(output) for output in cell.get("outputs", [])] for cell in nb["cells"]] for nb in (base, other)
    ]
    aligned = (_align_fine if fine else _align_coarse)(base, other, digests)
    moved = _moved(base["cells"], other["cells"], aligned)
    cells = _Cells(base["cells"], other["cells"], digests)
    changes: list[tuple[str, int | None, int | None]] = []
    operations: list[Operation] = []
    for i, j, own in aligned.pairs:
        outputs = cells.output_operations(i, j)
        entry = [*own, *([{"op": "patch", "key": "outputs", "diff": outputs}] if outputs else [])]
        if entry:
            operations.append({"op": "patch", "key": i, "diff": sorted(entry, key=lambda item: str(item["key"]))})
            changes.append(("changed" if own else "outputs", i, j))
    operations += _ranges(aligned, other["cells"])
    differing = [(i, j) for i, j in moved if not _same_content(base["cells"][i], other["cells"][j])]
    for i, j in moved:
        cells.count_outputs(i, j)
        changes.append(("moved", i, j))
    changes += [("removed", i, None) for i in aligned.removed if i not in {pair[0] for pair in moved}]
    changes += [("added", None, j) for j in aligned.added if j not in {pair[1] for pair in moved}]
    # nbdime's order: at the same place, what is added comes before what is removed.
    operations.sort(key=lambda item: (item["key"], item["op"] != "addrange"))
    diff = [{"op": "patch", "key": "cells", "diff": operations}] if operations else []
    return {
        "cells": {
            "added": len(aligned.added) - len(moved),
            "removed": len(aligned.removed) - len(moved),
            "changed": sum(bool(own) for _, _, own in aligned.pairs) + len(differing),
            "moved": len(moved),
        },
        "outputs_changed": cells.outputs_changed,
        "metadata_changed": bool(aligned.metadata),
        "base": base,
        "diff": diff + aligned.metadata,
        "declared": [declared_parameters(base), declared_parameters(other)],
        "changes": [cells.describe(*change) for change in changes] if report else [],
    }


# -- cells -----------------------------------------------------------------------------------------------------


def _align_fine(base: dict[str, Any], other: dict[str, Any], digests: list[list[list[str]]]) -> _Alignment:
    """By nbdime, on notebooks that have digests in place of outputs."""
    from nbdime.diffing.notebooks import diff_notebooks as nbdime_diff

    skeletons = [
        _node({**notebook, "cells": [_skeleton(*item) for item in zip(notebook["cells"], side, strict=True)]})
        for notebook, side in zip((base, other), digests, strict=True)
    ]
    found: list[Operation] = nbdime_diff(*skeletons)
    operations: list[Operation] = next((item["diff"] for item in found if item["key"] == "cells"), [])
    aligned = _Alignment(metadata=[item for item in found if item["key"] == "metadata"])
    patches = {item["key"]: item["diff"] for item in operations if item["op"] == "patch"}
    added: dict[int, int] = {}
    removed: set[int] = set()
    for item in operations:
        if item["op"] == "addrange":
            added[item["key"]] = added.get(item["key"], 0) + len(item["valuelist"])
        elif item["op"] == "removerange":
            removed |= set(range(item["key"], item["key"] + item["length"]))
    j = 0
    for i in range(len(base["cells"]) + 1):
        aligned.added |= dict.fromkeys(range(j, j + added.get(i, 0)), i)
        j += added.get(i, 0)
        if i in removed:
            aligned.removed.append(i)
        elif i < len(base["cells"]):
            own = [item for item in patches.get(i, []) if item["key"] in _CELL_KEYS]
            aligned.pairs.append((i, j, own))
            j += 1
    return aligned


def _node(document: dict[str, Any]) -> Any:
    """nbdime reads fields as attributes."""
    import nbformat

    convert: Any = nbformat.from_dict
    return convert(document)


def _skeleton(cell: dict[str, Any], digests: list[str]) -> dict[str, Any]:
    # The type is part of the id: a cell that became another type is another cell, there is no patch from one to
    # the other that a viewer could show.
    found = {**cell, "id": f"{cell['cell_type']}-{cell['id']}"}
    if "outputs" in cell:
        found["outputs"] = [{"output_type": digest} for digest in digests]
    return found


def _align_coarse(base: dict[str, Any], other: dict[str, Any], digests: list[list[list[str]]]) -> _Alignment:
    """By id, and by content where ids say nothing; sources differ by whole lines."""
    aligned = _Alignment()
    one, two = base["cells"], other["cells"]
    ids = [[f"{cell['cell_type']}-{cell['id']}" for cell in cells] for cells in (one, two)]
    texts = [[(cell["cell_type"], cell["source"]) for cell in cells] for cells in (one, two)]
    for i, j, k, m in _gaps(ids[0], ids[1], aligned):
        for p, q, r, s in _gaps(texts[0][i:j], texts[1][k:m], aligned, i, k):
            aligned.removed += range(p, q)
            aligned.added |= dict.fromkeys(range(r, s), p)
    aligned.pairs = [(i, j, _coarse_patch(one[i], two[j])) for i, j, _ in sorted(aligned.pairs, key=lambda p: p[0])]
    if base["metadata"] != other["metadata"]:
        # Whole as well: remove what was there, add what is.
        keys = sorted({*base["metadata"], *other["metadata"]})
        entries = [_metadata_entry(key, base["metadata"], other["metadata"]) for key in keys]
        aligned.metadata = [{"op": "patch", "key": "metadata", "diff": [entry for entry in entries if entry]}]
    return aligned


def _gaps(
    one: list[Any], two: list[Any], aligned: _Alignment, i0: int = 0, j0: int = 0
) -> Iterator[tuple[int, int, int, int]]:
    """Notes the pairs of equal items; yields the stretches between them that have no counterpart."""
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            aligned.pairs += [(i0 + i + step, j0 + k + step, []) for step in range(j - i)]
        else:
            yield i0 + i, i0 + j, j0 + k, j0 + m


def _coarse_patch(one: dict[str, Any], two: dict[str, Any]) -> list[Operation]:
    found: list[Operation] = []
    if one["source"] != two["source"]:
        found.append({"op": "patch", "key": "source", "diff": _line_operations(one["source"], two["source"])})
    for key in ("attachments", "metadata"):
        entry = _metadata_entry(key, one, two)
        if entry:
            found.append(entry)
    return found


def _metadata_entry(key: str, one: dict[str, Any], two: dict[str, Any]) -> Operation | None:
    if key not in two:
        return {"op": "remove", "key": key} if key in one else None
    if key not in one:
        return {"op": "add", "key": key, "value": two[key]}
    return {"op": "replace", "key": key, "value": two[key]} if one[key] != two[key] else None


def _line_operations(one: str, two: str) -> list[Operation]:
    lines, others = one.splitlines(True), two.splitlines(True)
    found: list[Operation] = []
    # With its heuristic for frequent lines on, so that the time does not grow with the square of the lines.
    for tag, i, j, k, m in difflib.SequenceMatcher(None, lines, others).get_opcodes():
        if tag != "equal":
            found += [{"op": "addrange", "key": i, "valuelist": others[k:m]}] if m > k else []
            found += [{"op": "removerange", "key": i, "length": j - i}] if j > i else []
    return found


def _ranges(aligned: _Alignment, others: list[dict[str, Any]]) -> list[Operation]:
    """Additions and removals of cells, neighbours joined."""
    found: list[Operation] = []
    for i in aligned.removed:
        if found and found[-1]["key"] + found[-1]["length"] == i:
            found[-1]["length"] += 1
        else:
            found.append({"op": "removerange", "key": i, "length": 1})
    by_place: dict[int, list[int]] = {}
    for j, place in aligned.added.items():
        by_place.setdefault(place, []).append(j)
    return found + [
        {"op": "addrange", "key": place, "valuelist": [others[j] for j in items]} for place, items in by_place.items()
    ]


def _same_content(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return all(one.get(key) == two.get(key) for key in _CELL_KEYS)


def _moved(one: list[dict[str, Any]], two: list[dict[str, Any]], aligned: _Alignment) -> list[tuple[int, int]]:
    """Removed and added cells that are the same one: by its id, or by its source unless that is blank."""
    found: list[tuple[int, int]] = []
    for key in ("id", "source"):
        left = [j for j in aligned.added if j not in {pair[1] for pair in found}]
        for i in aligned.removed:
            if i in {pair[0] for pair in found} or not one[i][key].strip():
                continue
            kind = one[i]["cell_type"]
            j = next((j for j in left if two[j]["cell_type"] == kind and two[j][key] == one[i][key]), None)
            if j is not None:
                left.remove(j)
                found.append((i, j))
    return sorted(found)


# -- outputs ---------------------------------------------------------------------------------------------------


class _Cells:
    """The cells of both notebooks, and how many of their outputs differ."""

    def __init__(self, one: list[dict[str, Any]], two: list[dict[str, Any]], digests: list[list[list[str]]]) -> None:
        self._one = one
        self._two = two
        self._digests = digests
        self.outputs_changed = 0

    def _stretches(self, i: int, j: int) -> list[tuple[int, int, int, int]]:
        matcher = difflib.SequenceMatcher(None, self._digests[0][i], self._digests[1][j], autojunk=False)
        return [(p, q, r, s) for tag, p, q, r, s in matcher.get_opcodes() if tag != "equal"]

    def count_outputs(self, i: int, j: int) -> list[tuple[int, int, int, int]]:
        """The stretches of outputs that differ between two cells, counted."""
        found = self._stretches(i, j)
        self.outputs_changed += sum(max(q - p, s - r) for p, q, r, s in found)
        return found

    def output_operations(self, i: int, j: int) -> list[Operation]:
        """nbdime's operations that lead from the outputs of one cell to those of the other."""
        found: list[Operation] = []
        for p, q, r, s in self.count_outputs(i, j):
            one, two = self._one[i]["outputs"][p:q], self._two[j]["outputs"][r:s]
            for step, (left, right) in enumerate(zip(one, two, strict=False)):
                inner = _inner(left, right)
                if inner:
                    found.append({"op": "patch", "key": p + step, "diff": inner})
                else:
                    found.append({"op": "addrange", "key": p + step, "valuelist": [right]})
                    found.append({"op": "removerange", "key": p + step, "length": 1})
            both = min(len(one), len(two))
            if len(two) > both:
                found.append({"op": "addrange", "key": p + both, "valuelist": two[both:]})
            if len(one) > both:
                found.append({"op": "removerange", "key": p + both, "length": len(one) - both})
        return found

    def describe(self, kind: str, i: int | None, j: int | None) -> dict[str, Any]:
        """A changed cell for a report; numbers count from 1."""
        one = self._one[i] if i is not None else None
        two = self._two[j] if j is not None else None
        outputs: list[list[dict[str, Any]]] = [[], []]
        if i is not None and j is not None:
            for p, q, r, s in self._stretches(i, j):
                outputs[0] += self._one[i]["outputs"][p:q]
                outputs[1] += self._two[j]["outputs"][r:s]
        some = one or two or {}
        return {
            "kind": kind,
            "cell_type": some["cell_type"],
            "a": None if i is None else i + 1,
            "b": None if j is None else j + 1,
            "source_a": one["source"] if one else "",
            "source_b": two["source"] if two else "",
            "outputs_a": [_view(output) for output in outputs[0]],
            "outputs_b": [_view(output) for output in outputs[1]],
        }


def _inner(one: dict[str, Any], two: dict[str, Any]) -> list[Operation]:
    """The difference inside of two texts of the same kind; empty where they are to be shown whole."""
    texts = [_plain_text(output) for output in (one, two)]
    if texts[0] is None or texts[1] is None or len(texts[0]) + len(texts[1]) > INNER_TEXT:
        return []
    if any(one.get(key) != two.get(key) for key in ("output_type", "name", "metadata")):
        return []
    lines = _line_operations(texts[0], texts[1])
    if one["output_type"] == "stream":
        return [{"op": "patch", "key": "text", "diff": lines}]
    return [{"op": "patch", "key": "data", "diff": [{"op": "patch", "key": "text/plain", "diff": lines}]}]


def _plain_text(output: dict[str, Any]) -> str | None:
    """The text of an output that is nothing but text."""
    if output["output_type"] == "stream":
        return str(output["text"])
    data = output.get("data", {})
    if set(data) == {"text/plain"} and isinstance(data["text/plain"], str):
        return str(data["text/plain"])
    return None


def _view(output: dict[str, Any]) -> dict[str, str]:
    data = output.get("data", {})
    for kind in _IMAGES:
        image = data.get(kind)
        if isinstance(image, str) and len(image) <= SHOWN_IMAGE:
            return {"image": image.replace("\n", ""), "image_type": kind}
    if output["output_type"] == "error":
        text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
    else:
        text = output.get("text") or data.get("text/plain") or f"({', '.join(data) or 'empty'})"
    text = str(text)
    if len(text) > SHOWN_TEXT:
        text = f"{text[:SHOWN_TEXT]}\n… {len(text) - SHOWN_TEXT} characters more"
    return {"text": text}
