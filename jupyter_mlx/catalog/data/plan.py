"""What is read of a table and what of it is shown, as a value: decided where access is known, carried out elsewhere.

The statement that `select` makes has two floors. The lower one is what the reader may see: rows by the row filter,
values masked. The upper one is what the reader asked for. So a condition or an order never sees more than the reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ...errors import InvalidInput
from ..grants import column_names, column_types
from ..models import Table, TableView
from ..predicate_kinds import check_kinds
from ..predicate_reader import from_triples, parse_predicate
from ..predicates import Binary, Node, column_unknown, columns_of, quoted, quoted_text, resolve, to_sql
from ..types import is_temporal

__all__ = ["RAW", "Asked", "ReadPlan", "make_plan", "shown_type"]

RAW = "raw"
"""What the table is called in the statement."""
_TEXT_MASKS = {"hash", "redact", "partial"}


@dataclass(frozen=True)
class ReadPlan:
    """All that it takes to read; JSON all through, a process that has no store can be given it.

    path: ``database.table``, for messages; `identity` is what the source calls it.
    columns: Name and type of each column and partition key that is read, those for filters and masks included.
    keys: Those of `columns` that are partition keys, which files may lack.
    partitions: Values and location of each; empty for a table without.
    options, secret: The source's.
    fields: All columns of the present data in their order, for files that name none.
    output: Columns to give, in order; `chosen` if the reader named them.
    rows: The row filter; `where` what the reader asked for, `sort` with `descending` too.
    mask_key: What hashes are salted with.
    discreet: Whether errors tell nothing of values: something of the table is hidden from the reader.
    """

    path: str
    identity: str
    version: int
    format: str
    location: str
    parameters: Mapping[str, Any]
    source: Mapping[str, Any] = field(repr=False)
    secret: str | None = field(repr=False)
    columns: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str], ...] = ()
    partitions: tuple[tuple[tuple[str, ...], str], ...] = ()
    fields: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    chosen: bool = False
    rows: str | None = None
    masks: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, tuple[tuple[str, str | None], ...]] = field(default_factory=dict)
    where: str | None = None
    sort: str | None = None
    descending: bool = False
    mask_key: str = field(default="", repr=False)
    discreet: bool = False

    @property
    def types(self) -> dict[str, str]:
        """Type by column."""
        return dict(self.columns)

    @property
    def free(self) -> bool:
        """Whether every value of the columns is shown as it is."""
        return self.rows is None and not self.masks and not self.cells

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Name and type of each column that is given."""
        return tuple((name, self._type(name)) for name in self.output)

    def _type(self, name: str) -> str:
        ways = [how for _, how in self.cells[name]] if name in self.cells else [self.masks.get(name)]
        return shown_type(self.types[name], ways)

    def select(self, limit: int | None = None) -> str:
        """The statement, in DuckDB's SQL, over a table `RAW`."""
        asked = dict.fromkeys(self.output)
        if self.where is not None:
            asked |= dict.fromkeys(sorted(columns_of(parse_predicate(self.where))))
        if self.sort is not None:
            asked[self.sort] = None
        lower = ", ".join(f"{self._value(name)} AS {quoted(name)}" for name in asked)
        statement = f"SELECT {lower} FROM {RAW}"  # noqa: S608 - made of parsed conditions and quoted names
        if self.rows is not None:
            statement += f" WHERE {self.rows}"
        upper = ", ".join(quoted(name) for name in self.output)
        statement = f"SELECT {upper} FROM ({statement}) AS shown"  # noqa: S608
        if self.where is not None:
            statement += f" WHERE {self.where}"
        if self.sort is not None:
            statement += f" ORDER BY {quoted(self.sort)} {'DESC' if self.descending else 'ASC'} NULLS LAST"
        return statement if limit is None else f"{statement} LIMIT {limit}"

    def _value(self, name: str) -> str:
        own, shown = self.types[name], self._type(name)
        if name not in self.cells:
            return _mask_sql(quoted(name), own, shown, self.masks.get(name), self.mask_key)
        ways = (
            f"WHEN {predicate} THEN {_mask_sql(quoted(name), own, shown, how, self.mask_key)}"
            for predicate, how in self.cells[name]
        )
        return f"CASE {' '.join(ways)} ELSE NULL END"

    def pushed(self) -> Node | None:
        """What a source may leave out by itself: rows that neither the filter nor the reader would see."""
        texts = [self.rows] if self.rows is not None else []
        # A condition on what is shown says nothing of what is there, where the two differ.
        if self.where is not None and not _named(self.where) & {*self.cells, *self.masks}:
            texts.append(self.where)
        nodes = [resolve(parse_predicate(text), list(self.types)) for text in texts]
        return nodes[0] if len(nodes) == 1 else Binary("and", *nodes) if nodes else None

    def to_json(self) -> dict[str, Any]:
        """For another process."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ReadPlan:
        """From what `to_json` gave and JSON made of it."""
        values = {item.name: document[item.name] for item in fields(cls)}
        for name in ("columns", "keys", "fields", "output"):
            values[name] = _tuples(values[name])
        values["partitions"] = tuple((tuple(each), location) for each, location in values["partitions"])
        values["cells"] = {name: _tuples(ways) for name, ways in values["cells"].items()}
        return cls(**values)


def _tuples(items: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(item) if isinstance(item, list) else item for item in items)


# -- masks ---------------------------------------------------------------------------------------------------


def shown_type(own: str, ways: Sequence[str | None]) -> str:
    """The type of a column as it is shown: text where one of its masks makes text of it."""
    return "string" if any(how in _TEXT_MASKS for how in ways) else own


def _mask_sql(column: str, own: str, shown: str, how: str | None, key: str) -> str:
    text = f"CAST({column} AS VARCHAR)"
    match how:
        case None:
            return column if shown == own else text
        case "hash":
            return f"sha256({quoted_text(key)} || {text})"
        case "redact":
            return "'***'"
        case "partial":
            # Of short texts four characters would be most of it.
            return f"'****' || CASE WHEN length({text}) >= 8 THEN right({text}, 4) ELSE '' END"
        case "year" if is_temporal(own):
            year = f"CAST(date_trunc('year', {column}) AS {'DATE' if own.startswith('date') else 'TIMESTAMP'})"
            return year if shown == own else f"CAST({year} AS VARCHAR)"
    # `null`, and a year of what has none.
    return f"CASE WHEN FALSE THEN {column if shown == own else text} END"


# -- planning ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a reader asks for; all of the columns and rows by default.

    where: An SQL predicate, or filters as pandas and pyarrow take them.
    sort: A column, ``-`` before it for descending order.
    """

    columns: Sequence[str] | None = None
    where: str | Sequence[Any] | None = None
    sort: str | None = None

    def names(self, view: TableView) -> set[str]:
        """The columns that it names, as far as the view knows them."""
        known = column_names(view.table)
        named = set(self.columns or ())
        if self.where is not None:
            named |= columns_of(resolve(self.node(), [*known], "filter"))
        if self.sort is not None:
            named.add(self.sort.removeprefix("-") if self.sort not in known else self.sort)
        return named

    def node(self) -> Node:
        """The condition's tree."""
        assert self.where is not None
        return parse_predicate(self.where, "filter") if isinstance(self.where, str) else from_triples(self.where)


def make_plan(
    view: TableView,
    whole: Table,
    asked: Asked,
    source: Mapping[str, Any],
    *,
    fields: tuple[str, ...] = (),
    secret: str | None = None,
    mask_key: str = "",
    discreet: bool = False,
) -> ReadPlan:
    """The plan of a read that was found to be allowed.

    Parameters
    ----------
    view: The table as the reader may see it, at the version to be read.
    whole: The same with all its columns, which filters and masks may need.
    source: ``{"kind", "location", "options"}``.
    fields: All columns of the present version.

    Raises
    ------
    InvalidInput: ``column_unknown``, ``columns_missing`` or ``filter_invalid``.
    """
    selectable = list(view.selectable)
    output = selectable if asked.columns is None else list(dict.fromkeys(asked.columns))
    if not output:
        raise InvalidInput(
            "columns_missing", f"No column of `{whole.path}` is asked for.", "Name one at least.", field="columns"
        )
    for name in output:
        if name not in selectable:
            raise column_unknown(name, selectable, "columns")
    where = None
    if asked.where is not None:
        node = resolve(asked.node(), selectable, "filter")
        check_kinds(node, column_types(whole), "filter")
        where = to_sql(node)
    sort, descending = _sort(asked.sort, selectable)
    keys = tuple((key.name, key.type) for key in whole.version.partition_keys)
    types = column_types(whole)
    every = {name: types[name] for name in column_names(whole)}
    read = {*output, sort, *_named(where)}
    plan = ReadPlan(
        path=whole.path,
        identity=whole.identity,
        version=whole.version.number,
        format=whole.format,
        location=whole.location,
        parameters=whole.parameters,
        source=source,
        secret=secret,
        columns=tuple(every.items()),
        keys=keys,
        fields=fields,
        output=tuple(output),
        chosen=asked.columns is not None,
        rows=view.rows,
        masks={name: how for name, how in view.masks.items() if name in read},
        cells={name: ways for name, ways in view.cells.items() if name in read},
        where=where,
        sort=sort,
        descending=descending,
        mask_key=mask_key,
        discreet=discreet,
    )
    return replace(plan, columns=tuple((name, every[name]) for name in every if name in _needed(plan)))


def _named(sql: str | None) -> set[str]:
    return set() if sql is None else columns_of(parse_predicate(sql))


def _needed(plan: ReadPlan) -> set[str]:
    names = {*plan.output, *_named(plan.rows), *_named(plan.where)} | ({plan.sort} if plan.sort else set())
    for ways in plan.cells.values():
        for predicate, _ in ways:
            names |= _named(predicate)
    return names


def _sort(text: str | None, selectable: Sequence[str]) -> tuple[str | None, bool]:
    if text is None:
        return None, False
    if text in selectable:
        return text, False
    name = text.removeprefix("-")
    if name not in selectable:
        raise column_unknown(name, selectable, "sort")
    return name, text.startswith("-")
