"""Logs: the usual ones, nginx's own, and custom grok patterns."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.catalog.crawlers.classify import Classification, Unreadable, validate_classifier
from jupyter_mlx.catalog.crawlers.grok import TooSlow, compile_grok
from jupyter_mlx.catalog.crawlers.grok_patterns import PATTERNS
from jupyter_mlx.catalog.crawlers.logs import read_log
from jupyter_mlx.errors import InvalidInput

from ..nginx import nginx_server
from .samples import kinds, look

LOGS = {
    "combined_apache": (
        r'127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "-" "Agent \"x\""'
        "\n"
        r'::1 - - [10/Oct/2000:13:55:37 +0000] "\x16\x03\x01" 400 - "http://a/" "-"'
        "\n"
    ),
    "apache": '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326\n',
    "apache_error": (
        "[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 35708:tid 4328636416] "
        "[client 72.15.99.187:12] AH00128: no\n"
        "[Wed Oct 11 14:32:53 2000] [error] [client 127.0.0.1] client denied\n"
    ),
    "nginx_error": (
        '2026/01/02 03:04:05 [error] 12#13: *1 open() "/x" failed (2: No such file), client: 127.0.0.1, '
        'server: localhost, request: "GET /x HTTP/1.1", host: "h:80"\n'
        "2026/01/02 03:04:06 [notice] 12#12: start worker processes\n"
    ),
    "syslog_rfc5424": (
        "<34>1 2003-10-11T22:14:15.003Z host su - ID47 - failed\n"
        r'<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 my 8710 - [ex@32473 a="]\""][b] text'
        "\n"
    ),
    "syslog_rfc3164": "Oct 11 22:14:15 host su[12]: failed\n<34>Oct  1 22:14:15 host su: failed\n",
    "syslog_iso8601": "2026-01-02T03:04:05.123456+00:00 host systemd[1]: Started.\n",
}


def rows(found: Classification, text: str, **options: Any) -> list[dict[str, Any]]:
    return list(read_log(io.BytesIO(text.encode()), found.parameters, **options))


@pytest.mark.parametrize("name", LOGS)
def test_the_usual_logs_are_recognised_and_read(name: str) -> None:
    found = look("server.log", LOGS[name])
    assert (found.classifier, found.format, found.certainty) == (name, "log", 1.0)
    read = rows(found, LOGS[name])
    assert len(read) == found.rows == LOGS[name].count("\n")
    assert set(read[0]) == set(kinds(found))


def test_fields_have_their_types() -> None:
    text = LOGS["combined_apache"]
    found = look("access.log", text)
    types = kinds(found)
    assert (types["timestamp"], types["response"], types["bytes"]) == ("timestamp[us, tz=UTC]", "int32", "int64")
    first, second = rows(found, text)
    assert first["timestamp"] == datetime(2000, 10, 10, 20, 55, 36, tzinfo=UTC)
    assert (first["response"], first["bytes"], first["auth"], first["referrer"]) == (200, 2326, "frank", None)
    assert (second["rawrequest"], second["verb"], second["bytes"]) == (r"\x16\x03\x01", None, None)


def test_moments_of_error_logs_keep_their_fractions() -> None:
    read = rows(look("error.log", LOGS["apache_error"]), LOGS["apache_error"])
    assert read[0]["timestamp"] == datetime(2000, 10, 11, 14, 32, 52, 123456)  # noqa: DTZ001, such a log tells no zone
    assert (read[0]["tid"], read[0]["code"], read[1]["client"]) == (4328636416, "AH00128", "127.0.0.1")


def test_structured_data_of_syslog_may_hold_brackets() -> None:
    read = rows(look("x", LOGS["syslog_rfc5424"]), LOGS["syslog_rfc5424"])
    assert (read[1]["data"], read[1]["message"]) == (r'[ex@32473 a="]\""][b]', "text")


def test_lines_that_do_not_match_are_counted() -> None:
    text = LOGS["apache"] * 20 + "something else\n"
    found = look("access.log", text)
    assert found.certainty == round(20 / 21, 4)
    reader = read_log(io.BytesIO(text.encode()), found.parameters)
    assert len(list(reader)) == 20
    assert (reader.rows, reader.bad, reader.first_bad) == (20, 1, 21)


def test_columns_and_rows_may_be_limited_and_come_as_arrow() -> None:
    text = LOGS["combined_apache"]
    found = look("access.log", text)
    assert rows(found, text, columns=["response"], limit=1) == [{"response": 200}]
    batches = list(read_log(io.BytesIO(text.encode()), found.parameters).to_batches(1))
    assert [batch.num_rows for batch in batches] == [1, 1]
    assert str(batches[0].schema.field("timestamp").type) == "timestamp[us, tz=UTC]"
    with pytest.raises(InvalidInput, match="nothing"):
        read_log([], found.parameters, columns=["nothing"])


@pytest.fixture(scope="module")
def nginx_logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    with nginx_server(tmp_path_factory.mktemp("nginx")) as server:
        server.get("/")
        server.get("/missing")
        server.get('/a"b', User_Agent='say "hi", 日本語 😀', Referer="http://x/?q=1,2;3|4")
        server.get("/%F0%9F%98%80/a%20b?x=[1]&y={z}")
        server.get("/" + "a" * 2000)
        server.send(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
        server.send(b"GET /a b c HTTP/1.1\r\nHost: localhost\r\n\r\n")
        server.send(b"GET /caf\xe9 HTTP/1.0\r\n\r\n")
        server.send(b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        server.send(b"GET /\r\n")
        server.send(b"GARBAGE\r\n\r\n")
    return server.access_log, server.error_log


def test_nginx_access_log_is_read_whatever_was_asked_for(nginx_logs: tuple[Path, Path]) -> None:
    data = nginx_logs[0].read_bytes()
    found = look(str(nginx_logs[0]), data)
    assert (found.classifier, found.certainty) == ("combined_apache", 1.0)
    reader = read_log(io.BytesIO(data), found.parameters)
    read = list(reader)
    assert (len(read), reader.bad) == (data.count(b"\n"), 0)
    assert {row["clientip"] for row in read} == {"127.0.0.1"}
    assert all(isinstance(row["response"], int) and isinstance(row["bytes"], int) for row in read)
    assert all(row["timestamp"].tzinfo is not None for row in read)
    by_request = {row["request"]: row for row in read}
    assert (by_request["/"]["response"], by_request["/missing"]["response"]) == (200, 404)
    assert by_request[r"/a\x22b"]["referrer"] == "http://x/?q=1,2;3|4"
    assert {"GARBAGE", r"\x16\x03\x01\x02\x00\x01"} <= {row["rawrequest"] for row in read}


def test_nginx_error_log_is_read(nginx_logs: tuple[Path, Path]) -> None:
    data = nginx_logs[1].read_bytes()
    found = look(str(nginx_logs[1]), data)
    assert (found.classifier, kinds(found)["timestamp"]) == ("nginx_error", "timestamp[us]")
    failed = [row for row in read_log(io.BytesIO(data), found.parameters) if row["loglevel"] == "error"]
    assert "/missing" in failed[0]["message"]
    assert (failed[0]["client"], failed[0]["server"], failed[0]["request"]) == (
        "127.0.0.1",
        "localhost",
        "GET /missing HTTP/1.1",
    )


# -- custom patterns -------------------------------------------------------------------------------------------


def test_custom_patterns_and_records_of_several_lines() -> None:
    definition = {
        "kind": "grok",
        "pattern": "^%{TIMESTAMP_ISO8601:at} %{LEVEL:level} %{GREEDYDATA:text}$",
        "custom_patterns": "LEVEL [A-Z]+\n# a comment",
        "multiline": "^%{YEAR}-",
        "classification": "app",
    }
    text = "2026-01-02 03:04:05 ERROR it broke\n  at line 1\n  at line 2\n2026-01-02 03:04:06 INFO fine\n"
    found = look("app.log", text, [("mine", definition)])
    assert (found.classifier, found.certainty, found.rows) == ("mine", 1.0, 2)
    assert kinds(found) == {"at": "timestamp[us]", "level": "string", "text": "string"}
    read = rows(found, text)
    assert [row["text"] for row in read] == ["it broke\n  at line 1\n  at line 2", "fine"]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["2026-01-02 03:04:05,123"], "timestamp[us]"),
        (["2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04 +01:00"], "timestamp[us, tz=UTC]"),
        (["2026-01-02T03:04:05Z", "2026-01-02T03:04:05"], "string"),
    ],
)
def test_iso_moments_have_a_zone_where_all_tell_one(texts: list[str], kind: str) -> None:
    text = "\n".join(texts) + "\n"
    found = look("x.log", text, [("iso", {"kind": "grok", "pattern": "^%{TIMESTAMP_ISO8601:at}$"})])
    assert kinds(found) == {"at": kind}
    assert len(rows(found, text)) == len(texts)


def test_a_pattern_that_backtracks_without_end_is_stopped_and_told() -> None:
    evil = {"kind": "grok", "pattern": r"^(?<x>(a|aa)+)$"}
    with pytest.raises(Unreadable, match=r"longer than 0\.5 s") as caught:
        look("x.log", "a" * 200 + "b\n", [("evil", evil)])
    assert caught.value.code == "grok_slow"


def test_reading_with_such_a_pattern_ends_too() -> None:
    with pytest.raises(Unreadable) as caught:
        list(read_log(["a" * 200 + "b"] * 5, {"pattern": r"^(?<x>(a|aa)+)$"}))
    assert caught.value.code == "grok_slow"


@pytest.mark.parametrize("name", [name for name in PATTERNS if name not in ("DATA", "GREEDYDATA")])
def test_no_pattern_of_the_library_backtracks_without_end(name: str) -> None:
    grok = compile_grok(f"^%{{{name}:value}}$")
    for line in ("a" * 5000 + "!", "1" * 5000 + "!", "a." * 2500 + "!", "/a" * 2500 + "\0", "::" * 2500, '"\\' * 2500):
        try:
            grok.match(line)
        except TooSlow:
            pytest.fail(f"{name} on {line[:10]}…")


MATCHES = {
    "IP": (
        ["127.0.0.1", "::1", "fe80::1%eth0", "2001:db8::ff00:42:8329", "::ffff:1.2.3.4"],
        ["256.1.1.1", "1.2.3", "1:2"],
    ),
    "IPORHOST": (["example.com", "10.0.0.1", "my_host"], ["-a b-"]),
    "NUMBER": (["1", "-2.5", "+.5"], ["1.2.3", "a"]),
    "URI": (["http://a.b/c?d=e", "s3://bucket/key"], ["http:/a"]),
    "UUID": (["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
    "MAC": (["00:1a:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"], ["00:1a"]),
    "EMAILADDRESS": (["a.b+c@example.com"], ["a@", "@b"]),
    "TIMESTAMP_ISO8601": (
        ["2026-01-02T03:04:05.678Z", "2026-01-02 03:04", "2026-01-02T03:04:05+0100"],
        ["2026-13-02 03:04"],
    ),
    "QUOTEDSTRING": (['"a \\" b"', "'x'"], ['"a']),
    "PATH": (["/usr/bin/x", "C:\\a\\b"], ["a/b"]),
    "SYSLOGTIMESTAMP": (["Oct 11 22:14:15", "Oct  1 02:14:15"], ["Okt 11 22:14:15"]),
    "LOGLEVEL": (["error", "WARN", "Information"], ["loud"]),
    "DATE": (["12/31/2020", "31.12.2020"], ["2020"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MATCHES)
def test_patterns_match_what_they_mean(name: str) -> None:
    grok = compile_grok(f"%{{{name}:value}}", whole=True)
    good, bad = MATCHES[name]
    assert [grok.match(text) for text in good] == [{"value": text} for text in good]
    assert [grok.match(text) for text in bad] == [None for _ in bad]


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(-(10**9), 10**9)), min_size=1, max_size=6
    )
)
def test_what_a_pattern_writes_it_reads_again(pairs: list[tuple[str, int]]) -> None:
    pattern = " ".join(f"%{{WORD:w{index}}}=%{{INT:n{index}:int}}" for index in range(len(pairs)))
    line = " ".join(f"{word}={number}" for word, number in pairs)
    expected = {f"w{index}": word for index, (word, _) in enumerate(pairs)}
    expected |= {f"n{index}": str(number) for index, (_, number) in enumerate(pairs)}
    assert compile_grok(pattern, whole=True).match(line) == expected


def test_a_field_that_is_named_twice_is_the_one_that_matched() -> None:
    grok = compile_grok("(?:a=%{INT:n:int}|b=%{INT:n:int}) (?<rest>.*)")
    assert grok.match("b=2 x") == {"n": "2", "rest": "x"}
    assert [(field.name, field.type) for field in grok.fields] == [("n", "int32"), ("rest", "string")]


EXPLODING = {"P0": "a" * 100} | {f"P{number}": f"%{{P{number - 1}}}" * 10 for number in range(1, 10)}


@pytest.mark.parametrize(
    ("definition", "code", "says"),
    [
        ({"pattern": "%{WROD:x}"}, "grok_pattern_unknown", "WORD"),
        ({"pattern": "%{A:x}", "custom_patterns": {"A": "%{B}", "B": "%{A}"}}, "grok_pattern_recursive", "A → B → A"),
        ({"pattern": "%{INT:x:integer}"}, "grok_type_unknown", "integer"),
        ({"pattern": "(%{INT:x}"}, "grok_invalid", "regular expression"),
        ({"pattern": "%{INT:x}", "custom_patterns": "ALONE"}, "grok_invalid", "ALONE"),
        ({"pattern": "%{INT:x}", "custom_patterns": 7}, "grok_invalid", "mapping"),
        (
            {"pattern": "%{P9:x}", "custom_patterns": EXPLODING},
            "grok_invalid",
            "longer than",
        ),
        ({"pattern": "no fields"}, "classifier_invalid", "no field"),
        ({}, "classifier_invalid", "pattern"),
        ({"pattern": "%{INT:x}", "multiline": ""}, "classifier_invalid", "multiline"),
        ({"pattern": "%{INT:x}", "patterns": {}}, "classifier_invalid", "patterns"),
    ],
)  # fmt: skip
def test_a_wrong_definition_is_refused(definition: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        validate_classifier("grok", definition)
    assert caught.value.code == code
    assert says in f"{caught.value.message} {caught.value.remedy}"


def test_every_pattern_of_the_library_compiles() -> None:
    for name in PATTERNS:
        compile_grok(f"%{{{name}:value}}")
