"""The join against a brute-force oracle: ties, TTL, duplicates, nulls, zones, keys, views, created time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import FeatureService, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Int64, String
from hypothesis import given, settings
from hypothesis import strategies as st

from .asof_repo import entity, open_repo

START = 1_700_000_000_000_000_000  # ns
MINUTE = 60_000_000_000
TTL = timedelta(minutes=2)


@dataclass(frozen=True)
class FeatureRow:
    """A row of a source; times in ns, None for none."""

    key: tuple[Any, ...]
    event: int | None
    created: int | None
    value: int | None


@dataclass(frozen=True)
class Label:
    """A label row."""

    key: tuple[Any, ...]
    other: Any
    time: int | None


def oracle(
    rows: list[FeatureRow], key: tuple[Any, ...], time: int | None, ttl: timedelta | None, *, known: bool
) -> Any:
    """What a label finds, by looking at every row."""
    if time is None or None in key:
        return None
    best: tuple[Any, ...] | None = None
    for position, row in enumerate(rows):
        if row.key != key or row.event is None or row.event > time:
            continue
        if known and (row.created is None or row.created > time):
            continue
        rank = (row.event, row.created is not None, row.created or 0, position)
        if best is None or rank > best[0]:
            best = (rank, row)
    if best is None:
        return None
    row = best[1]
    expired = ttl is not None and row.event < time - int(ttl.total_seconds()) * 1_000_000_000
    return None if expired else row.value


# -- what is drawn ---------------------------------------------------------------------------------------------

keys = st.sampled_from([0, 0, 0, 1, None])
names = st.sampled_from(["x", "x", "x", "y", None])
moments = st.builds(
    lambda minutes, extra: START + minutes * MINUTE + extra,
    st.integers(0, 4),
    st.sampled_from([0, 0, 0, 0, 1, 999, 1000]),
)
maybe_moments = st.one_of(moments, moments, moments, st.none())


def feature_rows(key: st.SearchStrategy[Any]) -> st.SearchStrategy[list[FeatureRow]]:
    """Rows of one source."""
    value = st.one_of(st.none(), st.integers(0, 1000))
    row = st.builds(FeatureRow, key, maybe_moments, maybe_moments, value)
    return st.one_of(st.lists(row, max_size=3), st.lists(row, min_size=6, max_size=14))


label = st.builds(Label, st.tuples(keys, names), keys, maybe_moments)
labels_drawn = st.one_of(st.lists(label, max_size=2), st.lists(label, min_size=6, max_size=12))
KINDS = [
    pa.timestamp("us"),
    pa.timestamp("us", "UTC"),
    pa.timestamp("us", "America/New_York"),
    pa.timestamp("ns"),
    pa.timestamp("ns", "UTC"),
    pa.string(),
]
FORMS = ["naive", "utc", "paris", "objects", "strings", "microseconds"]


def rounded(rows: list[FeatureRow], event: pa.DataType, created: pa.DataType) -> list[FeatureRow]:
    """The rows as a file with such columns holds them."""
    return [FeatureRow(row.key, _floor(row.event, event), _floor(row.created, created), row.value) for row in rows]


def _floor(value: int | None, kind: pa.DataType) -> int | None:
    exact = pa.types.is_timestamp(kind) and kind.unit == "ns"
    return value if value is None or exact else value // 1000 * 1000


def column(values: list[int | None], kind: pa.DataType) -> pa.Array:
    """Times as a column."""
    if pa.types.is_string(kind):
        texts = [None if value is None else str(np.datetime64(value // 1000, "us")) + "+00:00" for value in values]
        return pa.array(texts, kind)
    unit = 1 if kind.unit == "ns" else 1000
    return pa.array([None if value is None else value // unit for value in values], pa.int64()).cast(kind)


def stamps(values: list[int | None], form: str) -> pd.Series:
    """Labels' times in one of the forms that people have them in."""
    plain = pd.Series(pd.array(pd.to_datetime(pd.Series(values, dtype="Int64"), unit="ns")))
    if form == "naive":
        return plain
    if form == "microseconds":
        return plain.dt.floor("us").astype("datetime64[us]")
    if form in ("utc", "paris"):
        return plain.dt.tz_localize("UTC").dt.tz_convert({"utc": "UTC", "paris": "Europe/Paris"}[form])
    zones = [None, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]
    out: list[Any] = []
    for position, value in enumerate(values):
        zone = zones[position % len(zones)]
        if value is None:
            out.append(None)
        elif form == "strings":
            text = str(np.datetime64(value, "ns"))
            out.append(text if zone is None else text + "+00:00")
        else:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 1000)
            out.append(moment.replace(tzinfo=None) if zone is None else moment.astimezone(zone))
    return pd.Series(out, dtype=object)


def exact(form: str) -> Callable[[int | None], int | None]:
    """What a form keeps of a time."""
    coarse = form in ("objects", "microseconds")
    return lambda value: value if value is None or not coarse else value // 1000 * 1000


# -- the repository --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> tuple[FeatureStore, Path]:
    """Views of one key, of two keys, and of none; the files are written anew for each example."""
    folder = tmp_path_factory.mktemp("repo")
    one = FileSource(
        name="one",
        path="one.parquet",
        timestamp_field="at",
        created_timestamp_column="made",
        field_mapping={"raw value": "value", "who": "user", "raw at": "at"},
    )
    two = FileSource(name="two", path="two", timestamp_field="at", created_timestamp_column="made")
    none = FileSource(name="none", path="none-*.parquet", timestamp_field="at")
    user, kind = entity("user"), entity("kind", ValueType.STRING)
    _write_one(folder, [], pa.timestamp("us"), pa.timestamp("us"))
    _write_two(folder, [], pa.timestamp("us"))
    _write_none(folder, [], pa.timestamp("us"))
    views = [
        FeatureView(
            name="one",
            entities=[user],
            ttl=TTL,
            schema=[Field(name="user", dtype=Int64), Field(name="value", dtype=Int64)],
            source=one,
        ),
        FeatureView(
            name="two",
            entities=[user, kind],
            ttl=timedelta(0),
            schema=[
                Field(name="user", dtype=Int64),
                Field(name="kind", dtype=String),
                Field(name="Amount", dtype=Int64),
            ],
            source=two,
        ),
        FeatureView(name="none", entities=[], ttl=TTL, schema=[Field(name="level", dtype=Int64)], source=none),
    ]
    both = FeatureService(
        name="both",
        features=[
            views[0].with_name("from").with_join_key_map({"user": "sender"}),
            views[0].with_name("to").with_join_key_map({"user": "receiver"}),
        ],
    )
    store = open_repo(folder, user, kind, *views, both, coerce_tz_aware=False)
    return store, folder


def _write_one(folder: Path, rows: list[FeatureRow], event: pa.DataType, created: pa.DataType) -> None:
    table = {
        "who": pa.array([row.key[0] for row in rows], pa.int64()),
        "raw at": column([row.event for row in rows], event),
        "made": column([row.created for row in rows], created),
        "raw value": pa.array([row.value for row in rows], pa.int64()),
    }
    pq.write_table(pa.table(table), folder / "one.parquet", row_group_size=4)


def _write_two(folder: Path, rows: list[FeatureRow], event: pa.DataType) -> None:
    (folder / "two").mkdir(exist_ok=True)
    for part, chunk in enumerate((rows[:5], rows[5:])):
        table = {
            "user": pa.array([row.key[0] for row in chunk], pa.int32()),
            "kind": pa.array([row.key[1] for row in chunk], pa.string()).dictionary_encode(),
            "Amount": pa.array([row.value for row in chunk], pa.int64()),
            "at": column([row.event for row in chunk], event),
            "made": column([row.created for row in chunk], event),
        }
        pq.write_table(pa.table(table), folder / "two" / f"part-{part}.parquet")


def _write_none(folder: Path, rows: list[FeatureRow], event: pa.DataType) -> None:
    table = {
        "level": pa.array([row.value for row in rows], pa.int64()),
        "at": column([row.event for row in rows], event),
    }
    pq.write_table(pa.table(table), folder / "none-0.parquet")


# -- the test --------------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(
    one=feature_rows(st.tuples(keys)),
    two=feature_rows(st.tuples(keys, names)),
    none=feature_rows(st.just(())),
    labels=labels_drawn,
    kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS), st.sampled_from(KINDS)),
    form=st.sampled_from(FORMS),
    known=st.booleans(),
    full=st.booleans(),
)
def test_every_label_finds_what_the_oracle_finds(
    repo: tuple[FeatureStore, Path],
    one: list[FeatureRow],
    two: list[FeatureRow],
    none: list[FeatureRow],
    labels: list[Label],
    kinds: tuple[pa.DataType, pa.DataType, pa.DataType],
    form: str,
    known: bool,
    full: bool,
) -> None:
    store, folder = repo
    _write_one(folder, one, kinds[0], kinds[1])
    _write_two(folder, two, kinds[1])
    _write_none(folder, none, kinds[2])
    frame = pd.DataFrame(
        {
            "mark": np.arange(len(labels)),
            "user": pd.array([label.key[0] for label in labels], "Int64"),
            "kind": pd.Series([label.key[1] for label in labels], dtype=object),
            "event_timestamp": stamps([label.time for label in labels], form),
        }
    )
    frame.index = frame.index[::-1]
    before = frame.copy()
    found = store.get_historical_features(
        frame, ["one:value", "two:Amount", "none:level"], full_feature_names=full, filter_by_created_timestamp=known
    ).to_df()

    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(found[list(frame.columns)], frame.reset_index(drop=True))
    keep = exact(form)
    expected = {
        "one__value": [
            oracle(rounded(one, kinds[0], kinds[1]), label.key[:1], keep(label.time), TTL, known=known)
            for label in labels
        ],
        "two__Amount": [
            oracle(rounded(two, kinds[1], kinds[1]), label.key, keep(label.time), None, known=known) for label in labels
        ],
        "none__level": [
            oracle(
                [FeatureRow((), row.event, None, row.value) for row in rounded(none, kinds[2], kinds[2])],
                (),
                keep(label.time),
                TTL,
                known=False,
            )
            for label in labels
        ],
    }
    for name, values in expected.items():
        got = found[name if full else name.partition("__")[2]]
        assert [None if pd.isna(value) else int(value) for value in got] == values, name


@given(rows=feature_rows(st.tuples(keys)), labels=labels_drawn)
def test_shadow_entities_look_one_view_up_under_two_keys(
    repo: tuple[FeatureStore, Path], rows: list[FeatureRow], labels: list[Label]
) -> None:
    store, folder = repo
    _write_one(folder, rows, pa.timestamp("us"), pa.timestamp("us"))
    frame = pd.DataFrame(
        {
            "sender": pd.array([label.key[0] for label in labels], "Int32"),
            # A column of whole numbers with nulls, as pandas makes it.
            "receiver": pd.Series([label.other for label in labels], dtype="float64"),
            "when": stamps([label.time for label in labels], "utc"),
        }
    )
    found = store.get_historical_features(frame, store.get_feature_service("both"), full_feature_names=True).to_df()
    coarse = rounded(rows, pa.timestamp("us"), pa.timestamp("us"))
    for name, key in (("from__value", lambda label: label.key[:1]), ("to__value", lambda label: (label.other,))):
        values = [oracle(coarse, key(label), label.time, TTL, known=False) for label in labels]
        assert [None if pd.isna(value) else int(value) for value in found[name]] == values


@given(
    rows=feature_rows(st.tuples(keys, names)),
    start=moments,
    length=st.integers(0, 6),
    kind=st.sampled_from(KINDS),
)
def test_pulling_the_latest_gives_the_newest_of_each_key(
    repo: tuple[FeatureStore, Path], rows: list[FeatureRow], start: int, length: int, kind: pa.DataType
) -> None:
    store, folder = repo
    _write_two(folder, rows, kind)
    first, last = _moment(start), _moment(start + length * MINUTE)
    provider = store._get_provider()
    arguments = {
        "config": store.config,
        "data_source": store.get_data_source("two"),
        "join_key_columns": ["user", "kind"],
        "feature_name_columns": ["Amount"],
        "timestamp_field": "at",
        "created_timestamp_column": "made",
        "start_date": first,
        "end_date": last,
    }
    latest = provider.offline_store.pull_latest_from_table_or_query(**arguments).to_arrow()
    everything = provider.offline_store.pull_all_from_table_or_query(**arguments).to_arrow()
    coarse = rounded(rows, kind, kind)
    low, high = (int(moment.timestamp() * 1e6) * 1000 for moment in (first, last))
    inside = [row for row in coarse if row.event is not None and low <= row.event <= high]
    assert everything["Amount"].to_pylist() == [row.value for row in inside]
    wanted = {row.key: oracle(inside, row.key, high, None, known=False) for row in inside if None not in row.key}
    found = list(zip(latest["user"].to_pylist(), latest["kind"].to_pylist(), latest["Amount"].to_pylist(), strict=True))
    assert len(found) == len(wanted)
    assert {(user, name): value for user, name, value in found} == wanted
    assert latest["at"].type.tz == "UTC"


def _moment(value: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 1000)
