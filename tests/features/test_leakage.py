"""The report on leaks: what tells the answer is found, and what does not is left alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jupyter_mlx.features.leakage import Found, find

ROWS = 1_000
RNG = np.random.default_rng(11)
NOISE = RNG.normal(size=ROWS)
AMOUNT = RNG.normal(size=ROWS)
LATE = AMOUNT > 0.5


def kinds(feature: Any, target: Any) -> list[str]:
    table = pa.table({"feature": feature, "target": target})
    return [finding.kind for finding in find(table, {"view": ["feature"]}, {"view": Found(ROWS, 0, 0)}, "target")]


def rare(*places: int) -> np.ndarray[Any, Any]:
    found = np.zeros(ROWS)
    found[list(places)] = 1
    return found


@pytest.mark.parametrize(
    ("feature", "target"),
    [
        (AMOUNT, LATE),
        (-AMOUNT, LATE.astype(int)),
        (AMOUNT, ["yes" if late else "no" for late in LATE]),
        (AMOUNT, pa.array(["yes" if late else "no" for late in LATE]).dictionary_encode()),
        (~LATE, LATE),
        ([str(late) for late in LATE], LATE),
        ([b"\xff" if late else b"\xfe" for late in LATE], LATE),
        (pa.array(["a" if late else "b" for late in LATE]).dictionary_encode(), LATE),
        (np.where(np.arange(ROWS) == 3, np.inf, AMOUNT * 2 + 1), AMOUNT),
        ([Decimal(int(1000 * amount)).scaleb(-3) for amount in AMOUNT], AMOUNT),
        (np.exp(AMOUNT), AMOUNT),
    ],
    ids=["threshold", "inverse", "words", "categories", "not", "text", "bytes", "coded", "infinite", "decimal", "rank"],
)
def test_what_is_the_answer_or_made_of_it_is_found(feature: Any, target: Any) -> None:
    assert kinds(feature, target) == ["near_target"]


@pytest.mark.parametrize(
    ("feature", "target"),
    [
        (rare(5, 100, 300), rare(7, 500, 900)),
        (rare(5, 100, 300), rare(7, 500, 900).astype(bool)),
        (np.where(np.arange(ROWS) == 3, np.inf, NOISE), AMOUNT),
        (pa.array(np.where(np.arange(ROWS) == 3, np.nan, NOISE)), AMOUNT),
        (AMOUNT + NOISE, LATE),
        (AMOUNT + NOISE, AMOUNT),
        (NOISE, rare(4)),
        (pa.nulls(ROWS, pa.float64()), AMOUNT),
        ([[1.0]] * ROWS, AMOUNT),
    ],
    ids=["rare", "rare truth", "infinite", "nan", "strong", "strong number", "one row", "null", "lists"],
)
def test_what_is_an_ordinary_feature_is_left_alone(feature: Any, target: Any) -> None:
    assert kinds(feature, target) == []
