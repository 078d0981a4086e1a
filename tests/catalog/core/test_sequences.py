"""Any sequence of schemas: each that differs is a version, whose difference leads from the one before to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlx.catalog.models import TableVersion
from jupyter_mlx.errors import NotFound
from jupyter_mlx.services import Services
from tests.support import make_settings

from .conftest import Shop

TYPES = {"INTEGER": "int64", "TEXT": "string", "REAL": "double", "DATE": "date32[day]"}
COLUMNS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(sorted(TYPES)), min_size=1, max_size=6)
SEQUENCES = st.lists(st.one_of(COLUMNS, st.none()), min_size=2, max_size=6)
"""What the source has at each crawl: columns in their order with their types, or no table."""


def schema(version: TableVersion) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in version.columns]


def led(before: TableVersion, by: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a difference makes of those before, apart from the types of new ones and the order."""
    made: dict[str, Any] = {column.name: column.type for column in before.columns}
    for name in by["removed"]:
        del made[name]
    made |= dict.fromkeys(by["added"])
    for item in by["changed"]:
        if item["what"] == "type":
            assert made[item["name"]] == item["from"]
            made[item["name"]] = item["to"]
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One catalog for all sequences, each of a source of its own."""
    folder = tmp_path_factory.mktemp("sequences")
    services = Services(make_settings(folder))
    yield Shop(services, folder)
    services.close()


NUMBERS = itertools.count()


@pytest.mark.parametrize("update", ["apply", "merge", "log"])
@settings(max_examples=25)
@given(sequence=SEQUENCES)
def test_a_sequence_of_schemas_is_a_history_of_versions(
    shop: Shop, update: str, sequence: list[dict[str, str] | None]
) -> None:
    database = f"s{next(NUMBERS)}"
    file, path = f"{database}.db", f"{database}.t"
    expected: list[list[tuple[str, str]]] = []
    shop.sql("CREATE TABLE other (x INTEGER)", file=file)
    for columns in sequence:
        shop.sql("DROP TABLE IF EXISTS t", file=file)
        if columns is not None:
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            shop.sql(f"CREATE TABLE t ({listed})", file=file)
            now = [(name, TYPES[kind]) for name, kind in columns.items()]
            if not expected:
                expected.append(now)
            elif update == "apply":
                expected += [now] if now != expected[-1] else []
            elif update == "merge":
                new = [pair for pair in now if pair[0] not in dict(expected[-1])]
                expected += [[*expected[-1], *new]] if new else []
        done = shop.crawl(file, update=update)
        assert done.state == "SUCCEEDED"
        if not expected:
            with pytest.raises(NotFound):
                shop.table(path)
            continue
        present = shop.table(path)
        assert present.state == ("active" if columns is not None else "deprecated")
        assert schema(present.version) == expected[-1]
        assert shop.find(f"database:{database} t") == [path]
    if not expected:
        return
    history = shop.services.catalog.versions(path, shop.me)[::-1]
    assert [version.number for version in history] == list(range(1, len(expected) + 1))
    assert [schema(version) for version in history] == expected
    assert history[0].difference is None
    for before, after in itertools.pairwise(history):
        assert after.difference is not None
        made = led(before, after.difference)
        assert set(made) == {column.name for column in after.columns}
        types = {column.name: column.type for column in after.columns}
        assert all(kind in (None, types[name]) for name, kind in made.items())
        assert after.difference["words"]
        assert schema(shop.table(path, after.number).version) == schema(after)
