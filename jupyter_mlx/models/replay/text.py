"""Texts and numbers of two executions, compared without what no execution repeats."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import IntEnum

__all__ = ["Likeness", "Names", "compare_numbers", "compare_text", "is_clock"]


class Likeness(IntEnum):
    """How much two results are one, the best first."""

    EQUAL = 0
    """They are the same."""
    TIMES = 1
    """They are the same but for how long something took, or when it was."""
    WITHIN = 2
    """Their numbers differ by no more than the tolerance."""
    DIFFERENT = 3


# New in each process: addresses, and ids that libraries make up for HTML and SVG. Without the word before it, a number
# is one where it is as long as those of 64 bits are: a checksum is a result.
_ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-fA-F]{6,16}\b|\b0x[0-9a-f]{12}\b")
_TEMPORARY = re.compile(r"(?<=/)tmp[a-z0-9_]{8}\b")
_LOG_HINT = re.compile(r"(?<=jupyter mlx jobs logs )[0-9a-f]{6}\b")
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?=_|\b)")
# Our own words on whether a training set was there already.
_CACHED = re.compile(r"(?<=rows, )(?:made now|from before)\b")
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_SVG_ID = re.compile(r'(?<=[#"])[a-z][0-9a-f]{10}(?=[")])')
# A figure with a unit of seconds behind it, or one of pace; what `%time` and tqdm print.
_DURATION = re.compile(
    r"(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?\s?(?:ns|µs|μs|us|ms|s|secs?|seconds?|s/it|it/s)(?![\w/])"
    r"|\b\d+min \d+(?:\.\d+)?s\b|\b\d+:\d\d:\d\d\.\d+\b|\b\d+:\d\d<(?:\d+:\d\d|\?)"
)
_MOMENT = re.compile(r"\b(\d{4})[-/](\d\d)[-/](\d\d)(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+(?:,\d{3})*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w)|\b(?:nan|NaN|inf)\b")
_CLOCK_METRIC = re.compile(
    r"^system/|(^|[_/. -])(seconds?|secs?|ms|millis(econds)?|time|duration|elapsed|runtime|latency|per_second|per_s|"
    r"throughput)$"
)
# Of a model that foretells times, these are results.
_MEASURE = re.compile(r"(^|[_/. -])(\w*error|r?mse|mae|mape|\w*loss|bias|r2|score|quantile|pinball|crps)($|[_/. -])")


class Names:
    """What one execution is called by: its ids and its folders, which the other has others of.

    Parameters
    ----------
    names: Text → what it stands for, the same words on both sides.
    began, ended: When it ran: days on which it printed its own date.
    """

    def __init__(self, names: Mapping[str, str], began: datetime, ended: datetime) -> None:
        # The longest first: a path may hold an id.
        self._names = sorted(((text, word) for text, word in names.items() if text), key=lambda item: -len(item[0]))
        first, last = began.date() - timedelta(days=1), ended.date() + timedelta(days=1)
        self._days = {first + timedelta(days=day) for day in range((last - first).days + 1)}

    def cleaned(self, text: str, *, page: bool = False) -> str:
        """A text without its names, addresses and temporary folders.

        Parameters
        ----------
        page: HTML or SVG, where ids are made up.
        """
        for given, word in self._names:
            text = text.replace(given, f"<{word}>")
        text = _LOG_HINT.sub("…", _TEMPORARY.sub("tmp…", _ADDRESS.sub("0x…", text)))
        if page:
            text = _SVG_ID.sub("id…", _UUID.sub("uuid…", _STYLER.sub("T_…", _CACHED.sub("…", text))))
        return text

    def without_times(self, text: str) -> str:
        """A cleaned text without durations, and without moments of the days on which it ran."""

        def moment(match: re.Match[str]) -> str:
            try:
                day = datetime(int(match[1]), int(match[2]), int(match[3])).date()  # noqa: DTZ001 - a day alone
            except ValueError:
                return match[0]
            return "<now>" if day in self._days else match[0]

        return _DURATION.sub("<time>", _MOMENT.sub(moment, text))


def compare_text(
    before: str, after: str, names: tuple[Names, Names], tolerance: float, *, page: bool = False
) -> Likeness:
    """How much two texts are one."""
    one, two = names[0].cleaned(before, page=page), names[1].cleaned(after, page=page)
    if one == two:
        return Likeness.EQUAL
    one, two = names[0].without_times(one), names[1].without_times(two)
    if one == two:
        return Likeness.TIMES
    if tolerance > 0 and _NUMBER.sub("#", one) == _NUMBER.sub("#", two):
        pairs = zip(_NUMBER.findall(one), _NUMBER.findall(two), strict=True)
        if all(near(_number(a), _number(b), tolerance) for a, b in pairs):
            return Likeness.WITHIN
    return Likeness.DIFFERENT


def compare_numbers(before: float, after: float, tolerance: float) -> Likeness:
    """How much two numbers are one; two NaN are."""
    if before == after or (math.isnan(before) and math.isnan(after)):
        return Likeness.EQUAL
    return Likeness.WITHIN if near(before, after, tolerance) else Likeness.DIFFERENT


def near(before: float, after: float, tolerance: float) -> bool:
    """Whether two numbers differ by at most `tolerance` times the larger of them."""
    if before == after or (math.isnan(before) and math.isnan(after)):
        return True
    return math.isfinite(before - after) and abs(before - after) <= tolerance * max(abs(before), abs(after))


def is_clock(metric: str) -> bool:
    """Whether a metric's name says that it is a time or a pace, or the machine's load: no two executions agree."""
    name = metric.lower()
    return _CLOCK_METRIC.search(name) is not None and _MEASURE.search(name) is None


def worst(found: Iterable[Likeness]) -> Likeness:
    """The worst of several."""
    return max(found, default=Likeness.EQUAL)


def _number(text: str) -> float:
    return float(text.replace(",", ""))
