"""What a reference to labels means, and what a SELECT of them can reach."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_mlx.errors import Forbidden, InvalidInput, MlxError
from jupyter_mlx.features.labels import LabelsPlan, read_plan, tables_named
from jupyter_mlx.services import Services
from tests.support import make_settings


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with labels; a SELECT that is confined to it changes the process's own."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "root"
    folder.mkdir()
    frame = pd.DataFrame({"origin": ["JFK", "EWR"], "late": [1, 2]})
    frame.to_csv(folder / "labels.csv", index=False)
    frame.to_parquet(folder / "labels.parquet")
    frame.to_csv(tmp_path / "outside.csv", index=False)
    return folder


@pytest.fixture
def services(tmp_path: Path) -> Any:
    """Services with a state folder inside the root, as where that is a home."""
    made = Services(make_settings(tmp_path / "root" / "home"))
    yield made
    made.close()


def rows(services: Services, text: str, root: Path | None) -> int:
    plan = services.labels.plan(text, services.principal(), within=root)
    return read_plan(LabelsPlan.from_json(plan.to_json()))[1]


@pytest.mark.parametrize(
    "text",
    [
        "labels.csv",
        "labels.parquet",
        "SELECT * FROM 'labels.csv'",
        "from read_csv(['labels.csv'])",
        "WITH a AS (FROM 'labels.parquet') SELECT * FROM a",
    ],
)
def test_files_below_the_root_are_read(services: Services, root: Path, text: str) -> None:
    assert rows(services, text, root) == 2


def test_without_a_root_any_file_is_read(services: Services, root: Path) -> None:
    assert rows(services, str(root.parent / "outside.csv"), None) == 2
    assert rows(services, f"SELECT * FROM '{root.parent / 'outside.csv'}'", None) == 2


@pytest.mark.parametrize(
    "text",
    [
        "../outside.csv",
        "SELECT * FROM '../outside.csv'",
        "SELECT * FROM '{root}/../outside.csv'",
        "SELECT * FROM 'link.csv'",
        "SELECT * FROM 'folder/outside.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM 'http://127.0.0.1:9/labels.csv'",
        "SELECT * FROM read_csv('home/state/secret.csv')",
        "SELECT * FROM 'home/**/*.csv'",
        "SELECT * FROM '*/*/secret.csv'",
        "home/state/secret.csv",
    ],
)
def test_nothing_else_is(services: Services, root: Path, text: str) -> None:
    os.symlink(root.parent / "outside.csv", root / "link.csv")
    os.symlink(root.parent, root / "folder")
    state = root / "home" / "state"
    state.mkdir(parents=True, exist_ok=True)
    (state / "secret.csv").write_text("a\n1\n")
    with pytest.raises(MlxError) as refused:
        rows(services, text.format(root=root), root)
    assert refused.value.code in ("path_outside_root", "labels_invalid"), refused.value.message
    if "http:" not in text:
        assert isinstance(refused.value, Forbidden)


@pytest.mark.parametrize(
    "text",
    [
        "FROM query('FROM ''home/state/secret.csv''')",
        "FROM query_table('home/state/secret.csv')",
        "FROM json_execute_serialized_sql(json_serialize_sql('FROM ''home/state/secret.csv'''))",
        "FROM read_text('file://{root}/home/state/secret.csv')",
        "FROM read_text('file://localhost{root}/home/state/secret.csv')",
        "FROM read_csv('home/stat?/secret.csv')",
        "FROM read_csv('home/stat[e]/secret.csv')",
        "FROM read_text('.netrc')",
        "FROM read_text('.n*')",
        "FROM 'inside.csv'",
        "FROM read_text('.jupyter/runtime/server.json')",
        "FROM glob('.jupyter/**')",
        "FROM read_text('**/*.json')",
        ".jupyter/labels.csv",
        "inside.csv",
    ],
)
def test_no_way_of_naming_them_reaches_own_and_hidden_files(services: Services, root: Path, text: str) -> None:
    state, hidden = root / "home" / "state", root / ".jupyter"
    for folder in (state, hidden / "runtime"):
        folder.mkdir(parents=True, exist_ok=True)
    for path in (state / "secret.csv", hidden / "labels.csv", hidden / "runtime" / "server.json", root / ".netrc"):
        path.write_text("a\n1\n")
    (root / "inside.csv").symlink_to(hidden / "labels.csv")
    with pytest.raises(Forbidden) as refused:
        rows(services, text.format(root=root), root)
    assert refused.value.code == "path_outside_root"


def test_patterns_and_links_that_stay_among_seen_files_are_read(services: Services, root: Path) -> None:
    (root / "more").mkdir()
    for name in ("1", "2"):
        (root / "more" / f"{name}.csv").write_text("a\n1\n")
    (root / "link").symlink_to(root / "more")
    for text in ("more/*.csv", "link/[12].csv", "./more/?.csv", f"{root}/more/*.csv", "**/?.csv"):
        assert rows(services, f"FROM '{text}'", root) == 2, text


def test_a_file_is_read_alone_whatever_its_name_looks_like(services: Services, root: Path) -> None:
    (root / "l[1].csv").write_text("a\n1\n2\n")
    (root / "l1.csv").write_text("a\n1\n")
    assert rows(services, "l[1].csv", root) == 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('labels' || '.csv')",
        "COPY (SELECT 1) TO 'written.csv'",
        "SELECT 1; SELECT 2",
        "SELECT",
        "WITH a AS (SELECT 1) INSERT INTO b FROM a",
        "labels.txt",
    ],
)
def test_what_is_no_select_of_named_files_is_refused(services: Services, root: Path, text: str) -> None:
    (root / "labels.txt").write_text("a\n1\n")
    with pytest.raises(MlxError) as refused:
        rows(services, text, root)
    assert refused.value.code in ("labels_invalid", "labels_missing")
    assert refused.value.field == "labels"
    assert not (root / "written.csv").exists()


def test_tables_are_found_wherever_they_stand() -> None:
    query = "SELECT * FROM lake.a JOIN (SELECT * FROM b.c, d) x USING (k) WHERE k IN (SELECT k FROM lake.a)"
    assert tables_named(query) == ["b.c", "lake.a"]
    with pytest.raises(InvalidInput):
        tables_named("DROP TABLE a")


def test_a_table_of_the_catalog_is_read_alone_and_in_a_select(services: Services, root: Path) -> None:
    lake = root / "lake" / "delays"
    lake.mkdir(parents=True)
    pd.DataFrame({"origin": ["JFK"] * 3, "late": [1, 2, 3]}).to_parquet(lake / "part.parquet")
    from jupyter_mlx.catalog.models import SourceRequest

    source, _ = services.guarded.keep(SourceRequest(str(root / "lake"), "lake", "lake"), services.principal())
    services.crawls.crawl(source.id, owner="ada")
    assert rows(services, "lake.delays", root) == 3
    joined = "SELECT d.* FROM lake.delays d JOIN 'labels.csv' l ON d.late = l.late"
    assert rows(services, joined, root) == 2
    assert rows(services, f"SELECT * FROM lake.delays, '{root / 'labels.csv'}'", None) == 6
    with pytest.raises(MlxError) as unknown:
        rows(services, "SELECT * FROM lake.nothing", root)
    assert (unknown.value.code, unknown.value.field) == ("table_unknown", "labels")
