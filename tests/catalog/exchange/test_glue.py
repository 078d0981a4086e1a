"""Export to a Glue Data Catalog, a change there, import: by real clients over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_mlx.catalog.exchange.result import ExchangeResult
from jupyter_mlx.errors import InvalidInput, NotFound, Unavailable
from jupyter_mlx.services import Services

Client = Callable[[str], Any]
ABOUT_HERE = ("id", "source", "source_id", "database_id", "created_at", "updated_at", "version", "versions", "uses")


def names(result: ExchangeResult, change: str) -> list[str]:
    """What was created, updated, unchanged or skipped."""
    return sorted(item.name for item in getattr(result, change))


def seen(services: Services, reference: str) -> dict[str, Any]:
    """All that a catalog knows of a table but where in it that is."""
    document = services.catalog.document(reference, services.principal())
    found, _, total = services.catalog.partitions(reference, services.principal())
    assert len(found) == total
    kept = {key: value for key, value in document.items() if key not in ABOUT_HERE}
    return {**kept, "all_partitions": [partition.to_json() for partition in found]}


def write(glue: Any, table: dict[str, Any]) -> None:
    """Write a table that was read, as a script of somebody does."""
    kept = ("Name", "Description", "Owner", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")
    glue.update_table(DatabaseName="lake", TableInput={key: table[key] for key in kept if key in table})


def test_what_is_exported_is_what_athena_needs(filled: Services, where: dict[str, str], client: Client) -> None:
    result = filled.exchange.export_glue(filled.principal(), **where)
    assert names(result, "created") == ["lake", "lake.flights", "shop", "shop.customers", "shop.orders"]
    assert result.skipped == []
    glue = client("glue")
    table = glue.get_table(DatabaseName="lake", Name="flights")["Table"]
    assert table["Description"] == "Departures"
    assert table["Owner"] == "ada"
    storage = table["StorageDescriptor"]
    assert [(column["Name"], column["Type"]) for column in storage["Columns"]] == [
        ("dep_delay", "decimal(20,0)"),
        ("origin", "string"),
        ("at", "timestamp"),
    ]
    assert storage["Columns"][0]["Comment"] == "in minutes"
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert storage["Location"].startswith("file:///")
    assert [(key["Name"], key["Type"]) for key in table["PartitionKeys"]] == [("year", "bigint"), ("month", "bigint")]
    parameters = table["Parameters"]
    assert parameters["classification"] == "parquet"
    assert parameters["typeOfData"] == "file"
    assert (parameters["recordCount"], parameters["objectCount"]) == ("9", "3")
    assert glue.get_database(Name="lake")["Database"]["Description"] == "All data"
    partitions = glue.get_partitions(DatabaseName="lake", TableName="flights")["Partitions"]
    assert sorted(tuple(item["Values"]) for item in partitions) == [("2013", "1"), ("2013", "2"), ("2014", "1")]
    assert partitions[0]["StorageDescriptor"]["SerdeInfo"] == storage["SerdeInfo"]


def test_tags_are_lake_formation_s(filled: Services, where: dict[str, str], client: Client) -> None:
    filled.exchange.export_glue(filled.principal(), **where)
    formation = client("lakeformation")
    keys = {tag["TagKey"]: sorted(tag["TagValues"]) for tag in formation.list_lf_tags()["LFTags"]}
    assert keys == {"pii": ["no", "yes"], "zone": ["clean", "raw"]}
    place = {"DatabaseName": "lake", "Name": "flights", "ColumnNames": ["origin", "at"]}
    answer = formation.get_resource_lf_tags(Resource={"TableWithColumns": place})
    # Its own only: what it inherits Lake Formation knows itself.
    assert [item["Name"] for item in answer["LFTagsOnColumns"]] == ["origin"]
    assert {tag["TagKey"]: tag["TagValues"] for tag in answer["LFTagsOnColumns"][0]["LFTags"]} == {
        "pii": ["yes"],
        "zone": ["clean"],
    }
    filled.catalog.assign("lake.flights.origin", {"Zone": None, "pii": "no"}, filled.principal())
    result = filled.exchange.export_glue(filled.principal(), **where)
    assert names(result, "updated") == ["lake.flights"]
    answer = formation.get_resource_lf_tags(Resource={"TableWithColumns": place})
    assert {tag["TagKey"]: tag["TagValues"] for tag in answer["LFTagsOnColumns"][0]["LFTags"]} == {"pii": ["no"]}


def test_an_export_again_changes_nothing(filled: Services, where: dict[str, str]) -> None:
    filled.exchange.export_glue(filled.principal(), **where)
    again = filled.exchange.export_glue(filled.principal(), **where)
    assert names(again, "unchanged") == ["lake", "lake.flights", "shop", "shop.customers", "shop.orders"]
    assert again.created == again.updated == again.skipped == []


def test_a_round_trip_loses_nothing(filled: Services, other: Services, where: dict[str, str]) -> None:
    filled.exchange.export_glue(filled.principal(), **where)
    result = other.exchange.import_glue(other.principal(), **where)
    assert names(result, "created") == ["lake.flights", "shop.customers", "shop.orders"]
    assert result.skipped == []
    for reference in ("lake.flights", "shop.customers", "shop.orders"):
        ours, theirs = seen(filled, reference), seen(other, reference)
        assert theirs == ours
    assert other.catalog.table("lake.flights", other.principal()).source == "glue"
    (lake, shop) = other.catalog.databases(other.principal())
    assert (lake.description, lake.owner, lake.tags) == ("All data", "risk", {"Zone": "Raw"})
    assert (shop.description, shop.tags) == (None, {})


def test_changes_in_glue_arrive_and_nothing_else_changes(
    filled: Services, where: dict[str, str], client: Client
) -> None:
    ada = filled.principal()
    filled.exchange.export_glue(ada, **where)
    filled.exchange.import_glue(ada, **where)
    before = seen(filled, "glue/lake.flights")
    glue, formation = client("glue"), client("lakeformation")
    table = glue.get_table(DatabaseName="lake", Name="flights")["Table"]
    columns = table["StorageDescriptor"]["Columns"]
    columns[1]["Type"] = "char(3)"
    columns.append({"Name": "tailnum", "Type": "array<string>", "Comment": "of the plane"})
    table["Parameters"]["team"] = "risk"
    write(glue, table)
    storage = {**table["StorageDescriptor"], "Location": "s3://lake/late/"}
    glue.create_partition(
        DatabaseName="lake",
        TableName="flights",
        PartitionInput={"Values": ["2015", "1"], "StorageDescriptor": storage, "Parameters": {"recordCount": "7"}},
    )
    place = {"DatabaseName": "lake", "Name": "flights", "ColumnNames": ["origin"]}
    formation.remove_lf_tags_from_resource(
        Resource={"TableWithColumns": place}, LFTags=[{"TagKey": "zone", "TagValues": ["clean"]}]
    )
    formation.update_lf_tag(TagKey="pii", TagValuesToAdd=["perhaps"])
    formation.add_lf_tags_to_resource(
        Resource={"Table": {"DatabaseName": "lake", "Name": "flights"}},
        LFTags=[{"TagKey": "pii", "TagValues": ["perhaps"]}],
    )
    result = filled.exchange.import_glue(ada, **where)
    assert names(result, "updated") == ["lake.flights"]
    assert result.skipped == []
    after = seen(filled, "glue/lake.flights")
    assert after["columns"][3]["name"] == "tailnum"
    assert after["columns"][3]["type"] == "list<item: string>"
    assert after["parameters"]["glue"] == {"team": "risk"}
    assert after["all_partitions"][3]["rows"] == 7
    assert after["tags"] == {"pii": "perhaps", "Zone": "Raw"}
    assert after["columns"][1]["tags"] == {"pii": "yes", "Zone": "Raw"}
    # Taken back, all is as it was.
    table["StorageDescriptor"]["Columns"] = [{**columns[0]}, {**columns[1], "Type": "string"}, columns[2]]
    del table["Parameters"]["team"]
    write(glue, table)
    glue.delete_partition(DatabaseName="lake", TableName="flights", PartitionValues=["2015", "1"])
    formation.add_lf_tags_to_resource(
        Resource={"TableWithColumns": place},
        LFTags=[{"TagKey": "zone", "TagValues": ["clean"]}, {"TagKey": "pii", "TagValues": ["yes"]}],
    )
    formation.add_lf_tags_to_resource(
        Resource={"Table": {"DatabaseName": "lake", "Name": "flights"}},
        LFTags=[{"TagKey": "pii", "TagValues": ["no"]}],
    )
    filled.exchange.import_glue(ada, **where)
    assert seen(filled, "glue/lake.flights") == before


def test_a_changed_type_is_a_version_with_its_difference(
    filled: Services, where: dict[str, str], client: Client
) -> None:
    ada = filled.principal()
    filled.exchange.export_glue(ada, **where)
    filled.exchange.import_glue(ada, **where)
    glue = client("glue")
    table = glue.get_table(DatabaseName="lake", Name="flights")["Table"]
    table["StorageDescriptor"]["Columns"][0]["Type"] = "bigint"
    write(glue, table)
    filled.exchange.import_glue(ada, **where)
    (newest, first) = filled.catalog.versions("glue/lake.flights", ada)
    assert newest.difference is not None
    assert newest.difference["words"] == ["`dep_delay`: type uint64 → int64"] or newest.difference["changed"]
    assert first.columns[0].type == "uint64"
    assert [column.type for column in newest.columns][1:] == [column.type for column in first.columns][1:]


def test_what_was_said_here_stays_where_glue_says_the_same(
    filled: Services, where: dict[str, str], client: Client
) -> None:
    ada = filled.principal()
    filled.exchange.export_glue(ada, **where)
    filled.exchange.import_glue(ada, **where)
    filled.catalog.annotate("glue/lake.flights", {"description": "Said here"}, ada)
    filled.catalog.assign("glue/lake.flights.at", {"pii": "no"}, ada)
    result = filled.exchange.import_glue(ada, **where)
    assert names(result, "unchanged") == ["lake", "lake.flights", "shop", "shop.customers", "shop.orders"]
    table = filled.catalog.table("glue/lake.flights", ada)
    assert table.description == "Said here"
    assert table.column_tags["at"] == {"pii": "no", "Zone": "Raw"}
    glue = client("glue")
    changed = glue.get_table(DatabaseName="lake", Name="flights")["Table"]
    write(glue, {**changed, "Description": "Said in Glue"})
    filled.exchange.import_glue(ada, **where)
    assert filled.catalog.table("glue/lake.flights", ada).description == "Said in Glue"


def test_partitions_follow_and_go_in_batches(filled: Services, where: dict[str, str], client: Client) -> None:
    source = filled.crawls.source("lake")
    for month in range(230):
        part = filled.settings.state_dir.parent / "lake" / "flights" / "year=2020" / f"month={month}"
        part.mkdir(parents=True)
        (part / "a.parquet").write_bytes((part.parents[1] / "year=2013" / "month=1" / "a.parquet").read_bytes())
    filled.crawls.crawl(source.id, owner="ada")
    filled.exchange.export_glue(filled.principal(), databases=["lake"], **where)
    pages = client("glue").get_paginator("get_partitions").paginate(DatabaseName="lake", TableName="flights")
    assert len([item for page in pages for item in page["Partitions"]]) == 233
    client("glue").delete_partition(DatabaseName="lake", TableName="flights", PartitionValues=["2013", "1"])
    stray = {"Values": ["1999", "1"], "StorageDescriptor": {"Columns": [], "Location": "s3://gone/"}}
    client("glue").create_partition(DatabaseName="lake", TableName="flights", PartitionInput=stray)
    result = filled.exchange.export_glue(filled.principal(), databases=["lake"], **where)
    assert [item.reason for item in result.updated] == ["1 partitions created, 1 partitions deleted"]


def test_a_table_that_others_made_is_not_written_over(filled: Services, where: dict[str, str], client: Client) -> None:
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": "lake"})
    glue.create_table(DatabaseName="lake", TableInput={"Name": "flights", "Parameters": {"owner": "them"}})
    result = filled.exchange.export_glue(filled.principal(), databases=["lake"], **where)
    assert [(item.name, item.reason) for item in result.skipped] == [
        ("lake.flights", "Glue has a table of that name that was not exported from here")
    ]
    assert glue.get_table(DatabaseName="lake", Name="flights")["Table"]["Parameters"] == {"owner": "them"}


def test_parameters_that_somebody_added_in_glue_survive_an_export(
    filled: Services, where: dict[str, str], client: Client
) -> None:
    filled.exchange.export_glue(filled.principal(), **where)
    glue = client("glue")
    table = glue.get_table(DatabaseName="lake", Name="flights")["Table"]
    table["Parameters"]["team"] = "risk"
    table["StorageDescriptor"]["Columns"][0]["Parameters"] = {"unit": "min"}
    write(glue, table)
    filled.catalog.annotate("lake.flights", {"description": "Newer"}, filled.principal())
    assert names(filled.exchange.export_glue(filled.principal(), **where), "updated") == ["lake.flights"]
    table = glue.get_table(DatabaseName="lake", Name="flights")["Table"]
    assert table["Description"] == "Newer"
    assert table["Parameters"]["team"] == "risk"
    assert table["StorageDescriptor"]["Columns"][0]["Parameters"] == {"unit": "min"}


def test_a_prefix_and_a_choice_of_databases(filled: Services, where: dict[str, str], client: Client) -> None:
    result = filled.exchange.export_glue(filled.principal(), databases=["shop"], prefix="Dev_", **where)
    assert names(result, "created") == ["dev_shop", "dev_shop.customers", "dev_shop.orders"]
    assert [item["Name"] for item in client("glue").get_databases()["DatabaseList"]] == ["dev_shop"]
    with pytest.raises(NotFound, match="nowhere"):
        filled.exchange.export_glue(filled.principal(), databases=["nowhere"], **where)


def test_an_import_of_one_database_keeps_those_of_before(filled: Services, other: Services, where: Any) -> None:
    filled.exchange.export_glue(filled.principal(), **where)
    other.exchange.import_glue(other.principal(), databases=["shop"], **where)
    result = other.exchange.import_glue(other.principal(), databases=["lake"], **where)
    assert names(result, "created") == ["lake.flights"]
    tables, _ = other.catalog.tables(other.principal())
    assert [table.path for table in tables if table.state == "active"] == [
        "lake.flights",
        "shop.customers",
        "shop.orders",
    ]


def test_a_table_that_is_gone_in_glue_is_deprecated_here(filled: Services, where: Any, client: Client) -> None:
    ada = filled.principal()
    filled.exchange.export_glue(ada, **where)
    filled.exchange.import_glue(ada, **where)
    client("glue").delete_table(DatabaseName="shop", Name="orders")
    result = filled.exchange.import_glue(ada, **where)
    assert [(item.name, item.reason) for item in result.updated] == [("shop.orders", "deprecated")]
    assert filled.catalog.table("glue/shop.orders", ada).state == "deprecated"


def test_the_secret_is_key_and_secret(filled: Services, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    there = {"region": "eu-central-1", "endpoint_url": aws}
    with pytest.raises(Unavailable, match="credentials") as refused:
        filled.exchange.export_glue(filled.principal(), **there)
    assert refused.value.code == "glue_unavailable"
    filled.secrets.put("GLUE", "AKIAOURS:very secret")
    assert names(filled.exchange.export_glue(filled.principal(), secret="GLUE", **there), "skipped") == []
    filled.secrets.put("GLUE", "nonsense")
    with pytest.raises(InvalidInput, match="KEY:SECRET"):
        filled.exchange.export_glue(filled.principal(), secret="GLUE", **there)


def test_a_catalog_that_does_not_answer_is_said(filled: Services, aws: str) -> None:
    with pytest.raises(Unavailable, match=r"can't be used.*127\.0\.0\.1:9"):
        filled.exchange.export_glue(
            filled.principal(), region="eu-central-1", endpoint_url="http://127.0.0.1:9", secret=None
        )


def test_wrong_requests_are_refused(filled: Services, where: dict[str, str]) -> None:
    ada = filled.principal()
    with pytest.raises(InvalidInput, match="sideways"):
        filled.exchange.exchange("sideways", {}, ada)
    with pytest.raises(InvalidInput, match="not `glue://eu-central-1`"):
        filled.exchange.import_glue(ada, source="lake", **where)
    with pytest.raises(InvalidInput, match="no region"):
        filled.exchange.export_glue(ada, region="x.evil.example/")


def test_an_exchange_is_for_who_may_change_the_catalog_and_is_in_the_audit_log(
    filled: Services, where: dict[str, str]
) -> None:
    filled.exchange.exchange("export", where, filled.principal())
    entries, _ = filled.access.audit(filled.principal(), limit=1)
    assert entries[0].action == "catalog.export"
    filled.grants.give({"principal": "user:eve", "resource": "lake", "permissions": ["select"]}, filled.principal())
