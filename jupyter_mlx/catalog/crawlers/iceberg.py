"""Tables of an Iceberg catalog: REST, SQL, Glue, Hive or DynamoDB, through pyiceberg.

The location is ``iceberg://NAME``. Options are pyiceberg's own, as its documentation names them (`type`, `uri`,
`warehouse`, `s3.endpoint` …); besides them `include` and `exclude` (globs over ``namespace.table``) are ours. A catalog
whose `NAME` is in pyiceberg's configuration file needs none. The secret is the catalog's `token`, or ``KEY:SECRET`` of
its object store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...errors import InvalidInput, Unavailable
from ..models import ObservedTable, Source, Unchanged
from ..port import CrawlContext
from .lakehouse import observed_iceberg, reading
from .options import Options, near, why_not

__all__ = ["IcebergCrawler", "open_catalog"]

_TYPES = ("rest", "sql", "glue", "hive", "dynamodb", "bigquery", "in-memory")


class IcebergCrawler:
    """Reads all namespaces and tables that a catalog lists."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the tables of a catalog; see `Crawler`."""
        # pyiceberg's options are open-ended: only ours are checked here.
        options = Options("iceberg", source.options, tuple(source.options))
        include, exclude = options.texts("include"), options.texts("exclude")
        catalog = open_catalog(source, context.secret)
        for namespace, name in _listed(catalog, source, context):
            identity = ".".join((*namespace, name))
            reason = why_not(identity, include, exclude)
            if reason:
                context.skip(identity, reason)
                continue
            table = _observed(catalog, namespace, name, context)
            context.tell()
            if table is not None:
                yield table


def open_catalog(source: Source, secret: str | None) -> Any:
    """The catalog that a source names, by pyiceberg."""
    name = source.location.partition("://")[2].strip("/")
    if not name:
        raise InvalidInput(
            "location_invalid", "The location names no catalog.", "Write it as `iceberg://NAME`.", field="location"
        )
    properties = {key: str(value) for key, value in source.options.items() if key not in ("include", "exclude")}
    kind = properties.get("type")
    if kind is not None and kind.lower() not in _TYPES:
        raise InvalidInput(
            "option_invalid",
            f"Option `type` is {kind!r}.",
            f"{near(kind, _TYPES)}Known: {', '.join(_TYPES)}.",
            field="options.type",
        )
    if secret is not None:
        properties |= _with_secret(secret)
    with reading(source.location, "source_unreachable", secret):
        from pyiceberg.catalog import load_catalog

        return load_catalog(name, **properties)


def _with_secret(secret: str) -> dict[str, str]:
    key, separator, value = secret.partition(":")
    if separator:
        return {"s3.access-key-id": key, "s3.secret-access-key": value}
    return {"token": secret}


def _listed(catalog: Any, source: Source, context: CrawlContext) -> Iterator[tuple[tuple[str, ...], str]]:
    """Namespace and name of each table; those of namespaces within namespaces too."""
    with reading(source.location, "source_unreachable", context.secret):
        waiting = list(catalog.list_namespaces())
    seen = set()
    while waiting:
        namespace = waiting.pop(0)
        if namespace in seen:
            continue
        seen.add(namespace)
        path = ".".join(namespace)
        try:
            with reading(f"namespace {path}", "namespace_unreadable", context.secret):
                names = [identifier[-1] for identifier in catalog.list_tables(namespace)]
                waiting += catalog.list_namespaces(namespace)
        except Unavailable as error:
            context.fail(path, error.code, error.message)
            # What was found in it before is not gone, only out of sight.
            context.incomplete.update(identity for identity in context.known if identity.startswith(f"{path}."))
            continue
        context.listed += len(names)
        yield from ((namespace, name) for name in sorted(names))


def _observed(catalog: Any, namespace: tuple[str, ...], name: str, context: CrawlContext) -> ObservedTable | None:
    """The table as its metadata says; None where that can't be read."""
    identity = ".".join((*namespace, name))
    try:
        with reading(f"table {identity}", secret=context.secret):
            table = catalog.load_table((*namespace, name))
            found = observed_iceberg(table, name=name, identity=identity, location=table.location())
    except Unavailable as error:
        context.fail(identity, error.code, error.message)
        return None
    context.read += 1
    return replace(found, database=".".join(namespace), parameters={**found.parameters, "catalog": catalog.name})
