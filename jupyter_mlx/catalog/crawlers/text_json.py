"""JSON: a document a line, one document, an array of documents, documents one after the other.

Only the sample is read. Where it ends within a document, what came before its end tells the schema; where even the
first document is longer than the sample, the part that is there is closed and read (a 2 GB line costs 1 MiB).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ...errors import InvalidInput
from ..models import Column
from .documents import Documents
from .json_path import JsonPath
from .sample import Classification, Unreadable
from .text import Text
from .text_types import column_type

__all__ = ["classify_json", "custom_json", "validate"]

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"\s*")
_KEPT = 10_000
# A string may be cut by the end of the text: what it holds is no structure either way.
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
# A guess from part of a document is worth less than a classifier that saw whole ones.
_PARTIAL = 0.9


class _Foreign(Exception):
    """The text is no JSON. `position` is where it stops to be."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass
class _Reading:
    """How the documents stood in the text, told while they are read."""

    layout: str = "lines"
    partial: bool = False
    others: int = 0
    notes: list[str] = field(default_factory=list)


def classify_json(text: Text, *, named: bool) -> Classification | None:
    """Recognise JSON documents; None where the text is none.

    Parameters
    ----------
    named: Whether the file's name says that it is JSON: then what is broken in it is told.

    Raises
    ------
    Unreadable: ``json_broken`` with line and column, ``json_deep``.
    """
    start = _skip(text.content, 0)
    first = text.content[start : start + 1]
    if first not in ("{", "["):
        if named and first:
            raise Unreadable("json_broken", f"Its name says JSON, but it starts with {first!r}.")
        return None
    reading = _Reading()
    try:
        documents = list(islice(_documents(_read(text, reading), reading), _KEPT))
    except _Foreign as error:
        if not named and not _began_well(text, error.position):
            return None
        line = text.content.count("\n", 0, error.position) + 1
        column = error.position - text.content.rfind("\n", 0, error.position)
        raise Unreadable("json_broken", f"Line {line}, column {column} is no JSON: {error}.") from error
    except RecursionError as error:
        raise _too_deep() from error
    return _answer("json", documents, reading, text)


def _too_deep() -> Unreadable:
    return Unreadable("json_deep", "Its documents are nested too deep to be read.")


def _documents(values: Iterable[Any], reading: _Reading) -> Iterator[Mapping[str, Any]]:
    for value in values:
        if isinstance(value, dict):
            yield value
        else:
            reading.others += 1


def _began_well(text: Text, position: int) -> bool:
    """Whether at least one whole line before the trouble is a document: then it is a broken file of JSON."""
    first, _, _ = text.content.lstrip().partition("\n")
    if position <= len(first):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _answer(
    classifier: str, documents: list[Mapping[str, Any]], reading: _Reading, text: Text, **parameters: Any
) -> Classification | None:
    if not documents:
        return None
    seen = Documents()
    for document in documents:
        seen.add(document)
    columns = tuple(_with_times(column, documents) for column in seen.columns())
    if not columns:
        return None
    notes = [*reading.notes, *seen.notes()]
    if reading.others:
        notes.append(f"{reading.others} values that are no documents were left out.")
    whole = not text.cut and len(documents) < _KEPT
    return Classification(
        classifier,
        "json",
        _PARTIAL if reading.partial else 1.0,
        columns=columns,
        parameters={"layout": reading.layout, "encoding": text.encoding, **parameters},
        notes=tuple(notes),
        rows=len(documents) if whole else None,
    )


def _with_times(column: Column, documents: list[Mapping[str, Any]]) -> Column:
    """Days and moments are text in JSON: a column whose every text reads as one is one."""
    column = replace(column, presence=None if column.presence == 1.0 else column.presence)
    if column.type != "string":
        return column
    texts = [value for document in documents if (value := document.get(column.name)) is not None]
    if not all(isinstance(value, str) and value[:1].isdigit() and len(value) >= 10 for value in texts):
        return column
    kind, _ = column_type(texts)
    return replace(column, type=kind) if kind.startswith(("date", "timestamp")) else column


# -- documents of the sample -----------------------------------------------------------------------------------


def _read(text: Text, reading: _Reading) -> Iterator[Any]:
    """The values of a text in their order; `reading` tells how they stood."""
    position = _skip(text.content, 0)
    if text.content.startswith("[", position):
        reading.layout = "array"
        return _array(text, position + 1, reading)
    return _sequence(text, position, reading)


def _skip(content: str, position: int) -> int:
    found = _SPACE.match(content, position)
    return found.end() if found else position


def _value(content: str, position: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(content, position)
    except json.JSONDecodeError as error:
        raise _Foreign(error.msg, error.pos) from error


def _array(text: Text, position: int, reading: _Reading) -> Iterator[Any]:
    content = text.content
    reading.notes.append("The file is one array; each of its documents is a row.")
    position = _skip(content, position)
    first = True
    while not content.startswith("]", position):
        try:
            value, position = _value(content, position)
        except _Foreign as error:
            yield from _cut_off(text, position, error, reading, first=first)
            return
        yield value
        first = False
        position = _skip(content, position)
        if content.startswith(",", position):
            position = _skip(content, position + 1)
        elif position >= len(content) and text.cut:
            return
        elif not content.startswith("]", position):
            raise _Foreign("a comma or the end of the array is missing", position)
    if content[position + 1 :].strip():
        raise _Foreign("something follows the array", _skip(content, position + 1))


def _sequence(text: Text, position: int, reading: _Reading) -> Iterator[Any]:
    content = text.content
    start, first = position, True
    while position < len(content):
        try:
            value, end = _value(content, position)
        except _Foreign as error:
            if first:
                reading.layout = "document"
            yield from _cut_off(text, position, error, reading, first=first)
            return
        position = _skip(content, end)
        if first:
            reading.layout, note = _layout(content, start, end, more=position < len(content))
            reading.notes.append(note)
        first = False
        yield value


def _layout(content: str, start: int, end: int, *, more: bool) -> tuple[str, str]:
    if content.find("\n", start, end) < 0:
        return "lines", "Each line is a document."
    if more:
        return "documents", "The documents stand one after the other, over several lines each."
    return "document", "The file is one document; it is one row."


def _cut_off(text: Text, position: int, error: _Foreign, reading: _Reading, *, first: bool) -> Iterator[Any]:
    """What is there of a value that ends behind the sample, if nothing stands before it.

    Raises
    ------
    _Foreign: It does not end there, it is broken.
    """
    if not text.cut:
        raise error
    closed = _close(text.content[position:])
    try:
        part = json.loads(closed) if closed else None
    except ValueError:
        raise error from None
    if not first:
        return
    if part is None:
        raise error
    reading.partial = True
    reading.notes.append(
        f"The first document is longer than the sample of {len(text.content):,} characters: "
        "the schema is that of its beginning."
    )
    yield part


def _close(content: str) -> str | None:
    """The text up to its last whole member or item, with what is open closed; None where nothing is open."""
    open_ones: list[str] = []
    end, closing = 0, ""
    for found in _MARKS.finditer(content):
        mark = found.group()
        if mark in ("{", "["):
            open_ones.append("}" if mark == "{" else "]")
        elif mark in ("}", "]"):
            if not open_ones:
                break
            open_ones.pop()
        elif mark != ",":
            continue
        end, closing = found.start() if mark == "," else found.end(), "".join(reversed(open_ones))
    return content[:end] + closing if end else None


# -- custom ----------------------------------------------------------------------------------------------------


def validate(definition: Mapping[str, Any]) -> JsonPath:
    """The path of a custom classifier's definition.

    Raises
    ------
    InvalidInput: ``classifier_invalid``.
    """
    path = definition.get("path")
    if not isinstance(path, str) or not path.strip():
        raise InvalidInput(
            "classifier_invalid", "A json classifier needs a `path`.", "Give one such as `$.records[*]`.", field="path"
        )
    return JsonPath.parse(path)


def custom_json(name: str, definition: Mapping[str, Any], text: Text) -> Classification | None:
    """What a custom classifier makes of a text: the documents at its path are the rows.

    Raises
    ------
    Unreadable: ``json_deep``.
    """
    path = validate(definition)
    reading = _Reading()
    try:
        values = list(islice(_read(text, reading), _KEPT))
    except _Foreign:
        return None
    except RecursionError as error:
        raise _too_deep() from error
    # The path starts from the whole array where the file is one, else from each document.
    roots = [values] if reading.layout == "array" else values
    reading.notes = [f"The rows are the documents at {path.text}."]
    found = (value for root in roots for value in path.find(root))
    return _answer(name, list(islice(_documents(found, reading), _KEPT)), reading, text, path=path.text)
