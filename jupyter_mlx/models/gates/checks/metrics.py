"""Checks of metrics: a threshold, no worse than another version, a floor for every slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any, ClassVar

from ...registry.values import as_number, shown_value
from .base import Check, Outcome, Subject, of_intervals

__all__ = ["Metric", "NoWorseThan", "SliceFloor"]


@dataclass(frozen=True)
class _Bounded(Check):
    """A metric between bounds.

    interval: Whether its whole confidence interval must lie between them, not its value alone.
    """

    metric: str = ""
    min: float | None = None
    max: float | None = None
    interval: bool = False

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or f"{self.metric} {self._asked}"

    @property
    def _asked(self) -> str:
        parts = [f"at least {self.min:g}" if self.min is not None else ""]
        parts.append(f"at most {self.max:g}" if self.max is not None else "")
        return " and ".join(filter(None, parts))

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        if self.min is None and self.max is None:
            return "says neither `min` nor `max`"
        if self.min is not None and self.max is not None and self.min > self.max:
            return "has a `min` that is greater than its `max`"
        return None

    def _holds(self, found: Mapping[str, Any]) -> bool:
        low = high = found["value"]
        if self.interval:
            low, high = of_intervals(found)
        if low is None or high is None or isnan(as_number(low)) or isnan(as_number(high)):
            return False
        above = self.min is None or as_number(low) >= self.min
        return above and (self.max is None or as_number(high) <= self.max)


@dataclass(frozen=True)
class Metric(_Bounded):
    """A metric of the version's newest evaluation that has it; else of the run that made it."""

    kind: ClassVar[str] = "metric"

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        report = next((item for item in subject.evidence.evaluations(subject.number) if self.metric in _of(item)), None)
        if report is not None:
            found = {"low": None, "high": None, **report.get("intervals", {}).get(self.metric, {})}
            found["value"] = _of(report)[self.metric]
        elif self.metric in subject.version["metrics"]:
            found = {"value": subject.version["metrics"][self.metric], "low": None, "high": None}
        else:
            known = ", ".join(f"`{name}`" for name in sorted(subject.version["metrics"])) or "none"
            return Outcome(
                False,
                None,
                f"Nobody knows `{self.metric}` of it: evaluate it. Its run has {known}.",
            )
        if self.interval and found["low"] is None:
            return Outcome(
                False,
                found["value"],
                f"{self.metric} is {shown_value(found['value'])}, and has no interval: evaluate it.",
            )
        return Outcome(self._holds(found), found["value"], f"{_said(self.metric, found)}; {self._asked} was asked for.")


@dataclass(frozen=True)
class SliceFloor(_Bounded):
    """A metric in every slice of the newest evaluation.

    columns: Of the slices; all that were looked at by default.
    min_rows: Slices with fewer rows are left out.
    """

    kind: ClassVar[str] = "slice_floor"
    columns: tuple[str, ...] = ()
    min_rows: int = 1

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or f"{self.metric} {self._asked} in every slice"

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        report = next((item for item in subject.evidence.evaluations(subject.number) if item.get("slices")), None)
        slices = [] if report is None else [item for item in report["slices"] if self.metric in item["metrics"]]
        missing = sorted(set(self.columns) - {item["column"] for item in slices})
        if not slices or missing:
            of = f" by {', '.join(missing)}" if missing else ""
            return Outcome(False, None, f"Its newest evaluation has no slices{of} of {self.metric}: evaluate it so.")
        wanted = [item for item in slices if not self.columns or item["column"] in self.columns]
        large = [item for item in wanted if item["rows"] >= self.min_rows]
        if not large:
            return Outcome(False, None, f"None of its slices has {self.min_rows:,} rows.")
        bad = [item for item in large if not self._holds(item["metrics"][self.metric])]
        worst = min(bad or large, key=self._room)
        value = f" = {worst['value']}" if subject.values_shown else ""
        where = f"{worst['column']}{value} ({worst['rows']:,} rows)"
        said = f"{_said(self.metric, worst['metrics'][self.metric])} where {where}"
        counted = f"{len(bad)} of {len(large)} slices fail" if bad else f"all {len(large)} slices hold"
        return Outcome(
            not bad,
            worst["metrics"][self.metric]["value"],
            f"{said}, the worst; {self._asked} was asked for: {counted}.",
        )

    def _room(self, item: Mapping[str, Any]) -> float:
        """How far a slice is from the nearer bound; negative past it."""
        value = as_number(item["metrics"][self.metric]["value"])
        if isnan(value):
            return float("-inf")
        return min(
            value - self.min if self.min is not None else float("inf"),
            self.max - value if self.max is not None else float("inf"),
        )


@dataclass(frozen=True)
class NoWorseThan(Check):
    """A metric that is no worse than another version's on the same data.

    Where nothing has the alias, the version that had it last is meant.

    margin: How much worse it may be.
    interval: Whether the whole interval of the difference must be so: then it is shown to be no worse.
    better: ``higher`` or ``lower``, of metrics that evaluations do not have themselves.
    """

    kind: ClassVar[str] = "no_worse_than"
    metric: str = ""
    alias: str = "champion"
    margin: float = 0.0
    interval: bool = False
    better: str = ""

    @property
    def label(self) -> str:
        """Its name, or what it asks for."""
        return self.name or f"{self.metric} no worse than {self.alias}"

    def problem(self) -> str | None:
        """What is wrong with its fields together."""
        if self.margin < 0:
            return "has a `margin` below 0"
        if self.better not in ("", "higher", "lower"):
            return "has a `better` that is neither `higher` nor `lower`"
        if not self.better and self._known() is None:
            return f"does not say whether a `{self.metric}` is better `higher` or `lower`: add `better`"
        return None

    def _known(self) -> bool | None:
        from ...evaluation.metrics import HIGHER_IS_BETTER

        return HIGHER_IS_BETTER.get(self.metric)

    def run(self, subject: Subject) -> Outcome:
        """Look."""
        other, has = subject.aliases.get(self.alias), "has"
        if other is None:
            # Taking an alias away has no gate: it is no way around this one.
            other, has = subject.last(self.alias), "had"
        if other is None:
            return Outcome(True, None, f"Nothing has `{self.alias}`: there is nothing to be worse than.")
        if other == subject.number:
            return Outcome(True, None, f"It {has} `{self.alias}` itself.")
        difference = self._compared(subject, other) or self._beside(subject, other)
        if difference is None:
            return Outcome(
                False,
                None,
                f"Its {self.metric} was not compared with that of version {other}, which {has} `{self.alias}`, on the "
                f"same data: evaluate it against that.",
            )
        # From here on more is better.
        sign = 1 if (self.better == "higher" or (not self.better and self._known())) else -1
        value, low = sign * as_number(difference["value"]), None
        ends = [as_number(end) for end in of_intervals(difference) if end is not None]
        if len(ends) == 2:
            low = min(sign * end for end in ends)
        if self.interval and low is None:
            return Outcome(False, difference["value"], f"The difference of {self.metric} has no interval: evaluate it.")
        decides = low if self.interval and low is not None else value
        said = _said(f"The difference of {self.metric} from version {other}", difference, sign=True)
        allowed = f"at most {self.margin:g} worse was asked for"
        whole = ", by the whole interval" if self.interval else ""
        return Outcome(decides >= -self.margin, difference["value"], f"{said}; {allowed}{whole}.")

    def _compared(self, subject: Subject, other: int) -> Mapping[str, Any] | None:
        """The paired difference that the newest evaluation of both together found."""
        for report in subject.evidence.evaluations(subject.number):
            found = report.get("comparison")
            if (
                found
                and found["metric"] == self.metric
                and (found["model"], found["version"]) == (subject.model, other)
            ):
                difference: Mapping[str, Any] = found["difference"]
                return difference
        return None

    def _beside(self, subject: Subject, other: int) -> Mapping[str, Any] | None:
        """The difference of two evaluations of the same target on data with the same digest."""
        theirs = {
            _asked_of(report): _of(report)[self.metric]
            for report in reversed(subject.evidence.evaluations(other))
            if report.get("data_digest") and self.metric in _of(report)
        }
        for report in subject.evidence.evaluations(subject.number):
            if _asked_of(report) in theirs and self.metric in _of(report):
                value = as_number(_of(report)[self.metric]) - as_number(theirs[_asked_of(report)])
                return {"value": value, "low": None, "high": None}
        return None


def _of(report: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = report.get("metrics", {})
    return found


def _asked_of(report: Mapping[str, Any]) -> tuple[Any, Any]:
    return report.get("data_digest"), report.get("target")


def _said(name: str, found: Mapping[str, Any], sign: bool = False) -> str:
    low, high = of_intervals(found)

    def shown(value: Any) -> str:
        return f"{value:+.4g}" if sign and not isinstance(value, str) else shown_value(value)

    between = "" if low is None else f" (interval {shown(low)} to {shown(high)})"
    return f"{name} is {shown(found['value'])}{between}"
