"""Quality rules: what they are, whether they are well formed, and which ones a profile recommends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import InvalidInput
from ..predicates import column_unknown
from ..types import is_numeric
from .profile import TOP, ColumnProfile, Profile, is_cut

__all__ = ["Rule", "read_rules", "recommend"]

_BOUNDS = frozenset({"min", "max"})
_ARGUMENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "not_null": (frozenset(), frozenset()),
    "unique": (frozenset(), frozenset()),
    "in_range": (frozenset(), _BOUNDS),
    "isin": (frozenset({"values"}), frozenset()),
    "str_matches": (frozenset({"pattern"}), frozenset()),
    "str_length": (frozenset(), _BOUNDS),
    "type": (frozenset({"type"}), frozenset()),
    "row_count": (frozenset(), _BOUNDS),
    "null_share": (frozenset({"max"}), frozenset()),
}
"""Check → arguments that it must have, and may have; of bounds one at least."""
_KEY = re.compile(r"(?:^|_)(?:id|key|uuid|guid|code)\Z", re.IGNORECASE)
_ENOUGH_ROWS = 100


@dataclass(frozen=True)
class Rule:
    """Something that must hold for a column's values, or for the table.

    check: ``not_null``, ``unique``, ``in_range`` (`min`, `max`, both included), ``isin`` (`values`), ``str_matches``
        (`pattern`, an RE2 expression from the text's start), ``str_length`` (`min`, `max`), ``type`` (`type`, Arrow's
        name), ``row_count`` (`min`, `max`), ``null_share`` (`max`, from 0 to 1).
    reason: Why it is recommended.
    """

    check: str
    column: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        document: dict[str, Any] = {"check": self.check}
        if self.column is not None:
            document["column"] = self.column
        if self.arguments:
            document["arguments"] = dict(self.arguments)
        if self.reason:
            document["reason"] = self.reason
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Rule:
        """From what `to_json` wrote."""
        return cls(document["check"], document.get("column"), document.get("arguments") or {}, document.get("reason"))


def read_rules(documents: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> list[Rule]:
    """Rules as they were given, checked against a table's columns.

    Raises
    ------
    InvalidInput: ``rule_invalid`` or ``column_unknown``, with the rule's number from 0.
    """
    return [_read(document, types, f"rules.{number}") for number, document in enumerate(documents)]


def _invalid(why: str, where: str) -> InvalidInput:
    return InvalidInput(
        "rule_invalid", f"The rule can't be checked: {why}.", "Mend it, then set the rules again.", field=where
    )


def _read(document: Mapping[str, Any], types: Mapping[str, str], where: str) -> Rule:
    rule = Rule.from_json(document)
    if rule.check not in _ARGUMENTS:
        raise _invalid(f"`{rule.check}` is none of {', '.join(_ARGUMENTS)}", where)
    if (rule.column is None) != (rule.check == "row_count"):
        raise _invalid(f"`{rule.check}` {'takes no' if rule.column else 'needs a'} column", where)
    if rule.column is not None and rule.column not in types:
        raise column_unknown(rule.column, list(types), f"{where}.column")
    needed, allowed = _ARGUMENTS[rule.check]
    given = {key for key, value in rule.arguments.items() if value is not None}
    if not needed <= given <= needed | allowed or (allowed and not given):
        wanted = ", ".join(sorted(needed | allowed)) or "no"
        raise _invalid(f"`{rule.check}` takes {wanted} arguments", where)
    _check_values(rule, types.get(rule.column or "", ""), where)
    return rule


def _check_values(rule: Rule, kind: str, where: str) -> None:
    arguments = rule.arguments
    if rule.check == "isin" and not isinstance(arguments["values"], list):
        raise _invalid("`values` is no list", where)
    if rule.check == "str_matches":
        try:
            re.compile(arguments["pattern"])
        except (re.error, TypeError) as error:
            raise _invalid(f"`pattern` is no regular expression: {error}", where) from error
    if rule.check in ("str_matches", "str_length") and kind != "string":
        raise _invalid(f"`{rule.column}` holds no text", where)
    if rule.check == "type" and not isinstance(arguments["type"], str):
        raise _invalid("`type` is no name of a type", where)
    if rule.check in ("row_count", "str_length", "null_share") or (rule.check == "in_range" and is_numeric(kind)):
        for name, value in arguments.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise _invalid(f"`{name}` is no number", where)


# -- recommending --------------------------------------------------------------------------------------------


def recommend(profile: Profile, primary_key: Sequence[str] = ()) -> list[Rule]:
    """Rules that hold for the data as it was profiled, and that data of this kind usually keeps; with reasons."""
    found = [Rule("row_count", arguments={"min": 1}, reason=f"The table has {profile.rows:,} rows.")]
    if profile.rows == 0:
        return found
    for column in profile.columns:
        found += _of_column(column, primary_key)
    return found


def _of_column(column: ColumnProfile, primary_key: Sequence[str]) -> list[Rule]:
    found = []
    valid = column.count - column.nulls
    if column.nulls == 0:
        found.append(Rule("not_null", column.name, reason=f"None of {column.count:,} values is null."))
    elif valid:
        share = column.nulls / column.count
        bound = min(1.0, round(share * 1.5 + 0.01, 2))
        reason = f"{share:.1%} of the values are null; half as many again are allowed."
        found.append(Rule("null_share", column.name, {"max": bound}, reason))
    distinct = column.distinct is not None and valid >= 2 and column.distinct >= 0.97 * valid
    # HyperLogLog is off by some percent: the name, or the source, must say that it is a key.
    if distinct and (column.name in primary_key or _KEY.search(column.name)):
        reason = f"About {column.distinct:,} of {valid:,} values are distinct, and it is called or declared a key."
        found.append(Rule("unique", column.name, reason=reason))
    if is_numeric(column.type) and isinstance(column.min, int | float) and column.min >= 0:
        share = isinstance(column.max, float) and column.max <= 1
        reason = f"All values are from {column.min:g} to {column.max:g}." if share else f"The least is {column.min:g}."
        found.append(Rule("in_range", column.name, {"min": 0, "max": 1} if share else {"min": 0}, reason))
    few = column.type == "string" and column.distinct is not None and 0 < column.distinct <= TOP
    few = few and not any(is_cut(item["value"]) for item in column.top)
    if few and valid >= _ENOUGH_ROWS and sum(item["count"] for item in column.top) == valid:
        values = sorted(item["value"] for item in column.top)
        reason = f"All {valid:,} values are one of {len(values)}."
        found.append(Rule("isin", column.name, {"values": values}, reason))
    return found
