r"""Delimited text: its delimiter and quotes, whether its first row names the columns, and what type each column is.

Rules of AWS Glue's built-in classifier: the delimiters ``, | \t ; \x01``, at least two columns and two rows; a header
only if every cell of the first row is a string under 150 characters (the last may be longer), the cells fit as names,
and some data row isn't all strings; else ``col1…``.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidInput
from ..models import Column
from .sample import SAMPLE_BYTES, Classification, Unreadable
from .text import Text
from .text_types import NULL_WORDS, column_type, is_text

__all__ = ["DELIMITERS", "classify_csv", "custom_csv", "header_names", "validate"]

DELIMITERS = (",", "|", "\t", ";", "\x01")
SUFFIXES = {".csv": None, ".tsv": "\t", ".tab": "\t", ".psv": "|"}
"""Names that promise delimited text, with the delimiter that they promise."""

# Of delimiters that cut a text equally well, the one that is rarest within values.
_BY_RARITY = ("\x01", "\t", "|", ";", ",")
_NAMES = {",": "a comma", "|": "a pipe", "\t": "a tab", ";": "a semicolon", "\x01": "\\x01", " ": "a space"}
_LONGEST_HEADER_CELL = 150
# Glue's pattern of a column's name: any character but those of control, the tab excepted.
_NAME = re.compile(r"[\t\u0020-\ud7ff\ue000-\U0010ffff]*\Z")
_RAGGED = 0.1
_RAGGED_WHERE_NAMED = 0.5
_HEADER_ONLY = 0.5


@dataclass(frozen=True)
class _Dialect:
    delimiter: str
    quote: str | None = '"'
    escape: str | None = None

    def rows(self, content: str, *, strict: bool = False) -> Iterator[list[str]]:
        """All rows that hold something.

        Without `strict`, quotes that are misplaced or never closed make odd rows, they raise nothing.

        Raises
        ------
        csv.Error: While iterating.
        """
        reader = csv.reader(
            io.StringIO(content, newline=""),
            delimiter=self.delimiter,
            quotechar=self.quote,
            quoting=csv.QUOTE_NONE if self.quote is None else csv.QUOTE_MINIMAL,
            escapechar=self.escape,
            doublequote=True,
            strict=strict,
        )
        return (row for row in reader if row)


@dataclass(frozen=True)
class _Parse:
    """A text cut by a dialect: its rows, how wide most are, and which (from 1) are not.

    misquoted: Whether a quote stands where none may.
    """

    dialect: _Dialect
    rows: list[list[str]]
    width: int
    ragged: tuple[int, ...]
    misquoted: bool = False

    @property
    def share(self) -> float:
        return len(self.ragged) / len(self.rows)


def classify_csv(text: Text, *, suffix: str = "") -> Classification | None:
    """Recognise delimited text; None where it is none.

    Parameters
    ----------
    suffix: That of the file's name: where it promises delimited text, what breaks the promise is told.

    Raises
    ------
    Unreadable: ``csv_ragged``, most rows differ in length.
    """
    named = suffix in SUFFIXES
    promised = SUFFIXES.get(suffix)
    best = _best(text, (promised, *DELIMITERS) if promised else DELIMITERS)
    if best is None:
        return _header_only(text, promised) if named else None
    if best.share > (_RAGGED_WHERE_NAMED if named else _RAGGED):
        if not named:
            return None
        number = best.ragged[0]
        raise Unreadable(
            "csv_ragged",
            f"Row {number} has {len(best.rows[number - 1])} cells where most have {best.width}, "
            f"and so differ {len(best.ragged)} of {len(best.rows)} rows.",
        )
    return _answer("csv", text, best)


def _best(text: Text, delimiters: Iterable[str], quotes: Sequence[str | None] = ('"', "'")) -> _Parse | None:
    """The parse that leaves the fewest rows of another width; of equal ones that whose quotes stand where they may.

    Of those that are equal in this too, the one of the rarer delimiter and the plainer quotes.
    """
    ranked: list[tuple[tuple[float, bool, int, int], _Parse]] = []
    for delimiter in dict.fromkeys(delimiters):
        rarity = _BY_RARITY.index(delimiter) if delimiter in _BY_RARITY else 0
        for order, dialect in enumerate(_dialects(text.content, delimiter, quotes)):
            parse = _parse(text, dialect)
            if parse is not None and parse.width >= 2 and len(parse.rows) >= 2:
                ranked.append(((round(parse.share, 3), parse.misquoted, rarity, order), parse))
    return min(ranked, key=lambda item: item[0])[1] if ranked else None


def _dialects(content: str, delimiter: str, quotes: Sequence[str | None]) -> list[_Dialect]:
    """What is worth trying, the likeliest first: single quotes and escapes only where they stand where they count."""
    if delimiter not in content:
        return []
    edges = content.count(f"{delimiter}'") + content.count(f"'{delimiter}")
    # Apostrophes stand at cells' edges now and then; quotes do in about every line.
    quotes = [quote for quote in quotes if quote != "'" or edges]
    if edges > content.count("\n"):
        quotes = sorted(quotes, key=lambda quote: quote != "'")
    escaped = [quote for quote in quotes if any(f"\\{mark}" in content for mark in (quote, delimiter) if mark)]
    return [_Dialect(delimiter, quote) for quote in quotes] + [_Dialect(delimiter, quote, "\\") for quote in escaped]


def _parse(text: Text, dialect: _Dialect) -> _Parse | None:
    if csv.field_size_limit() < SAMPLE_BYTES:
        csv.field_size_limit(SAMPLE_BYTES)
    rows: list[list[str]] = []
    misquoted = False
    try:
        for row in dialect.rows(text.content, strict=True):
            rows.append(row)  # noqa: PERF402, those before an error count
        rows = rows[:-1] if text.cut else rows
    except csv.Error:
        # The end of the sample may lie within quotes. Quotes that swallow much of it were none.
        read = sum(len(cell) for row in rows for cell in row)
        misquoted = not text.cut or 2 * read < len(text.content)
        if misquoted:
            rows = _leniently(text, dialect)
    if not rows:
        return None
    # Of widths that are equally frequent, that of the first row.
    width = Counter(map(len, rows)).most_common(1)[0][0]
    ragged = tuple(number for number, row in enumerate(rows, 1) if len(row) != width)
    return _Parse(dialect, rows, width, ragged, misquoted)


def _leniently(text: Text, dialect: _Dialect) -> list[list[str]]:
    try:
        rows = list(dialect.rows(text.content))
    except csv.Error:
        return []
    return rows[:-1] if text.cut else rows


def _header_only(text: Text, promised: str | None) -> Classification | None:
    """A single row in a file that promises more: a table without rows, if it reads as names."""
    lines = text.content.strip("\r\n").splitlines()
    if len(lines) != 1 or text.cut:
        return None
    for delimiter in (promised,) if promised else _BY_RARITY:
        row = next(_Dialect(delimiter).rows(lines[0]), [])
        if len(row) >= 2 and all(cell.strip() for cell in row) and _why_no_header(row) is None:
            names, renamed = header_names(row)
            return Classification(
                "csv",
                "csv",
                _HEADER_ONLY,
                columns=tuple(Column(name, "string") for name in names),
                parameters=_parameters(text, _Dialect(delimiter), header=True),
                notes=("The file holds a header only: its columns are taken for strings.", *renamed),
                rows=0,
            )
    return None


# -- header and types ------------------------------------------------------------------------------------------


def _why_no_header(row: Sequence[str]) -> str | None:
    """What keeps a first row from being a header, as the end of a sentence; None where nothing does."""
    if not any(cell.strip() for cell in row):
        return "its cells are empty"
    for position, cell in enumerate(row, 1):
        if not is_text(cell):
            return f"cell {position} is no string"
        if not _NAME.match(cell):
            return f"cell {position} holds control characters and so does not fit as a name"
        if len(cell) >= _LONGEST_HEADER_CELL and position < len(row):
            return f"cell {position} has {len(cell)} characters"
    return None


def _find_header(parse: _Parse) -> tuple[bool, str]:
    """Whether the first row is a header, and why."""
    first, data = parse.rows[0], parse.rows[1:]
    if len(first) != parse.width:
        return False, f"No header: the first row has {len(first)} cells where most have {parse.width}."
    reason = _why_no_header(first)
    if reason:
        return False, f"No header: of the first row, {reason}."
    for number, row in enumerate(data, 2):
        if not all(map(is_text, row)):
            return True, f"The first row is a header: its cells are strings, and row {number} isn't all strings."
    return False, "No header: every row is all strings, so the first is no different."


def header_names(row: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names from a header's cells: empty ones get their position, repeated ones a number.

    Notes tell positions only, here and elsewhere: who may read them may not be allowed to see each column.
    """
    names: list[str] = []
    notes: list[str] = []
    cells = [cell.strip() for cell in row]
    taken = {cell for cell in cells if cell}
    for position, cell in enumerate(cells, 1):
        name = cell or f"col{position}"
        if name in names or (not cell and name in taken):
            number = 2
            while f"{name}_{number}" in taken or f"{name}_{number}" in names:
                number += 1
            name = f"{name}_{number}"
        if not cell:
            notes.append(f"Column {position} has no name in the header and is called by its position.")
        elif name != cell:
            notes.append(f"The header has the name of column {position} more than once: it got a number.")
        names.append(name)
    return names, notes


def _answer(
    classifier: str,
    text: Text,
    parse: _Parse,
    *,
    header: bool | None = None,
    columns: Sequence[str] = (),
) -> Classification:
    notes = [_say_dialect(parse.dialect)]
    if header is None:
        header, why = _find_header(parse)
        notes.append(why)
    else:
        notes.append(f"The classifier says that there is {'a' if header else 'no'} header.")
    first = parse.rows[0] if header else []
    names, renamed = header_names(first) if first else ([f"col{number}" for number in range(1, parse.width + 1)], [])
    if columns:
        names = [*columns, *names[len(columns) :]]
    data = [row for row in (parse.rows[1:] if header else parse.rows) if len(row) == parse.width]
    typed, words = _types(names, data)
    notes += renamed
    if words:
        notes.append("In columns that are not text there are words for nothing, such as NA.")
    if parse.ragged:
        notes.append(_say_ragged(parse))
    whole = not text.cut
    return Classification(
        classifier,
        "csv",
        round(1.0 - parse.share, 4),
        columns=typed,
        parameters=_parameters(text, parse.dialect, header=header, words=words),
        notes=tuple(notes),
        rows=len(parse.rows) - int(header) if whole else None,
    )


def _types(names: Sequence[str], data: Sequence[Sequence[str]]) -> tuple[tuple[Column, ...], frozenset[str]]:
    columns, words = [], frozenset[str]()
    cells = list(zip(*data, strict=True)) if data else [() for _ in names]
    for name, values in zip(names, cells, strict=True):
        kind, found = column_type(values)
        words |= found
        columns.append(Column(name, kind))
    return tuple(columns), words


def _parameters(text: Text, dialect: _Dialect, *, header: bool, words: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What a reader needs. `nulls` are all words for nothing: another file of the table may have others."""
    return {
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        "escape": dialect.escape,
        "header": header,
        "encoding": text.encoding,
        "nulls": ["", *sorted(NULL_WORDS | words)],
    }


def _say_dialect(dialect: _Dialect) -> str:
    said = f"The delimiter is {_NAMES.get(dialect.delimiter, repr(dialect.delimiter))}"
    if dialect.quote == "'":
        said += ", cells are quoted by single quotes"
    if dialect.escape:
        said += f", {dialect.escape} escapes"
    return said + "."


def _say_ragged(parse: _Parse) -> str:
    number = parse.ragged[0]
    return (
        f"{len(parse.ragged)} of {len(parse.rows)} rows do not have {parse.width} cells; "
        f"the first is row {number} with {len(parse.rows[number - 1])}."
    )


# -- custom ----------------------------------------------------------------------------------------------------

_HEADERS = {True: True, False: False, None: None, "present": True, "absent": False, "unknown": None}
_FIELDS = frozenset({"kind", "delimiter", "quote", "header", "columns", "single_column"})


@dataclass(frozen=True)
class _Custom:
    delimiter: str | None
    quote: str | None
    header: bool | None
    columns: tuple[str, ...]
    single_column: bool


def _wrong(field: str, message: str, remedy: str) -> InvalidInput:
    return InvalidInput("classifier_invalid", message, remedy, field=field)


def validate(definition: Mapping[str, Any]) -> _Custom:
    """Check a custom classifier's definition.

    Raises
    ------
    InvalidInput: ``classifier_invalid``.
    """
    unknown = sorted(set(definition) - _FIELDS)
    if unknown:
        raise _wrong(unknown[0], f"A csv classifier has no `{unknown[0]}`.", f"Known are {', '.join(sorted(_FIELDS))}.")
    delimiter, quote = definition.get("delimiter"), definition.get("quote", '"')
    for field, value in (("delimiter", delimiter), ("quote", quote)):
        if value is not None and (not isinstance(value, str) or len(value) != 1 or value in "\r\n"):
            raise _wrong(field, f"`{field}` is one character, not {value!r}.", "Give one that is no line break.")
    if delimiter is not None and delimiter == quote:
        raise _wrong("delimiter", "`quote` and `delimiter` are the same.", "Give two different characters.")
    header = definition.get("header")
    header = header.lower() if isinstance(header, str) else header
    if not (header is None or isinstance(header, (bool, str))) or header not in _HEADERS:
        raise _wrong("header", f"`header` can't be {header!r}.", "It is `present`, `absent` or `unknown`.")
    columns = definition.get("columns") or []
    if not isinstance(columns, (list, tuple)) or not all(isinstance(name, str) and name.strip() for name in columns):
        raise _wrong("columns", "`columns` is a list of names.", "Leave it out to take the header's.")
    if len(set(columns)) < len(columns):
        raise _wrong("columns", "`columns` has a name more than once.", "Give each column its own.")
    single = definition.get("single_column", False)
    if not isinstance(single, bool):
        raise _wrong("single_column", "`single_column` is true or false.", "Leave it out for false.")
    return _Custom(delimiter, quote, _HEADERS[header], tuple(columns), single)


def custom_csv(name: str, definition: Mapping[str, Any], text: Text) -> Classification | None:
    """What a custom classifier makes of a text; None where it does not fit."""
    custom = validate(definition)
    delimiters = (custom.delimiter,) if custom.delimiter else DELIMITERS
    parse = _best(text, delimiters, (custom.quote,))
    if parse is None and custom.single_column:
        parse = _parse(text, _Dialect(custom.delimiter or ",", custom.quote))
        if parse is not None and parse.width != 1:
            parse = None
    if parse is None or parse.share > _RAGGED_WHERE_NAMED:
        return None
    if custom.columns and len(custom.columns) != parse.width:
        return None
    return _answer(name, text, parse, header=custom.header, columns=custom.columns)
