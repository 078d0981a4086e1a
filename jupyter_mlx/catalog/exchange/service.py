"""Exports to, and imports from, other catalogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...clock import Clock
from ...errors import ExecutionFailed, InvalidInput
from ...secrets import SecretStore
from ...store.engine import Store
from ..access import AccessService
from ..crawlers.glue import connection_of
from ..crawling import CrawlService
from ..hosts import ADMITTED, check_again
from ..models import Database, Principal, Source, SourceRequest
from ..repository import CatalogRepository
from ..service import CatalogService
from .aws import Connection
from .exporting import Exporter
from .result import ExchangeResult
from .taking import Taker

__all__ = ["ExchangeService"]

Tell = Callable[[str], object]


class ExchangeService:
    """Owns what leaves for other catalogs and what comes from them. Both are for who may change the whole catalog."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        access: AccessService,
        catalog: CatalogService,
        crawls: CrawlService,
        secrets: SecretStore,
    ) -> None:
        self._store = store
        self._clock = clock
        self._access = access
        self._catalog = catalog
        self._crawls = crawls
        self._secrets = secrets
        self._repository = CatalogRepository()

    def exchange(
        self,
        direction: str,
        options: Mapping[str, Any],
        principal: Principal,
        *,
        run_id: str | None = None,
        progress: Tell | None = None,
    ) -> ExchangeResult:
        """Export or import by a request of the contract, whose hosts are looked up again where it came over HTTP.

        Raises
        ------
        InvalidInput: ``direction_unknown``.
        MlxError: What `export_glue` and `import_glue` say, and `check_again`.
        """
        check_again(options)
        given = {name: value for name, value in options.items() if name != ADMITTED and value is not None}
        if direction == "export":
            return self.export_glue(principal, progress=progress, **given)
        if direction == "import":
            return self.import_glue(principal, run_id=run_id, progress=progress, **given)
        raise InvalidInput(
            "direction_unknown", f"`{direction}` is no direction.", "It is `export` or `import`.", field="direction"
        )

    # -- export ----------------------------------------------------------------------------------------------

    def export_glue(
        self,
        principal: Principal,
        *,
        databases: Sequence[str] = (),
        prefix: str = "",
        region: str | None = None,
        endpoint_url: str | None = None,
        catalog_id: str | None = None,
        secret: str | None = None,
        progress: Tell | None = None,
    ) -> ExchangeResult:
        """Write databases, tables, partitions and tags to a Glue Data Catalog; what only Glue has stays there.

        A table of Glue that was made by others is not written over, unless it was imported from there.

        Parameters
        ----------
        databases: Their names; all by default.
        prefix: Stands before their names there.
        secret: The name of the secret that has ``KEY:SECRET``.
        progress: Told now and then how far it is.

        Raises
        ------
        Forbidden: ``permission_missing``.
        NotFound: ``table_unknown`` for a database, ``secret_unknown``.
        Unavailable: ``glue_unavailable``.
        """
        self._access.require(principal, "alter", None, door=self._catalog.door)
        connection = Connection(region, endpoint_url, catalog_id, self._secrets.value(secret) if secret else None)
        chosen = self._chosen(databases)
        export = Exporter(self._store, connection, prefix, progress or _silent)
        result = export.run(chosen, {item["key"]: item["values"] for item in self._catalog.tag_keys(principal)})
        self._record(principal, "catalog.export", result, connection)
        return result

    def _chosen(self, names: Sequence[str]) -> list[Database]:
        with self._store.read() as connection:
            every = self._repository.databases(connection)
            wanted = {self._repository.resolve(connection, name).id for name in names}
        return [item for item in every if not names or item.id in wanted]

    # -- import ----------------------------------------------------------------------------------------------

    def import_glue(
        self,
        principal: Principal,
        *,
        databases: Sequence[str] = (),
        source: str = "glue",
        region: str | None = None,
        endpoint_url: str | None = None,
        catalog_id: str | None = None,
        secret: str | None = None,
        run_id: str | None = None,
        progress: Tell | None = None,
    ) -> ExchangeResult:
        """Crawl a Glue Data Catalog as the source `source`, and take over what is said of its tables, tags included.

        What was said here since the last import stays where Glue's did not change.

        Parameters
        ----------
        databases: Their names; all by default. Those that were imported into the source before are read again.
        run_id: The job that this is the work of.

        Raises
        ------
        Forbidden: ``permission_missing``.
        InvalidInput: ``source_not_glue``.
        NotFound: ``secret_unknown``.
        Conflict: ``crawl_running``.
        ExecutionFailed: The catalog as a whole could not be read.
        """
        self._access.require(principal, "alter", None, door=self._catalog.door)
        options = {"endpoint_url": endpoint_url, "catalog_id": catalog_id, "databases": list(databases) or None}
        kept = self._source(source, region, options, secret, principal)
        tell = progress or _silent

        def progressed(listed: int, read: int, skipped: int, failed: int) -> None:
            tell(f"{listed:,} tables listed, {read:,} read")

        crawl = self._crawls.crawl(
            kept.id,
            owner=principal.user,
            run_id=run_id,
            progress=progressed,
        )
        if crawl.state != "SUCCEEDED":
            error = crawl.error or {"code": "crawl_cancelled", "message": "The import was cancelled."}
            raise ExecutionFailed.from_json(error)
        result = ExchangeResult("import", crawl=crawl)
        for problem in crawl.problems:
            result.add("skipped", "table", problem.path, problem.message)
        connection = connection_of(kept, self._secrets.value(kept.secret) if kept.secret else None)
        taker = Taker(self._store, self._catalog, kept, principal, connection)
        taken = taker.take(tell)
        for name, reason in taken.skipped:
            result.add("skipped", "tags", name, reason)
        for database in taken.databases:
            result.add("updated" if database in taken.changed else "unchanged", "database", database)
        for change in crawl.tables:
            name = f"{change.database}.{change.name}"
            said = change.change == "unchanged" and name in taken.changed
            kind = "updated" if said or change.change not in ("created", "unchanged") else change.change
            words = "; ".join((change.difference or {}).get("words", ()))
            result.add(kind, "table", name, words or (change.change if change.change in _GONE else ""))
        self._record(principal, "catalog.import", result, connection)
        return result

    def _source(
        self, name: str, region: str | None, options: Mapping[str, Any], secret: str | None, principal: Principal
    ) -> Source:
        """The source of that name, made or brought up to date."""
        given = {key: value for key, value in options.items() if value is not None}
        request = SourceRequest(f"glue://{region or ''}", name, None, "glue", given, secret)
        known = self._crawls.find(request)
        if known is None:
            return self._crawls.add_source(request, owner=principal.user)
        if known.kind != "glue" or (region and known.location != request.location):
            raise InvalidInput(
                "source_not_glue",
                f"The source `{known.name}` is {known.location}, not `{request.location}`.",
                "Give the import another name by `source`.",
                field="source",
            )
        merged = {**known.options, **given}
        before = known.options.get("databases")
        if "databases" in known.options or "databases" in given:
            # A source that had all keeps all: the tables of the others are not gone.
            both = {*before, *given.get("databases", ())} if before and "databases" in given else set()
            merged.pop("databases", None)
            merged |= {"databases": sorted(both)} if both else {}
        changes: dict[str, Any] = {} if merged == known.options else {"options": merged}
        changes |= {"secret": secret} if secret and secret != known.secret else {}
        return self._crawls.update_source(known.id, **changes) if changes else known

    def _record(self, principal: Principal, action: str, result: ExchangeResult, connection: Connection) -> None:
        counts: dict[str, Any] = {
            name: len(getattr(result, name)) for name in ("created", "updated", "unchanged", "skipped")
        }
        where = connection.endpoint_url or connection.region or "glue"
        self._access.record(principal, action, where, allowed=True, door=self._catalog.door, after=counts)


_GONE = ("deprecated", "deleted")


def _silent(text: str) -> None:
    """Nobody listens."""
