"""Redis hashes, crawled on a real server that asks for a password."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from jupyter_mlx.catalog.crawlers.redis import group_of
from jupyter_mlx.errors import InvalidInput, Unavailable

from ..servers import free_port
from .conftest import Crawled, crawl, types, without_password


@pytest.fixture
def store(redis_url: str) -> Iterator[tuple[redis.Redis, str, str]]:
    """A client of an empty database, its location and the password."""
    location, password = without_password(f"{redis_url}/3")
    client = redis.Redis.from_url(location, password=password)
    client.flushdb()
    yield client, location, password
    client.close()


def read(store: tuple[redis.Redis, str, str], **options: object) -> Crawled:
    return crawl(store[1], secret=store[2], **options)


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("user:123", "user"),
        ("user:123:cart", "user:cart"),
        ("user:6f9619ff-8b86-d011-b42d-00cf4fc964ff", "user"),
        ("session:a8f3k2m9x1", "session"),
        ("visits:2026-01-31", "visits"),
        ("settings", "settings"),
        ("42", "keys"),
    ],
)
def test_keys_are_grouped_without_their_identifiers(key: str, group: str) -> None:
    assert group_of(key) == group


def test_hashes_become_columns_with_types_and_presence(store: tuple[redis.Redis, str, str]) -> None:
    for number in range(20):
        fields = {"name": f"n{number}", "age": str(number), "score": "1" if number % 2 else "2.5", "zip": "00123"}
        if number < 5:
            fields["email"] = "a@b.c"
        store[0].hset(f"user:{number}", mapping=fields)
    store[0].hset("user:99", "age", "unknown")
    found = read(store)
    table = found[f"{store[1]}#user"]
    assert types(table) == {
        "age": "union<int64, string>",
        "email": "string",
        "name": "string",
        "score": "double",
        "zip": "string",
    }
    columns = {column.name: column for column in table.columns}
    assert columns["age"].types == {"int64": 0.9524, "string": 0.0476}
    assert columns["email"].presence == pytest.approx(5 / 21, abs=0.001)
    assert (table.rows, table.parameters) == (21, {"keys": "user"})


def test_what_is_no_hash_is_skipped_with_a_reason(store: tuple[redis.Redis, str, str]) -> None:
    store[0].set("page:1", "x")
    store[0].lpush("queue", "x")
    store[0].hset("user:1", "a", "1")
    found = read(store)
    assert len(found.tables) == 1
    assert found.skipped == {
        "page": "1 keys of type string: only hashes have columns",
        "queue": "1 keys of type list: only hashes have columns",
    }


def test_names_and_values_that_are_no_text_are_read(store: tuple[redis.Redis, str, str]) -> None:
    store[0].hset("blob:1", mapping={b"\xff": b"\xfe\xff", "🙂": "1"})
    assert types(read(store)[f"{store[1]}#blob"]) == {"\\xff": "binary", "🙂": "int64"}


def test_a_pattern_and_a_sample_bound_what_is_read(store: tuple[redis.Redis, str, str]) -> None:
    for number in range(30):
        store[0].hset(f"user:{number}", "a", "1")
        store[0].hset(f"cart:{number}", "a", "1")
    found = read(store, pattern="user:*", sample=10)
    assert list(found.tables) == [f"{store[1]}#user"]
    assert found[f"{store[1]}#user"].rows == 30
    assert "10 hashes" in found[f"{store[1]}#user"].explanation.notes[0]


def test_a_wrong_password_is_refused_and_not_shown(store: tuple[redis.Redis, str, str]) -> None:
    with pytest.raises(Unavailable) as caught:
        crawl(store[1], secret="hunter2")
    assert caught.value.code == "source_refused"
    assert "hunter2" not in str(caught.value.to_json())


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable) as caught:
        crawl(f"redis://127.0.0.1:{free_port()}/0")
    assert caught.value.code == "source_unreachable"


def test_a_wrong_option_says_which_was_meant(store: tuple[redis.Redis, str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(store, patern="*")
    assert caught.value.code == "option_unknown"
    assert "`pattern`" in caught.value.remedy
