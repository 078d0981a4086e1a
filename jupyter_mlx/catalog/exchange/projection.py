"""Athena's partition projection: partitions that no catalog lists, from a rule in the table's parameters.

Source: Athena's "Supported types for partition projection". ``injected`` keys have no list of values; what is relative
to now (``NOW-3DAYS``) is taken at the moment of the crawl.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ..models import Partition, PartitionKey
from .storage import from_uri

__all__ = ["MAX_PROJECTED", "projected"]

MAX_PROJECTED = 20_000
_NOW = re.compile(r"NOW\s*(?:([+-])\s*(\d+)\s*([A-Z]+))?\Z")
_UNITS = {"SECONDS": 1, "MINUTES": 60, "HOURS": 3600, "DAYS": 86_400, "WEEKS": 604_800}
# Java's letters → those of strftime; the longer ones first.
_JAVA = [("yyyy", "%Y"), ("yy", "%y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M"), ("ss", "%S")]


def projected(
    keys: Sequence[PartitionKey], parameters: Mapping[str, str], location: str, now: datetime
) -> tuple[tuple[Partition, ...], str | None]:
    """The partitions that a table's rule makes, and why not all of them are here; None where they are.

    Parameters
    ----------
    parameters: Those of the table in Glue.
    location: The table's.
    """
    if parameters.get("projection.enabled", "").lower() != "true" or not keys:
        return (), None
    columns = []
    for key in keys:
        rule = {
            name.removeprefix(f"projection.{key.name}."): value
            for name, value in parameters.items()
            if name.startswith(f"projection.{key.name}.")
        }
        try:
            columns.append(list(itertools.islice(_values(rule, now), MAX_PROJECTED + 1)))
        except (KeyError, ValueError) as error:
            return (), f"The partitions are projected; `{key.name}` can't be listed ({error})."
    template = parameters.get("storage.location.template") or _default_template(keys, location)
    every = itertools.islice(itertools.product(*columns), MAX_PROJECTED + 1)
    found = tuple(Partition(values, from_uri(_filled(template, keys, values))) for values in every)
    if len(found) > MAX_PROJECTED:
        return found[:MAX_PROJECTED], f"The projection has more than {MAX_PROJECTED:,} partitions; these are the first."
    return found, None


def _default_template(keys: Sequence[PartitionKey], location: str) -> str:
    return "/".join([location.rstrip("/"), *(f"{key.name}=${{{key.name}}}" for key in keys)]) + "/"


def _filled(template: str, keys: Sequence[PartitionKey], values: Sequence[str]) -> str:
    for key, value in zip(keys, values, strict=True):
        template = template.replace(f"${{{key.name}}}", value)
    return template


def _values(rule: Mapping[str, str], now: datetime) -> Iterator[str]:
    kind = rule["type"].lower()
    if kind == "enum":
        yield from (value.strip() for value in rule["values"].split(","))
    elif kind == "integer":
        low, high = (int(end) for end in rule["range"].split(","))
        digits = int(rule.get("digits") or 0)
        for number in range(low, high + 1, int(rule.get("interval") or 1)):
            yield f"{number:0{digits}d}"
    elif kind == "date":
        yield from _dates(rule, now)
    else:
        raise ValueError(f"its type is {kind}")


def _dates(rule: Mapping[str, str], now: datetime) -> Iterator[str]:
    pattern = rule["format"]
    made = re.sub("'([^']*)'", r"\1", pattern)
    for java, ours in _JAVA:
        made = made.replace(java, ours)
    first, last = (_moment(end.strip(), made, now) for end in rule["range"].split(","))
    unit = rule.get("interval.unit", "").upper().rstrip("S") + "S"
    interval = int(rule.get("interval") or 1)
    if unit == "S":
        unit = "DAYS" if "%d" in made else "MONTHS" if "%m" in made else "YEARS"
    at = first
    while at <= last:
        yield at.strftime(made)
        if unit in ("MONTHS", "YEARS"):
            at = _later(at, interval * (12 if unit == "YEARS" else 1))
        else:
            at += timedelta(seconds=interval * _UNITS[unit])


def _moment(text: str, pattern: str, now: datetime) -> datetime:
    relative = _NOW.match(text)
    if not relative:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 -- partitions' values have no zone
    plain = now.replace(tzinfo=None)
    sign, count, unit = relative.groups()
    if sign is None:
        return plain
    steps = int(f"{sign}{count}")
    unit = unit.rstrip("S") + "S"
    if unit in ("MONTHS", "YEARS"):
        return _later(plain, steps * (12 if unit == "YEARS" else 1))
    return plain + timedelta(seconds=steps * _UNITS[unit])


def _later(at: datetime, months: int) -> datetime:
    """The same day some months later, or that month's first days where it has no such day."""
    month = at.month - 1 + months
    return at.replace(year=at.year + month // 12, month=month % 12 + 1, day=min(at.day, 28))
