"""Where crawls that are asked for over HTTP may go: schemes, paths, hosts, and a second look before the crawl."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from jupyter_mlx.catalog.crawlers.files import FileCrawler
from jupyter_mlx.catalog.hosts import ADMITTED, HostRules, check_again
from jupyter_mlx.catalog.models import ObservedTable, Source, SourceRequest
from jupyter_mlx.catalog.port import CrawlContext
from jupyter_mlx.errors import MlxError
from jupyter_mlx.services import Services


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A server's root folder with data in it, and a link that leads out."""
    folder = tmp_path / "root"
    (folder / "data").mkdir(parents=True)
    (folder / "out").symlink_to(tmp_path)
    return folder


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A name server of the test's own: name → address. Addresses mean themselves."""
    known: dict[str, str] = {"data.example.org": "93.184.216.34", "db.internal": "10.1.2.3"}
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: Any, **options: Any) -> Any:
        return real(known.get(host, host), *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def refusal(rules: HostRules, location: str, **options: Any) -> str:
    """The code with which a request is refused."""
    with pytest.raises(MlxError) as refused:
        rules.admit(SourceRequest(location, options=options))
    assert refused.value.remedy
    return refused.value.code


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("data", "data"),
        ("data/*.csv", "data/*.csv"),
        ("data/**/part-[0-9].parquet", "data/**/part-[0-9].parquet"),
        ("*", "*"),
        ("data/{a,b}/*.csv", "data/{a,b}/*.csv"),
        ("file://data", "data"),
        (".", ""),
    ],
)
def test_a_path_becomes_absolute_and_keeps_its_wildcards(root: Path, given: str, expected: str) -> None:
    admitted = HostRules("", root).admit(SourceRequest(given))
    assert admitted.location == str(root / expected)
    assert admitted.options == {"within": str(root)}


def test_a_link_that_leads_out_of_the_root_is_not_followed(root: Path) -> None:
    (root / "data" / "in.csv").write_text("a,b\n1,2\n")
    (root / "secret.csv").symlink_to("/etc/passwd")
    request = HostRules("", root).admit(SourceRequest(".", options={"within": "/"}))
    source = Source("1", "x", "files", request.location, None, dict(request.options), None, "", datetime.now(UTC))
    context = CrawlContext()
    found = [table for table in FileCrawler().crawl(source, context) if isinstance(table, ObservedTable)]
    assert len(found) == 1
    assert {Path(item.path).name for item in context.skipped} == {"out", "secret.csv"}
    assert all("link out of" in item.reason for item in context.skipped)


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_database_file_lies_inside_the_root(root: Path, scheme: str) -> None:
    admitted = HostRules("", root).admit(SourceRequest(f"{scheme}:///data/shop.db"))
    assert admitted.location == f"{scheme}:///{root}/data/shop.db"


@pytest.mark.parametrize(
    "location",
    [
        *("/etc", "..", "data/../../etc", "out/secret.csv", "*/../../etc/*", "file:///etc/passwd"),
        *("sqlite:////etc/x.db", "sqlite:///../x.db", "duckdb:///out/x.duckdb"),
    ],
)
def test_a_path_does_not_leave_the_root(root: Path, location: str) -> None:
    assert refusal(HostRules("", root), location) == "path_outside_root"


@pytest.mark.parametrize("location", ["unix:///run/redis.sock", "ftp://data.example.org/x", "hive://data.example.org"])
def test_a_scheme_that_is_not_on_the_list_is_refused(root: Path, location: str) -> None:
    assert refusal(HostRules("", root), location) == "scheme_refused"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "172.16.0.1", "0.0.0.0", "169.254.169.254"),
        *("100.100.100.200", "224.0.0.1", "[::1]", "[fe80::1]", "[fd00:ec2::254]", "[::ffff:127.0.0.1]"),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f.1", "db.internal"),
    ],
)
def test_an_address_that_only_this_machine_reaches_is_refused(root: Path, names: dict[str, str], host: str) -> None:
    assert refusal(HostRules("", root), f"postgresql+psycopg://ada:pw@{host}:5432/shop") == "host_refused"
    assert refusal(HostRules("", root), "s3://lake", endpoint_url=f"http://{host}:9000") == "host_refused"


def test_the_refusal_names_the_setting_that_admits(root: Path) -> None:
    with pytest.raises(MlxError) as refused:
        HostRules("", root).admit(SourceRequest("redis://127.0.0.1:6379/0"))
    assert "`catalog_hosts`" in refused.value.remedy
    assert "127.0.0.1" in refused.value.message


@pytest.mark.parametrize("setting", ["db.internal", "10.0.0.0/8", "other, DB.internal", "10.1.2.3"])
def test_the_setting_admits_a_name_or_a_network(root: Path, names: dict[str, str], setting: str) -> None:
    admitted = HostRules(setting, root).admit(SourceRequest("postgresql://db.internal/shop"))
    assert admitted.options[ADMITTED]["hosts"] == ["db.internal"]


def test_public_hosts_and_clouds_need_no_setting(root: Path, names: dict[str, str]) -> None:
    rules = HostRules("", root)
    assert rules.admit(SourceRequest("mysql+pymysql://data.example.org/shop")).options[ADMITTED]["rules"] == []
    assert rules.admit(SourceRequest("s3://lake/2013", options={"region": "eu-central-1"})).options == {
        "region": "eu-central-1"
    }
    assert rules.admit(SourceRequest("dynamodb://")).location == "dynamodb://"


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://data.example.org/shop?host=127.0.0.1",
        "postgresql://data.example.org/shop?service=x",
        "mysql+pymysql://data.example.org/shop?unix_socket=/run/mysqld.sock",
        "mysql+pymysql://data.example.org/shop?read_default_file=/etc/my.cnf",
        "mssql+pyodbc://data.example.org/?odbc_connect=SERVER%3D127.0.0.1",
    ],
)
def test_what_a_url_may_name_another_host_or_a_file_by_is_refused(
    root: Path, names: dict[str, str], location: str
) -> None:
    assert refusal(HostRules("", root), location) == "url_option_refused"


def test_every_host_of_a_url_is_looked_at(root: Path, names: dict[str, str]) -> None:
    rules = HostRules("", root)
    assert refusal(rules, "mongodb://data.example.org:27017,127.0.0.1:27017/shop") == "host_refused"
    assert refusal(rules, "redis://ada:p@data.example.org@127.0.0.1/0") == "host_refused"
    assert refusal(rules, "postgresql:///shop") == "location_invalid"


@pytest.mark.parametrize(
    "location",
    [
        *("postgresql://1.1.1.1:hunter/2@127.0.0.1:5432/shop", "postgresql+psycopg://1.1.1.1:x/y@127.0.0.1/shop"),
        *("postgresql://1.1.1.1:x#@127.0.0.1/shop", "mysql+pymysql://8.8.8.8:a/b@169.254.169.254/x"),
        *("postgresql://1.1.1.1:x?@127.0.0.1/shop", "postgresql://1.1.1.1/shop?sslmode=x#&host=127.0.0.1"),
        *("mongodb://1.1.1.1:x/y@127.0.0.1/d", "redis://1.1.1.1:x/y@127.0.0.1/0", "http://127.0.0.1\\@1.1.1.1/"),
        *("postgresql://ada:p@1.1.1.1@127.0.0.1/shop", "postgresql://1.1.1.1 @127.0.0.1/shop", "http://[1.1.1.1/"),
    ],
)
def test_a_url_that_two_readers_would_read_differently_is_refused(root: Path, location: str) -> None:
    assert refusal(HostRules("", root), location) == "location_invalid"


def test_a_host_that_is_looked_up_by_others_is_refused(root: Path) -> None:
    assert refusal(HostRules("", root), "mongodb+srv://data.example.org/shop") == "scheme_refused"


def test_a_database_file_takes_no_options_that_hide_what_it_is(root: Path) -> None:
    assert refusal(HostRules("", root), "sqlite:///out/secret.csv?x") == "path_outside_root"
    (root / "link").symlink_to("/etc/passwd")
    assert refusal(HostRules("", root), "sqlite:///link?x") == "url_option_refused"


@pytest.mark.parametrize(
    "options",
    [
        *({"s3.proxy-uri": "127.0.0.1:80"}, {"oauth2-server-uri": "127.0.0.1/x"}, {"x": ["http://127.0.0.1:1"]}),
        *({"endpoint_url": ["http://127.0.0.1"]}, {"properties": {"s3.proxy-uri": "127.0.0.1:80"}}),
        *({"x": [{"uri": "127.0.0.1"}]}, {"Host": "127.0.0.1"}, {"S3.Endpoint": "127.0.0.1"}, {"uri": 2130706433}),
    ],
)
def test_every_option_that_names_a_host_is_looked_at(root: Path, options: dict[str, Any]) -> None:
    assert refusal(HostRules("", root), "iceberg://lake", **options) == "host_refused"


def test_other_options_stay_as_they_are(root: Path) -> None:
    options = {"include": ["main.*"], "views": False, "sample": 3, "anonymous": True, "uri": None}
    assert HostRules("", root).admit(SourceRequest("iceberg://lake", options=options)).options == options


@pytest.mark.parametrize(
    ("given", "kept", "password"),
    [
        ("postgresql://ada:hunter/2@db:5432/shop", "postgresql://ada@db:5432/shop", "hunter/2"),
        ("postgresql+psycopg://ada:a#b?c@db/shop", "postgresql+psycopg://ada@db/shop", "a#b?c"),
        ("postgresql://ada@corp:plover@db/shop", "postgresql://ada@corp@db/shop", "plover"),
        ("postgresql://ada:a%2Fb@db/shop?sslmode=require", "postgresql://ada@db/shop?sslmode=require", "a/b"),
        ("redis://:p@ss@db:6379/0", "redis://@db:6379/0", "p@ss"),
        ("mongodb://ada:pw@a:1,b:2/shop", "mongodb://ada@a:1,b:2/shop", "pw"),
        ("s3://bucket/a:b@c", "s3://bucket/a:b@c", None),
        ("postgresql://db:5432/shop", "postgresql://db:5432/shop", None),
    ],
)
def test_a_password_is_what_the_library_takes_for_it(
    services: Services, given: str, kept: str, password: str | None
) -> None:
    source = services.crawls.add_source(SourceRequest(given, name="x"), owner="ada")
    assert source.location == kept
    assert (services.secrets.value(source.secret) if source.secret else None) == password
    if given.startswith("postgresql"):
        assert make_url(given).password == password
        assert make_url(kept).host == make_url(given).host


@pytest.mark.parametrize("location", ["postgresql://ada:p@ss@db/shop", "mongodb://ada:hunter/2@db/shop"])
def test_a_password_that_can_not_be_told_from_the_host_is_refused(services: Services, location: str) -> None:
    with pytest.raises(MlxError) as refused:
        services.crawls.add_source(SourceRequest(location), owner="ada")
    assert refused.value.code == "location_invalid"
    assert "%2F" in refused.value.remedy
    assert "hunter" not in str(refused.value)


def test_a_host_that_nobody_knows_is_refused(root: Path) -> None:
    assert refusal(HostRules("", root), "redis://nobody.invalid/0") == "host_unknown"


def test_options_within_options_and_regions_are_looked_at(root: Path) -> None:
    rules = HostRules("", root)
    assert refusal(rules, "s3://lake", region="x.evil.example/") == "region_invalid"
    assert refusal(rules, "dynamodb://x.evil.example") == "region_invalid"
    assert refusal(rules, "glue://x@evil") == "region_invalid"
    assert rules.admit(SourceRequest("dynamodb://eu-central-1")).options == {}
    assert refusal(rules, "iceberg://lake", properties={"uri": "http://127.0.0.1:8181"}) == "host_refused"
    assert refusal(rules, "iceberg://lake", **{"s3.endpoint": "127.0.0.1:9000"}) == "host_refused"
    assert refusal(rules, "iceberg://lake", warehouse="/etc") == "path_outside_root"
    assert refusal(rules, "iceberg://lake", **{"py-io-impl": "os.system"}) == "url_option_refused"
    admitted = rules.admit(SourceRequest("iceberg://lake", options={"type": "sql", "uri": "sqlite:///data/cat.db"}))
    assert admitted.options == {"type": "sql", "uri": f"sqlite:///{root}/data/cat.db"}


def test_a_name_that_points_elsewhere_by_now_is_refused_before_the_crawl(root: Path, names: dict[str, str]) -> None:
    admitted = HostRules("", root).admit(SourceRequest("postgresql://data.example.org/shop"))
    check_again(admitted.options)
    names["data.example.org"] = "169.254.169.254"
    with pytest.raises(MlxError) as refused:
        check_again(admitted.options)
    assert refused.value.code == "host_refused"
    check_again({})


def test_nobody_admits_a_host_by_the_option_itself(root: Path) -> None:
    sly = {ADMITTED: {"hosts": [], "rules": ["127.0.0.1"]}, "endpoint_url": "http://127.0.0.1:9000"}
    assert refusal(HostRules("", root), "s3://lake", **sly) == "host_refused"
    assert HostRules("", root).admit_options({ADMITTED: {"hosts": [], "rules": ["0.0.0.0/0"]}}) == {}


def test_changed_options_keep_what_was_admitted_before(root: Path, names: dict[str, str]) -> None:
    rules = HostRules("", root)
    before = rules.admit(SourceRequest("postgresql://data.example.org/shop")).options
    assert rules.admit_options({"views": False}, before) == {"views": False, ADMITTED: before[ADMITTED]}
