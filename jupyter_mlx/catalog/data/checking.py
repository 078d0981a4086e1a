"""Carrying out quality rules: pandera over batches of the data, and what takes all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...clock import to_iso
from ...errors import InvalidInput
from ..predicates import quoted
from ..types import arrow_type, is_temporal
from .encoding import encoded
from .engine import open_engine, reading_errors, seal
from .plan import ReadPlan
from .reader import TableReader
from .rules import Rule
from .scan import open_scan

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import pandera.pandas as pandera

__all__ = ["QualityCheck", "QualityResult", "run_checks"]

EXAMPLES = 5
_BATCH_ROWS = 131_072
_BY_VALUE = {"not_null", "in_range", "isin", "str_matches", "str_length"}


@dataclass(frozen=True)
class QualityCheck:
    """How one rule ended. `failures` counts values; `examples` are some of them, as JSON holds values."""

    rule: Rule
    passed: bool
    failures: int = 0
    examples: Sequence[Any] = ()
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {**vars(self), "rule": self.rule.to_json(), "examples": list(self.examples)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> QualityCheck:
        """From what `to_json` wrote."""
        return cls(**{**document, "rule": Rule.from_json(document["rule"])})


@dataclass(frozen=True)
class QualityResult:
    """How all rules of a table ended at one time."""

    id: str
    version: int
    checks: tuple[QualityCheck, ...]
    run_id: str | None
    time: datetime

    @property
    def passed(self) -> bool:
        """Whether all rules hold."""
        return all(check.passed for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        checks = [check.to_json() for check in self.checks]
        return {**vars(self), "passed": self.passed, "checks": checks, "time": to_iso(self.time)}


@dataclass
class _Tally:
    """What was counted for one rule so far."""

    failures: int = 0
    examples: list[Any] = field(default_factory=list)

    def add(self, values: Sequence[Any], count: int) -> None:
        """Count failures, and keep some that are new."""
        self.failures += count
        for value in values:
            shown = encoded(value)
            if len(self.examples) < EXAMPLES and shown not in self.examples:
                self.examples.append(shown)


def run_checks(plan: ReadPlan, rules: Sequence[Rule]) -> list[QualityCheck]:
    """Check rules against the data that a plan reads.

    Parameters
    ----------
    plan: Its columns hold those of the rules.

    Raises
    ------
    InvalidInput: ``rule_invalid``, a pattern that RE2 does not take.
    MlxError: As `TableReader` has it.
    """
    wanted = sorted({rule.column for rule in rules if rule.column is not None and rule.check != "type"})
    tallies = [_Tally() for _ in rules]
    rows, nulls = 0, dict.fromkeys(wanted, 0)
    schema = _schema(rules, plan.types)
    # Rows are counted by any column where no rule is about one.
    read = replace(plan, output=tuple(wanted or plan.output[:1]))
    for batch in TableReader(read).to_batches(_BATCH_ROWS):
        rows += batch.num_rows
        for name in wanted:
            nulls[name] += batch.column(name).null_count
        if schema is not None and batch.num_rows:
            _validate(schema, batch.to_pandas(types_mapper=_arrow_dtype()), tallies)
    checks = []
    for rule, tally in zip(rules, tallies, strict=True):
        if rule.check == "unique":
            _count_repeated(read, str(rule.column), tally)
        checks.append(_verdict(rule, tally, plan.types, rows, nulls))
    return checks


def _arrow_dtype() -> Any:
    import pandas as pd

    # Whole numbers with nulls stay whole numbers.
    return pd.ArrowDtype


# -- by value ------------------------------------------------------------------------------------------------


def _schema(rules: Sequence[Rule], types: Mapping[str, str]) -> pandera.DataFrameSchema | None:
    """pandera's schema of the rules that look at each value; a check is named by its rule's number."""
    import pandera.pandas as pandera

    columns: dict[str, list[pandera.Check]] = {}
    for number, rule in enumerate(rules):
        if rule.check in _BY_VALUE:
            columns.setdefault(str(rule.column), []).append(_check(rule, types[str(rule.column)], str(number)))
    if not columns:
        return None
    return pandera.DataFrameSchema(
        {name: pandera.Column(None, checks=checks, nullable=True) for name, checks in columns.items()}
    )


def _check(rule: Rule, kind: str, name: str) -> pandera.Check:
    import pandera.pandas as pandera

    arguments = rule.arguments
    how: dict[str, Any] = {"name": name, "error": name, "n_failure_cases": None}
    low, high = (_bound(arguments.get(key), kind) for key in ("min", "max"))
    match rule.check:
        case "not_null":
            return pandera.Check(lambda values: values.notna(), ignore_na=False, **how)
        case "isin":
            allowed = [_bound(value, kind) for value in arguments["values"]]
            return pandera.Check(lambda values: values.isin(allowed), **how)
        case "str_matches":
            pattern = _taken(arguments["pattern"])
            return pandera.Check(lambda values: _matches(values, pattern), **how)
        case "str_length":
            low, high = arguments.get("min"), arguments.get("max")
            return pandera.Check(lambda values: _within(values.str.len(), low, high), **how)
        case _:
            return pandera.Check(lambda values: _within(values, low, high), **how)


def _within(values: pd.Series, low: Any, high: Any) -> pd.Series:
    import pandas as pd

    inside = pd.Series(True, index=values.index)
    if low is not None:
        inside &= values >= low
    if high is not None:
        inside &= values <= high
    return inside


def _matches(values: pd.Series, pattern: str) -> pd.Series:
    """By RE2, which takes time in proportion to the text whatever the pattern."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.match_substring_regex(pa.array(values, pa.string()), pattern)
    return pd.Series(found.to_pandas().to_numpy(dtype=bool), index=values.index)


def _taken(pattern: str) -> str:
    """The pattern, from the text's start, as RE2 takes it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = f"^(?:{pattern})"
    try:
        pc.match_substring_regex(pa.array([""]), whole)
    except pa.ArrowInvalid as error:
        raise InvalidInput(
            "rule_invalid",
            f"The rule can't be checked: {str(error).splitlines()[0]}.",
            "Write the pattern as RE2 takes it: without references back and looks ahead.",
        ) from error
    return whole


def _bound(value: Any, kind: str) -> Any:
    """A bound in the column's type: moments are written as ISO 8601, decimals may be texts."""
    import pyarrow as pa

    if isinstance(value, str) and (is_temporal(kind) or kind.startswith("decimal")):
        return pa.scalar(value).cast(arrow_type(kind)).as_py()
    return value


def _validate(schema: pandera.DataFrameSchema, frame: pd.DataFrame, tallies: Sequence[_Tally]) -> None:
    from pandera.errors import SchemaErrorReason, SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        if any(each.reason_code is SchemaErrorReason.CHECK_ERROR for each in error.schema_errors):
            raise InvalidInput(
                "rule_invalid",
                f"A rule can't be checked: {str(error.schema_errors[0]).splitlines()[0]}.",
                "Give it arguments that its column's values can be compared with.",
            ) from error
        for name, cases in error.failure_cases.groupby("check")["failure_case"]:
            if not str(name).isdecimal():
                raise
            tallies[int(name)].add(cases.head(10 * EXAMPLES).tolist(), len(cases))


# -- of all values -------------------------------------------------------------------------------------------


def _count_repeated(plan: ReadPlan, column: str, tally: _Tally) -> None:
    """Values that are there more than once; each further one is a failure."""
    name = quoted(column)
    grouped = f"SELECT {name}, count(*) - 1 FROM ({plan.select()}) WHERE {name} IS NOT NULL GROUP BY {name}"  # noqa: S608
    several = f"SELECT * FROM ({grouped} HAVING count(*) > 1) AS repeated(value, again)"  # noqa: S608 - quoted
    statement = f"SELECT *, sum(again) OVER () FROM ({several}) ORDER BY again DESC LIMIT {EXAMPLES}"  # noqa: S608
    with reading_errors(plan), open_scan(plan) as scan, open_engine() as connection:
        scan.attach(connection)
        seal(connection)
        found = connection.sql(statement).fetchall()
    if found:
        tally.add([value for value, _, _ in found], int(found[0][2]))


def _verdict(rule: Rule, tally: _Tally, types: Mapping[str, str], rows: int, nulls: Mapping[str, int]) -> QualityCheck:
    arguments = rule.arguments
    low, high = arguments.get("min"), arguments.get("max")
    match rule.check:
        case "row_count":
            passed = (low is None or rows >= low) and (high is None or rows <= high)
            return QualityCheck(rule, passed, message=f"There are {rows:,} rows.")
        case "type":
            kind = types[str(rule.column)]
            return QualityCheck(rule, kind == arguments["type"], message=f"Its type is {kind}.")
        case "null_share":
            share = nulls[str(rule.column)] / rows if rows else 0.0
            passed = share <= arguments["max"]
            return QualityCheck(rule, passed, 0 if passed else nulls[str(rule.column)], (), f"{share:.2%} are null.")
        case _:
            message = f"{tally.failures:,} of {rows:,} values fail." if tally.failures else f"All {rows:,} values pass."
            return QualityCheck(rule, tally.failures == 0, tally.failures, tally.examples, message)
