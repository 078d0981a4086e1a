"""Recognising what a file holds: custom classifiers in their order, then the built-in ones.

A certainty of 1.0 stops; else the highest wins, of equal ones the first; nothing above 0 is `UNKNOWN`. Source: AWS
Glue, "Defining and managing classifiers". The built-in order is Glue's too: Avro, ORC, Parquet, JSON, logs, CSV.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from ...errors import InvalidInput
from . import avro, logs, text_csv, text_json
from .compression import Unpacked, unpack
from .sample import SAMPLE_BYTES, UNKNOWN, Classification, Sample, Unreadable
from .text import Text, decode, decode_leniently

__all__ = [
    "SAMPLE_BYTES",
    "UNKNOWN",
    "Classification",
    "Sample",
    "Unreadable",
    "classify",
    "validate_classifier",
]

_BINARY_MAGIC = (
    (b"PAR1", "parquet"),
    (b"ORC", "orc"),
    (b"ARROW1\0\0", "arrow"),
    (b"FEA1", "arrow"),
    (avro.MAGIC, "avro"),
)
_BINARY_SUFFIXES = {
    ".avro": "avro",
    ".parquet": "parquet",
    ".parq": "parquet",
    ".orc": "orc",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".geojson"})


def classify(sample: Sample, custom: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> Classification:
    """Recognise a file by its beginning.

    Parameters
    ----------
    custom: Custom classifiers, name and definition, in the order in which they are to be tried.

    Raises
    ------
    Unreadable: The file is broken, or not what its name says.
    InvalidInput: A custom classifier's definition is wrong.
    """
    if sample.size == 0:
        raise Unreadable("file_empty", "The file is empty.")
    unpacked = unpack(sample)
    best: Classification | None = None
    for found in _candidates(sample, unpacked, custom):
        if best is None or found.certainty > best.certainty:
            best = found
        if best.certainty >= 1.0:
            break
    if best is None or best.certainty <= 0:
        return Classification(
            UNKNOWN, UNKNOWN, 0.0, unpacked.compression, notes=(*unpacked.notes, _why_unknown(unpacked))
        )
    return replace(best, compression=best.compression or unpacked.compression).noting(*unpacked.notes)


def _candidates(
    sample: Sample, unpacked: Unpacked, custom: Sequence[tuple[str, Mapping[str, Any]]]
) -> Iterator[Classification]:
    """What the classifiers say, in their order; the next is asked only when the caller goes on."""
    magic = next((kind for magic, kind in _BINARY_MAGIC if unpacked.head.startswith(magic)), None)
    content = _Content(unpacked, binary=magic is not None)
    for name, definition in custom:
        kind = _kind(definition)
        text = content.log if kind == "grok" else content.text
        if text and (found := _CUSTOM[kind][0](name, definition, text)):
            yield found.noting(*text.notes)
    suffix = PurePosixPath(unpacked.name).suffix.lower()
    binary = magic or _BINARY_SUFFIXES.get(suffix)
    if binary == "avro":
        yield avro.classify_avro(unpacked.head, cut=unpacked.cut)
    elif binary and unpacked.compression is None:
        from .formats import read_binary

        yield read_binary(binary, sample)
    tries: tuple[tuple[Text | None, Callable[[Text], Classification | None]], ...] = (
        (content.text, lambda text: text_json.classify_json(text, named=suffix in _JSON_SUFFIXES)),
        (content.log, logs.classify_log),
        (content.text, lambda text: text_csv.classify_csv(text, suffix=suffix)),
    )
    for text, attempt in tries:
        if text and (found := attempt(text)):
            yield found.noting(*text.notes)
    if content.broken:
        raise content.broken


class _Content:
    """A file's beginning as text, and as a log's text, which may hold bytes that are none."""

    def __init__(self, unpacked: Unpacked, *, binary: bool) -> None:
        self.text: Text | None = None
        self.log: Text | None = None
        self.broken: Unreadable | None = None
        if binary:
            return
        try:
            self.text = decode(unpacked.head, cut=unpacked.cut)
        except Unreadable as error:
            self.broken = error
        self.log = self.text or decode_leniently(unpacked.head, cut=unpacked.cut)


def _why_unknown(unpacked: Unpacked) -> str:
    suffix = PurePosixPath(unpacked.name).suffix.lower()
    if suffix in text_csv.SUFFIXES:
        return "It has not two columns and two rows at any delimiter; a csv classifier may allow a single column."
    return "No classifier recognised it."


_CUSTOM = {
    "grok": (logs.custom_grok, logs.validate),
    "csv": (text_csv.custom_csv, text_csv.validate),
    "json": (text_json.custom_json, text_json.validate),
}


def _kind(definition: Mapping[str, Any]) -> str:
    kind = definition.get("kind")
    if kind not in _CUSTOM:
        raise InvalidInput(
            "classifier_invalid",
            f"There is no kind of classifier {kind!r}.",
            f"Kinds are {', '.join(sorted(_CUSTOM))}.",
            field="kind",
        )
    return str(kind)


def validate_classifier(kind: str, definition: Mapping[str, Any]) -> None:
    """Check what a custom classifier is defined as.

    Raises
    ------
    InvalidInput: ``classifier_invalid``, ``json_path_invalid``, ``grok_invalid`` …
    """
    _CUSTOM[_kind({"kind": kind})][1](definition)
