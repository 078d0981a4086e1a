"""Short profiles of features, by which those are told apart that can't have the same values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .models import ViewDefinition
from .tables import places_of

__all__ = ["Profile", "alike", "local_source", "profile"]

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = (*_WHOLE, *(f"U{name}" for name in _WHOLE), "FLOAT", "DOUBLE", "DECIMAL")
_TIMES = ("TIMESTAMP", "DATE", "TIME")
_APART = 0.25
"""Quantiles of the same values at other times differ by less than this share of the range."""


@dataclass(frozen=True)
class Profile:
    """Aggregates of a feature's values.

    family: ``number``, ``text``, ``truth`` or ``time``; of other types nothing is compared.
    low, high, quantiles: Of numbers; the quantiles .1, .25, .5, .75, .9.
    """

    family: str
    rows: int
    nulls: int
    distinct: int
    low: float | None = None
    high: float | None = None
    quantiles: tuple[float, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the store has it."""
        return {**vars(self), "quantiles": list(self.quantiles)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Profile:
        """From what `to_json` gave."""
        return cls(**{**document, "quantiles": tuple(document["quantiles"])})


def profile(connection: Any, relation: str, columns: Mapping[str, str]) -> dict[str, Profile]:
    """Profiles by feature.

    Parameters
    ----------
    relation: SQL of what is read.
    columns: The source's column by feature.
    """
    types = {str(name): str(kind) for name, kind, *_ in connection.sql(f"DESCRIBE FROM {relation}").fetchall()}
    families = {name: family_of(types[column]) for name, column in columns.items() if column in types}
    kept = {name: family for name, family in families.items() if family}
    if not kept:
        return {}
    parts = ["count(*)"]
    for name, family in kept.items():
        value = quoted(columns[name])
        parts += [f"count({value})", f"approx_count_distinct({value})"]
        number = f"CASE WHEN isfinite({value}::DOUBLE) THEN {value}::DOUBLE END"
        parts += (
            [f"min({number})", f"max({number})", f"approx_quantile({number}, [.1, .25, .5, .75, .9])"]
            if family == "number"
            else ["NULL", "NULL", "NULL"]
        )
    rows, *values = connection.sql(f"SELECT {', '.join(parts)} FROM {relation}").fetchall()[0]  # noqa: S608 - quoted
    found = {}
    for at, (name, family) in enumerate(kept.items()):
        count, distinct, low, high, quantiles = values[5 * at : 5 * at + 5]
        found[name] = Profile(family, rows, rows - count, distinct, low, high, tuple(quantiles or ()))
    return found


def family_of(kind: str) -> str:
    """Which values a type of DuckDB's can be compared with."""
    if "[" in kind or ("(" in kind and not kind.startswith("DECIMAL")):
        return ""
    base = kind.partition("(")[0]
    if base in _NUMBERS:
        return "number"
    return {"VARCHAR": "text", "BOOLEAN": "truth"}.get(base, "time" if base.startswith(_TIMES) else "")


def alike(one: Profile, other: Profile) -> bool:
    """Whether two features may have the same values, as far as their profiles tell."""
    if one.family != other.family or min(one.distinct, other.distinct) < 2:
        return False
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    span = max(one.high, other.high) - min(one.low, other.low)
    pairs = zip(one.quantiles, other.quantiles, strict=True)
    return span == 0 or all(abs(mine - theirs) <= _APART * span for mine, theirs in pairs)


def local_source(definition: ViewDefinition, repository: str) -> str | None:
    """SQL that reads a view's source; None where it is not of files on this machine."""
    places = places_of(definition.source, repository)
    source = definition.source
    if not places or source is None or "://" in places[0]:
        return None
    path = Path(places[0])
    if any(letter in source.place for letter in "*?[{"):
        path = Path(repository, source.place)
    elif not path.exists():
        return None
    if path.is_dir():
        if (path / "_delta_log").exists() or (path / "metadata").exists():
            return None
        path = path / "**" / "*.parquet"
    text = str(path).replace("'", "''")
    return f"read_csv('{text}')" if path.suffix.lower() in (".csv", ".tsv") else f"read_parquet('{text}')"


def quoted(name: str) -> str:
    """An identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'
