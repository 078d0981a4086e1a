"""`jupyter mlx catalog …`: documents as the contract has them, texts that say it in words, exit codes."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx import contract
from tests.http.contract import closed

from .terminal import Terminal

SCHEMA = """
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
CREATE TABLE purchase(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer(id), at TIMESTAMP, total REAL);
INSERT INTO customer VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bob', NULL), (3, 'Cleo', 'cleo@example.org');
INSERT INTO purchase VALUES (1, 1, '2013-01-01 10:00:00', 12.5), (2, 1, '2013-01-02 11:00:00', 7.25);
"""


def as_the_contract_has_it(schema: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document, if it has nothing more and nothing less than the contract says."""
    from jsonschema import Draft202012Validator

    whole = {"components": closed(contract.load()["components"]), "$ref": f"#/components/schemas/{schema}"}
    Draft202012Validator(whole).validate(document)
    return document


@pytest.fixture
def shop(mlx: Terminal, tmp_path: Path) -> Iterator[str]:
    """A source `shop` of its own, crawled; the name of its database."""
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(SCHEMA)
    mlx("catalog", "crawl", "sqlite:///shop.db", "--name", "shop", "--database", "shop")
    yield "shop"
    mlx("catalog", "rm", "--source", "shop")


# -- crawl -----------------------------------------------------------------------------------------------------


def test_a_crawl_says_what_it_found(mlx: Terminal, shop: str) -> None:
    done = as_the_contract_has_it("Crawl", mlx.json("catalog", "crawl", "shop", "--full"))
    assert done["state"] == "SUCCEEDED"
    assert [(change["name"], change["change"]) for change in done["tables"]] == [
        ("customer", "unchanged"),
        ("purchase", "unchanged"),
    ]
    with sqlite3.connect(mlx.folder / "shop.db") as connection:
        connection.execute("ALTER TABLE customer ADD COLUMN born DATE")
        connection.execute("DROP TABLE purchase")
    text = mlx("catalog", "crawl", "sqlite:///shop.db").out
    assert "updated    shop.customer  v2" in text
    assert "`born`" in text
    assert "deprecated shop.purchase" in text
    versions = mlx("catalog", "versions", "shop.customer").out
    assert versions.startswith("v2")
    assert "`born`" in versions
    as_the_contract_has_it("TableVersionList", mlx.json("catalog", "versions", "shop.customer"))
    assert "born" not in mlx("catalog", "show", "shop.customer", "--version", "1").out


def test_a_dry_run_writes_nothing(mlx: Terminal, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dry.db") as connection:
        connection.executescript(SCHEMA)
    done = mlx("catalog", "crawl", "sqlite:///dry.db", "--dry-run", "--name", "dry")
    assert "nothing was written" in done.out
    assert "created    dry.customer" in done.out
    assert mlx.json("catalog", "tables", "--database", "dry", status=1)["error"]["code"] == "table_unknown"
    assert mlx.json("catalog", "sources")["items"] == []


def test_the_options_of_a_source_are_kept_and_changed(mlx: Terminal, shop: str) -> None:
    words = ("--update", "merge", "--delete", "log", "--prefix", "x_", "--exclude", "main.purchase")
    mlx("catalog", "crawl", "shop", *words, "--option", "views=false")
    (source,) = as_the_contract_has_it("SourceList", mlx.json("catalog", "sources"))["items"]
    expected = {"update": "merge", "delete": "log", "prefix": "x_", "exclude": ["main.purchase"], "views": False}
    assert source["options"] == expected
    assert "shop" in mlx("catalog", "sources").out


def test_a_crawl_that_could_not_read_its_source_exits_with_1(mlx: Terminal) -> None:
    done = mlx("catalog", "crawl", "postgresql+psycopg://nobody@127.0.0.1:9/none", "--name", "nowhere", status=1)
    assert "nowhere  FAILED" in done.out
    assert "error: " in done.err
    assert "remedy: " in done.err
    document = mlx.json("catalog", "crawl", "nowhere", status=1)
    assert (document["state"], document["error"]["code"]) == ("FAILED", "source_unreachable")
    (finding,) = [f for f in mlx.process("doctor", "--json").json["findings"] if f["name"] == "catalog"]
    assert not finding["ok"]
    assert document["id"] in finding["remedy"]
    mlx("catalog", "rm", "--source", "nowhere")


def test_a_password_is_kept_as_a_secret_and_shown_nowhere(mlx: Terminal) -> None:
    url = "postgresql+psycopg://nobody:plover-1977@127.0.0.1:9/none"
    done = mlx("catalog", "crawl", url, "--name", "guarded", "--json", status=1)
    assert "plover-1977" not in done.out + done.err + mlx("catalog", "sources", "--json").out
    # By another process: to open and close the store's files in this one would drop its locks on them.
    found = subprocess.run(
        ["grep", "-rlF", "plover-1977", str(mlx.bench.settings.state_dir)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout, found.stderr) == (1, "", "")
    mlx("catalog", "rm", "--source", "guarded")


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["no-such-folder-or-source"], 1, "source_unknown"),
        (["sqlite:///x.db", "--update", "maybe"], 2, "usage"),
        (["sqlite:///x.db", "--option", "views"], 2, "usage"),
        (["sqlite:///x.db", "--option", "views=[", "--name", "x"], 2, "usage"),
        (["x*.csv", "--kind", "tape"], 2, "backend_unknown"),
        (["x*.csv", "--classifier-file", "missing.yaml"], 2, "file_invalid"),
        ([], 2, "usage"),
    ],
)
def test_a_wrong_crawl_is_refused(mlx: Terminal, words: list[str], status: int, code: str) -> None:
    assert mlx("catalog", "crawl", *words, "--json", status=status).error["code"] == code
    assert mlx.json("catalog", "sources")["items"] == []


def test_crawls_are_listed_and_shown(mlx: Terminal, shop: str) -> None:
    listed = as_the_contract_has_it("CrawlList", mlx.json("catalog", "crawls", "--source", "shop"))["items"]
    assert len(listed) == 1
    assert mlx.json("catalog", "crawls", listed[0]["id"])["tables"]
    assert "created    shop.customer" in mlx("catalog", "crawls", listed[0]["id"]).out
    assert listed[0]["id"] in mlx("catalog", "crawls").out
    assert mlx("catalog", "crawls", "ffff", "--json", status=1).error["code"] == "crawl_unknown"


# -- looking ---------------------------------------------------------------------------------------------------


def test_tables_are_listed_shown_and_explained(mlx: Terminal, shop: str) -> None:
    listed = as_the_contract_has_it("TableList", mlx.json("catalog", "tables", "--database", shop))
    assert [table["name"] for table in listed["items"]] == ["customer", "purchase"]
    assert "shop.purchase" in mlx("catalog", "tables").out
    shown = as_the_contract_has_it("Table", mlx.json("catalog", "show", "shop.purchase"))
    assert shown["primary_key"] == ["id"]
    text = mlx("catalog", "show", "shop.purchase").out
    assert "primary key  id" in text
    assert "customer → main.customer(id)" in text
    as_the_contract_has_it("Explanation", mlx.json("catalog", "explain", "shop.purchase"))
    assert mlx("catalog", "explain", "shop.purchase").out.startswith("shop.purchase is one table for these reasons.")
    unknown = mlx("catalog", "show", "shop.purchese", "--json", status=1).error
    assert unknown["code"] == "table_unknown"
    assert "shop.purchase" in unknown["remedy"]


def test_search_finds_and_says_where(mlx: Terminal, shop: str) -> None:
    found = as_the_contract_has_it("CatalogSearch", mlx.json("catalog", "search", "purchase", "source:shop"))
    assert found["hits"][0]["path"] == "shop.purchase"
    assert "shop.purchase" in mlx("catalog", "search", "purchas").out
    assert "Nothing found." in mlx("catalog", "search", "nothing-is-called-so").out


# -- saying ----------------------------------------------------------------------------------------------------


def test_tags_are_defined_given_and_taken(mlx: Terminal, shop: str) -> None:
    as_the_contract_has_it("TagKey", mlx.json("catalog", "tags", "define", "pii", "yes", "no"))
    given = as_the_contract_has_it("Assignment", mlx.json("catalog", "tag", "shop.customer.email", "pii=yes"))
    assert given == {"resource": "shop.customer.email", "tags": {"pii": "yes"}}
    assert "pii=yes" in mlx("catalog", "show", "shop.customer").out
    assert "yes, no" in mlx("catalog", "tags", "list").out
    assert mlx("catalog", "tags", "rm", "pii", "--json", status=1).error["code"] == "tag_used"
    assert "no tags of its own" in mlx("catalog", "tag", "shop.customer.email", "pii-").out
    assert mlx("catalog", "tag", "shop", "pii=maybe", "--json", status=2).error["code"] == "tag_value_unknown"
    assert mlx("catalog", "tag", "shop", "pii", "--json", status=2).error["code"] == "usage"
    assert mlx.json("catalog", "tags", "rm", "pii") == {"removed": "pii"}


def test_descriptions_terms_and_owners_are_said(mlx: Terminal, shop: str) -> None:
    as_the_contract_has_it("Term", mlx.json("catalog", "terms", "define", "Purchase", "What was bought."))
    words = ("--owner", "ada", "--term", "Purchase", "--attribute", "kept=7 years")
    said = as_the_contract_has_it("Notes", mlx.json("catalog", "describe", "shop.purchase", "Each sale.", *words))
    assert said["attributes"] == {"kept": "7 years"}
    text = mlx("catalog", "show", "shop.purchase").out
    assert all(word in text for word in ("Each sale.", "ada", "Purchase"))
    assert "What was bought." in mlx("catalog", "terms", "list").out
    assert mlx.json("catalog", "describe", "shop.purchase", "", "--attribute", "kept=")["description"] is None
    assert mlx("catalog", "describe", "shop.purchase", "--json", status=2).error["code"] == "usage"
    assert mlx.json("catalog", "terms", "rm", "Purchase") == {"removed": "Purchase"}


def test_classifiers_come_from_a_file(mlx: Terminal) -> None:
    (mlx.folder / "own.yaml").write_text("shop_log:\n  pattern: '%{LOGLEVEL:level} %{GREEDYDATA:rest}'\n")
    made = as_the_contract_has_it("ClassifierList", mlx.json("catalog", "classifiers", "define", "own.yaml"))
    assert made["items"][0]["kind"] == "grok"
    assert "shop_log" in mlx("catalog", "classifiers", "list").out
    assert mlx.json("catalog", "classifiers", "rm", "shop_log") == {"removed": "shop_log"}
    (mlx.folder / "own.yaml").write_text("- a\n- b\n")
    assert mlx("catalog", "classifiers", "define", "own.yaml", "--json", status=2).error["code"] == "file_invalid"


# -- access ----------------------------------------------------------------------------------------------------


def test_grants_are_given_listed_and_taken_back(mlx: Terminal, shop: str) -> None:
    mlx("catalog", "tags", "define", "pii", "yes", "no")
    words = ("--rows", "id < 3", "--exclude", "email", "--mask", "name:partial")
    made = mlx.json("catalog", "grant", "user:bob", "describe,select", "--on", "shop.customer", *words)
    as_the_contract_has_it("Grant", made)
    assert made["filter"] == {"exclude": ["email"], "rows": "id < 3"}
    tagged = mlx("catalog", "grant", "group:risk", "select", "--tags", "pii=no,yes").out
    assert "pii=no,yes" in tagged
    assert "`open`" in tagged
    as_the_contract_has_it("GrantList", mlx.json("catalog", "grants"))
    text = mlx("catalog", "grants").out
    assert "without email; rows where id < 3; name as partial" in text
    for item in mlx.json("catalog", "grants")["items"]:
        assert mlx.json("catalog", "revoke", item["id"]) == {"removed": item["id"]}
    assert mlx("catalog", "revoke", made["id"], "--json", status=1).error["code"] == "grant_unknown"
    log = as_the_contract_has_it("AuditList", mlx.json("catalog", "audit"))["items"]
    assert {"grant.create", "grant.remove"} <= {entry["action"] for entry in log}
    assert {entry["door"] for entry in log} == {"terminal"}
    assert "grant.create" in mlx("catalog", "audit").out
    mlx("catalog", "tags", "rm", "pii")


@pytest.mark.parametrize(
    "words",
    [
        ["bob", "select", "--on", "shop"],
        ["user:bob", "read", "--on", "shop"],
        ["user:bob", "select"],
        ["user:bob", "select", "--on", "shop", "--mask", "email"],
        ["user:bob", "select", "--on", "shop.customer", "--rows", "id <"],
        ["user:bob", "select", "--tags", "nothing=so"],
    ],
)
def test_a_wrong_grant_is_refused(mlx: Terminal, shop: str, words: list[str]) -> None:
    mlx("catalog", "grant", *words, status=2)
    assert mlx.json("catalog", "grants")["items"] == []


def test_who_is_no_administrator_does_not_read_the_log(mlx: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_MLX_ADMINS", "somebody-else")
    assert mlx("catalog", "audit", "--json", status=1).error["code"] == "admin_only"
    monkeypatch.delenv("JUPYTER_MLX_ADMINS")
    assert "audit" in mlx("catalog", "audit", "--refused").out


def test_who_was_granted_nothing_neither_crawls_nor_reads_of_crawls(
    mlx: Terminal, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = mlx.json("catalog", "crawls", "--source", "shop")["items"][0]["id"]
    monkeypatch.setenv("JUPYTER_MLX_CATALOG_ACCESS", "grants")
    monkeypatch.setenv("JUPYTER_MLX_ADMINS", "somebody-else")
    for words in (["shop", "--full"], ["shop", "--dry-run"], ["sqlite:///shop.db", "--prefix", "x_"], ["."]):
        assert mlx("catalog", "crawl", *words, "--json", status=1).error["code"] == "permission_missing"
    assert mlx.json("catalog", "sources")["items"] == []
    assert mlx.json("catalog", "crawls")["items"] == []
    assert mlx("catalog", "crawls", crawl, "--json", status=1).error["code"] == "crawl_unknown"
    monkeypatch.delenv("JUPYTER_MLX_CATALOG_ACCESS")
    monkeypatch.delenv("JUPYTER_MLX_ADMINS")
    assert len(mlx.json("catalog", "crawls", "--source", "shop")["items"]) == 1
    assert "source.create" in mlx("catalog", "audit").out


# -- rows ------------------------------------------------------------------------------------------------------


def test_rows_are_shown_filtered_sorted_and_as_csv(mlx: Terminal, shop: str) -> None:
    found = as_the_contract_has_it("Preview", mlx.json("catalog", "preview", "shop.customer", "-n", "2"))
    assert (found["rows"][0], found["truncated"]) == ([1, "Ada", "ada@example.org"], True)
    text = mlx("catalog", "preview", "shop.customer", "--columns", "name,id", "--sort", "id", "--desc", "-n", "1").out
    assert text.splitlines()[1].split() == ["Cleo", "3"]
    csv = mlx("catalog", "preview", "shop.customer", "--where", "email IS NULL", "--csv").out
    assert csv == "id,name,email\n2,Bob,\n"
    assert mlx.json("catalog", "preview", "shop.customer", "--sample")["rows"]
    assert mlx("catalog", "preview", "shop.customer", "--where", "id <", "--json", status=2).error["code"]
    assert mlx("catalog", "preview", "shop.customer", "-n", "0", "--json", status=2).error["code"] == "usage"


def test_a_profile_is_made_kept_and_shown(mlx: Terminal, shop: str) -> None:
    missing = mlx("catalog", "profile", "shop.customer", "--stored", "--json", status=2).error
    assert missing["code"] == "profile_missing"
    made = as_the_contract_has_it("Profile", mlx.json("catalog", "profile", "shop.customer"))
    assert made["rows"] == 3
    assert mlx.json("catalog", "profile", "shop.customer", "--stored") == made
    assert "33.3%" in mlx("catalog", "profile", "shop.customer", "--stored").out


def test_quality_rules_are_recommended_set_and_checked(mlx: Terminal, shop: str) -> None:
    mlx("catalog", "profile", "shop.customer")
    recommended = mlx("catalog", "quality", "shop.customer", "recommend").out
    (mlx.folder / "rules.yaml").write_text(recommended)
    assert "not_null" in recommended
    as_the_contract_has_it("Quality", mlx.json("catalog", "quality", "shop.customer", "set", "rules.yaml"))
    assert "all hold" in mlx("catalog", "quality", "shop.customer", "check").out
    with sqlite3.connect(mlx.folder / "shop.db") as connection:
        connection.execute("DELETE FROM customer")
    failed = mlx("catalog", "quality", "shop.customer", "check", status=1).out
    assert "FAILED" in failed
    assert "row_count" in failed
    told = mlx("catalog", "crawl", "shop", "--option", "check_quality=true").out
    assert "shop.customer: quality rules do not hold" in told
    (mlx.folder / "rules.yaml").write_text("rules:\n- check: nonsense\n")
    wrong = mlx("catalog", "quality", "shop.customer", "set", "rules.yaml", "--json", status=2).error
    assert wrong["code"] == "request_invalid"
    assert mlx("catalog", "quality", "shop.customer", "set", "--json", status=2).error["code"] == "usage"


def test_files_are_crawled_with_their_problems_told(mlx: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    for month in (1, 2):
        (folder / "sales" / f"month={month}").mkdir(parents=True)
        (folder / "sales" / f"month={month}" / "part.csv").write_text("id,total\n1,2.5\n2,3.5\n")
    (folder / "broken.parquet").write_bytes(b"PAR1 and nothing more")
    done = mlx("catalog", "crawl", "lake")
    assert "1 problems; the rest was crawled" in done.out
    assert "broken.parquet" in done.out
    assert "2 folders" in mlx("catalog", "explain", "lake.sales").out
    assert "2 by month" in mlx("catalog", "show", "lake.sales").out
    mlx("catalog", "rm", "--source", "lake")


def test_control_c_stops_a_crawl_and_keeps_what_it_wrote(mlx: Terminal, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "wide.db") as connection:
        connection.executescript("".join(f"CREATE TABLE t{number}(a INTEGER, b TEXT);" for number in range(4000)))
    process = mlx.start("catalog", "crawl", "sqlite:///wide.db", "--name", "wide")
    crawls = mlx.bench.services.crawls
    mlx.bench.wait_until(
        lambda: any(crawl.source == "wide" and crawl.listed for crawl in crawls.page()[0]), "the crawl reads"
    )
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    (crawl,) = mlx.json("catalog", "crawls", "--source", "wide")["items"]
    assert crawl["state"] == "CANCELLED"
    mlx("catalog", "rm", "--source", "wide")
