"""What people say of data: tags with inheritance, notes, terms; over recrawls, with clear refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_mlx.catalog.models import Principal
from jupyter_mlx.errors import Conflict, Forbidden, InvalidInput, NotFound

from .conftest import Shop


@pytest.fixture
def crawled(shop: Shop) -> Shop:
    """The shop, crawled, with two tag keys."""
    shop.crawl()
    shop.services.catalog.define_tag(principal=shop.me, key="pii", values=["yes", "no"])
    shop.services.catalog.define_tag(principal=shop.me, key="team", values=["risk", "sales"], description="who cares")
    return shop


def tag(shop: Shop, resource: str, **values: str | None) -> None:
    shop.services.catalog.assign(resource, values, shop.me)


def test_tags_are_inherited_from_database_to_table_to_column_and_overridden(crawled: Shop) -> None:
    tag(crawled, "shop", pii="no", team="sales")
    tag(crawled, "shop.customers", team="risk")
    tag(crawled, "shop.customers.name", pii="yes")
    customers = crawled.table("shop.customers")
    assert customers.tags == {"pii": "no", "team": "risk"}
    assert customers.own_tags == {"team": "risk"}
    assert customers.column_tags["name"] == {"pii": "yes", "team": "risk"}
    assert customers.column_tags["born"] == {"pii": "no", "team": "risk"}
    assert crawled.table("shop.orders").tags == {"pii": "no", "team": "sales"}


def test_a_resource_has_one_value_of_a_key_and_loses_it_by_none(crawled: Shop) -> None:
    tag(crawled, "shop.orders", pii="yes")
    tag(crawled, "shop.orders", pii="no", team="risk")
    assert crawled.table("shop.orders").own_tags == {"pii": "no", "team": "risk"}
    tag(crawled, "shop.orders", pii=None)
    assert crawled.table("shop.orders").own_tags == {"team": "risk"}


@pytest.mark.parametrize(
    ("resource", "tags", "kind", "code", "remedy"),
    [
        ("shop.orders", {"pi": "yes"}, NotFound, "tag_unknown", "Did you mean `pii`?"),
        ("shop.orders", {"pii": "ye"}, InvalidInput, "tag_value_unknown", "Did you mean `yes`?"),
        ("shop.order", {"pii": "yes"}, NotFound, "table_unknown", "Did you mean `shop.orders` or `shop.customers`?"),
        ("shop.orders.totel", {"pii": "yes"}, NotFound, "column_unknown", "Did you mean `total`?"),
    ],
)
def test_what_cannot_be_tagged_is_refused_with_what_is_near(
    crawled: Shop, resource: str, tags: dict[str, str], kind: type[Exception], code: str, remedy: str
) -> None:
    with pytest.raises(kind) as refused:
        crawled.services.catalog.assign(resource, tags, crawled.me)
    assert (refused.value.code, refused.value.remedy) == (code, remedy)  # type: ignore[attr-defined]


def test_a_resource_has_fifty_tags_at_most(crawled: Shop) -> None:
    keys = {f"k{number}": "v" for number in range(51)}
    for key in keys:
        crawled.services.catalog.define_tag(principal=crawled.me, key=key, values=["v"])
    with pytest.raises(InvalidInput) as refused:
        crawled.services.catalog.assign("shop.orders", keys, crawled.me)
    assert refused.value.code == "tags_too_many"
    assert crawled.table("shop.orders").own_tags == {}


def test_a_key_or_a_value_in_use_stays(crawled: Shop) -> None:
    tag(crawled, "shop.orders", pii="yes")
    catalog = crawled.services.catalog
    with pytest.raises(Conflict) as refused:
        catalog.define_tag(principal=crawled.me, key="pii", values=["no"])
    assert refused.value.code == "tag_value_used"
    with pytest.raises(Conflict) as kept:
        catalog.remove_tag("pii", crawled.me)
    assert kept.value.code == "tag_used"
    assert {item["key"]: item["used"] for item in catalog.tag_keys(crawled.me)} == {"pii": 1, "team": 0}
    catalog.remove_tag("team", crawled.me)
    assert [item["key"] for item in catalog.tag_keys(crawled.me)] == ["pii"]


def test_what_is_said_outlives_crawls_and_a_column_that_comes_back(crawled: Shop) -> None:
    catalog = crawled.services.catalog
    catalog.annotate("shop.orders", {"description": "all purchases", "owner": "ada"}, crawled.me)
    catalog.annotate("shop.orders.total", {"description": "in euro"}, crawled.me)
    tag(crawled, "shop.orders.total", pii="no")
    crawled.sql("ALTER TABLE orders RENAME COLUMN total TO amount")
    crawled.crawl()
    assert crawled.table("shop.orders").description == "all purchases"
    crawled.sql("ALTER TABLE orders RENAME COLUMN amount TO total")
    crawled.crawl()
    orders = crawled.table("shop.orders")
    assert (orders.owner, orders.column_notes["total"]["description"]) == ("ada", "in euro")
    assert orders.column_tags["total"] == {"pii": "no"}


def test_attributes_are_merged_and_taken_away_by_none(crawled: Shop) -> None:
    catalog = crawled.services.catalog
    catalog.annotate("shop", {"attributes": {"steward": "eve", "cost centre": 7}}, crawled.me)
    said = catalog.annotate("shop", {"attributes": {"steward": None, "tier": "gold"}}, crawled.me)
    assert said["attributes"] == {"cost centre": 7, "tier": "gold"}
    assert catalog.databases(crawled.me)[0].attributes == said["attributes"]


def test_terms_are_defined_given_and_removed_everywhere(crawled: Shop) -> None:
    catalog = crawled.services.catalog
    catalog.define_term(principal=crawled.me, name="money", definition="what is paid")
    catalog.define_term(principal=crawled.me, name="revenue", definition="money that comes in", parent="money")
    catalog.annotate("shop.orders.total", {"terms": ["revenue"]}, crawled.me)
    assert {item["name"]: item["used"] for item in catalog.terms(crawled.me)} == {"money": 0, "revenue": 1}
    with pytest.raises(InvalidInput) as circle:
        catalog.define_term(principal=crawled.me, name="money", definition="x", parent="revenue")
    assert circle.value.code == "term_circle"
    with pytest.raises(NotFound) as unknown:
        catalog.annotate("shop.orders", {"terms": ["revenu"]}, crawled.me)
    assert (unknown.value.code, unknown.value.remedy) == ("term_unknown", "Did you mean `revenue`?")
    assert crawled.find("term:revenue") == ["shop.orders"]
    catalog.remove_term("revenue", crawled.me)
    assert crawled.table("shop.orders").column_notes["total"]["terms"] == []
    assert crawled.find("term:revenue") == []


def test_classifiers_are_checked_kept_and_stay_while_a_source_names_them(crawled: Shop) -> None:
    catalog, crawling = crawled.services.catalog, crawled.services.crawls
    with pytest.raises(InvalidInput):
        catalog.define_classifier(principal=crawled.me, name="app", kind="grok", definition={"pattern": "%{NOSUCH:x}"})
    definition = {"pattern": "%{WORD:level} %{GREEDYDATA:message}", "classification": "app"}
    catalog.define_classifier(principal=crawled.me, name="app", kind="grok", definition=definition)
    assert [item["name"] for item in catalog.classifiers(crawled.me)] == ["app"]
    source = crawling.sources()[0]
    crawling.update_source(source.id, options={"classifiers": ["app"]})
    with pytest.raises(Conflict) as used:
        catalog.remove_classifier("app", crawled.me)
    assert used.value.code == "classifier_used"
    crawling.update_source(source.id, options={})
    catalog.remove_classifier("app", crawled.me)
    assert catalog.classifiers(crawled.me) == []


def test_a_crawl_with_an_unknown_classifier_says_so(crawled: Shop) -> None:
    crawling = crawled.services.crawls
    crawling.update_source(crawling.sources()[0].id, options={"classifiers": ["nope"]})
    done = crawling.crawl(crawling.sources()[0].id, owner="ada")
    assert (done.state, done.error and done.error["code"]) == ("FAILED", "classifier_unknown")


def test_each_change_is_in_the_audit_log(crawled: Shop) -> None:
    tag(crawled, "shop.orders", pii="yes")
    tag(crawled, "shop.orders", pii="no")
    newest = crawled.services.access.audit(crawled.me, resource="shop.orders")[0][0]
    assert (newest.action, newest.allowed, newest.before, newest.after) == (
        "tags.change",
        True,
        {"pii": "yes"},
        {"pii": "no"},
    )


def test_a_name_in_two_sources_must_be_told_apart(crawled: Shop) -> None:
    crawled.sql("CREATE TABLE orders (id INTEGER)", file="other.db")
    request = f"sqlite:///{crawled.folder / 'other.db'}"
    from jupyter_mlx.catalog.models import SourceRequest

    source = crawled.services.crawls.add_source(SourceRequest(request, name="second", database="shop"), owner="ada")
    crawled.services.crawls.crawl(source.id, owner="ada")
    with pytest.raises(InvalidInput) as refused:
        crawled.table("shop.orders")
    assert refused.value.code == "reference_ambiguous"
    assert [column.name for column in crawled.table("second/shop.orders").columns] == ["id"]


def test_by_grants_a_stranger_can_neither_see_nor_say_anything(make_shop: Callable[..., Shop], db_url: str) -> None:
    shop = make_shop(db_url=db_url, catalog_access="grants")
    shop.sql("CREATE TABLE orders (id INTEGER, secret TEXT)")
    shop.crawl()
    eve: Principal = shop.services.access.principal("eve")
    catalog = shop.services.catalog
    assert catalog.tables(eve) == ([], None)
    assert catalog.databases(eve) == []
    with pytest.raises(NotFound):
        catalog.table("shop.orders", eve)
    with pytest.raises(NotFound):
        catalog.annotate("shop.orders", {"description": "mine"}, eve)
    shop.services.grants.give(
        {"principal": "user:eve", "resource": "shop.orders.id", "permissions": ["describe"]}, shop.me
    )
    assert [column.name for column in catalog.table("shop.orders", eve).columns] == ["id"]
    with pytest.raises(NotFound):
        catalog.annotate("shop.orders.secret", {"description": "mine"}, eve)
    with pytest.raises(Forbidden):
        catalog.annotate("shop.orders", {"description": "mine"}, eve)
    refusals = shop.services.access.audit(shop.me, who="eve", allowed=False)[0]
    assert len(refusals) >= 2
