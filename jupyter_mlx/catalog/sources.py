"""Places that are crawled: kept without their passwords, which are secrets."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa

from ..backends import CRAWLERS, source_kind
from ..clock import Clock
from ..errors import Conflict, InvalidInput, NotFound
from ..jobs.models import new_id
from ..secrets import SecretStore
from ..store.catalog_tables import crawls, databases, notes, removed, sources, tables, tags
from ..store.engine import Store
from ..store.events import EventLog
from . import search_index
from .changes import check_policies
from .models import Source, SourceRequest
from .names import catalog_name, unique_name

__all__ = ["SourceStore"]

_SCHEME = r"^(?P<scheme>[A-Za-z][\w+.-]*://)"
# As SQLAlchemy reads its URLs: what stands before the first `@`, slashes too.
_RELATIONAL = re.compile(rf"{_SCHEME}(?P<user>[^:/]*):(?P<password>[^@]*)@(?P<rest>.*)$", re.DOTALL)
# As other libraries read theirs: within the part that names the host, up to its last `@`.
_OTHERS = re.compile(rf"{_SCHEME}(?P<user>[^/?#:]*):(?P<password>[^/?#]*)@(?P<rest>.*)$", re.DOTALL)
_STRICT = ("mongodb", "redis")
"""Kinds whose locations have an `@` nowhere else than before the host."""


class SourceStore:
    """Adding, changing, finding and forgetting sources.

    Parameters
    ----------
    secrets: Where a password that stands in a location goes.
    """

    def __init__(self, store: Store, clock: Clock, secrets: SecretStore) -> None:
        self.store = store
        self.clock = clock
        self.secrets = secrets
        self.log = EventLog()

    # -- reading ---------------------------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        """All sources by name."""
        with self.store.read() as connection:
            return self._read(connection, sa.true())

    def source(self, reference: str) -> Source:
        """A source by its name or id.

        Raises
        ------
        NotFound: ``source_unknown``, with what is near.
        """
        with self.store.read() as connection:
            found = self._read(connection, sa.or_(sources.c.id == reference, sources.c.name == reference))
            if found:
                return found[0]
            names = list(connection.execute(sa.select(sources.c.name)).scalars())
        near = difflib.get_close_matches(reference, names, 3, 0.5)
        raise NotFound(
            "source_unknown",
            f"There is no source `{reference}`.",
            f"Did you mean {' or '.join(f'`{name}`' for name in near)}?"
            if near
            else "Add it: `jupyter mlx catalog crawl …`.",
        )

    def find(self, request: SourceRequest) -> Source | None:
        """The known source that a request means: by its name; without one, by its location, which may be a name too."""
        wanted, _ = self._without_password(_normal(request.location))
        with self.store.read() as connection:
            if request.name is not None:
                found = self._read(connection, sources.c.name == catalog_name(request.name))
            else:
                found = self._read(connection, sa.or_(sources.c.location == wanted, sources.c.name == request.location))
        return found[0] if found else None

    def _read(self, connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Source]:
        rows = connection.execute(sa.select(sources).where(condition).order_by(sources.c.name)).all()
        ids = [row.id for row in rows]
        active = (
            sa.select(tables.c.source_id, sa.func.count())
            .where(tables.c.source_id.in_(ids), tables.c.state == "active")
            .group_by(tables.c.source_id)
        )
        counted = {source_id: count for source_id, count in connection.execute(active)}  # noqa: C416 - rows, not pairs
        last = self._last_crawls(connection, ids)
        return [
            Source(
                id=row.id,
                name=row.name,
                kind=row.kind,
                location=row.location,
                database=row.database,
                options=row.options,
                secret=row.secret,
                owner=row.owner,
                created_at=row.created_at,
                last_crawl=last.get(row.id),
                tables=counted.get(row.id, 0),
                schedule_id=row.schedule_id,
            )
            for row in rows
        ]

    def _last_crawls(self, connection: sa.Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
        from ..clock import to_iso

        newest = (
            sa.select(crawls.c.source_id, sa.func.max(crawls.c.started_at).label("at"))
            .where(crawls.c.source_id.in_(ids))
            .group_by(crawls.c.source_id)
            .subquery()
        )
        query = sa.select(crawls.c.id, crawls.c.source_id, crawls.c.state, crawls.c.started_at, crawls.c.ended_at).join(
            newest, sa.and_(newest.c.source_id == crawls.c.source_id, newest.c.at == crawls.c.started_at)
        )
        return {
            row.source_id: {
                "id": row.id,
                "state": row.state,
                "started_at": to_iso(row.started_at),
                "ended_at": to_iso(row.ended_at),
            }
            for row in connection.execute(query)
        }

    # -- changing --------------------------------------------------------------------------------------------

    def add_source(self, request: SourceRequest, *, owner: str) -> Source:
        """Keep a source; a password in its location becomes a secret that it names.

        Raises
        ------
        InvalidInput: ``backend_unknown``, ``policy_unknown``.
        Conflict: ``source_exists``.
        """
        location, password = self._without_password(_normal(request.location))
        kind = request.kind or source_kind(location)
        self._check(kind, dict(request.options))
        source_id = new_id()
        with self.store.write() as connection:
            taken = set(connection.execute(sa.select(sources.c.name)).scalars())
            name = catalog_name(request.name) if request.name else unique_name(_name_of(location), location, taken)
            if name in taken:
                raise Conflict(
                    "source_exists",
                    f"There is a source `{name}` already.",
                    f"Crawl it: `jupyter mlx catalog crawl {name}`; or give another name.",
                )
            secret = request.secret
            if password is not None:
                secret = self._keep(password, name)
            connection.execute(
                sa.insert(sources).values(
                    id=source_id,
                    name=name,
                    kind=kind,
                    location=location,
                    database=catalog_name(request.database) if request.database else None,
                    options=dict(request.options),
                    secret=secret,
                    owner=owner,
                    created_at=self.clock.now(),
                )
            )
            self._tell(connection, source_id)
            return self._read(connection, sources.c.id == source_id)[0]

    def update_source(self, reference: str, **changes: Any) -> Source:
        """Change `database`, `options`, `secret` or `schedule_id`.

        Raises
        ------
        NotFound: ``source_unknown``.
        InvalidInput: ``policy_unknown``.
        """
        source = self.source(reference)
        if "options" in changes:
            self._check(source.kind, changes["options"])
        if changes.get("database"):
            changes["database"] = catalog_name(changes["database"])
        with self.store.write() as connection:
            connection.execute(sa.update(sources).where(sources.c.id == source.id).values(**changes))
            self._tell(connection, source.id)
            return self._read(connection, sources.c.id == source.id)[0]

    def remove_source(self, reference: str) -> None:
        """Forget a source with its tables and all that was said of them; the data stays where it is.

        Raises
        ------
        NotFound: ``source_unknown``.
        """
        source = self.source(reference)
        with self.store.write() as connection:
            numbers = connection.execute(sa.select(tables.c.number).where(tables.c.source_id == source.id)).scalars()
            search_index.forget(connection, list(numbers))
            said = sa.union_all(
                sa.select(tables.c.id).where(tables.c.source_id == source.id),
                sa.select(databases.c.id).where(databases.c.source_id == source.id),
                sa.select(removed.c.table_id).where(removed.c.source_id == source.id),
            ).subquery()
            for table in (tags, notes):
                connection.execute(sa.delete(table).where(table.c.resource_id.in_(sa.select(said.c.id))))
            connection.execute(sa.delete(sources).where(sources.c.id == source.id))
            self._tell(connection, source.id)

    def _check(self, kind: str, options: dict[str, Any]) -> None:
        if kind not in CRAWLERS:
            from ..backends import load_backend

            load_backend(CRAWLERS, kind, "jupyter_mlx.crawlers")
        check_policies(options)

    def _without_password(self, location: str) -> tuple[str, str | None]:
        """The location, and the password that its library would take from it.

        Raises
        ------
        InvalidInput: ``location_invalid``: a part of the password would be left.
        """
        kind = source_kind(location)
        match = (_RELATIONAL if kind == "relational" else _OTHERS).match(location)
        host, *after = re.split(r"(?=[/?#])", match["rest"] if match else location.partition("://")[2], maxsplit=1)
        if (kind in _STRICT and "@" in "".join(after)) or (kind == "relational" and match and "@" in host):
            raise InvalidInput(
                "location_invalid",
                "Where the password in the location ends can't be told.",
                "Write `@`, `/`, `?` and `#` in it as `%40`, `%2F`, `%3F` and `%23`, or name a secret that has it.",
                field="location",
            )
        if match is None or not match["password"]:
            return location, None
        return f"{match['scheme']}{match['user']}@{match['rest']}", unquote(match["password"])

    def _keep(self, password: str, name: str) -> str:
        secret = f"CATALOG_{name.upper()}"
        self.secrets.put(secret, password)
        return secret

    def _tell(self, connection: sa.Connection, source_id: str) -> None:
        self.log.append(
            connection, self.clock.now(), "catalog.changed", source_id, {"what": "source", "ids": [source_id]}
        )


def _normal(location: str) -> str:
    """A path as an absolute one, so that it means the same wherever the crawl runs; others as they are.

    Raises
    ------
    InvalidInput: ``location_invalid``.
    """
    if not location.strip() or "\0" in location:
        raise InvalidInput(
            "location_invalid", "The location is empty, or holds a NUL byte.", "Give a path or a URL.", field="location"
        )
    scheme, separator, rest = location.partition(":///")
    if separator and scheme in ("sqlite", "duckdb") and not rest.startswith(("/", ":memory:")):
        return f"{scheme}:///{os.path.abspath(rest)}"
    if "://" in location:
        return location
    return os.path.abspath(os.path.expanduser(location))


def _name_of(location: str) -> str:
    """A name for a source: the last part of its path, or of its host."""
    bare = re.sub(r"^[^:/]+://([^@/]*@)?", "", location).partition("?")[0]
    parts = [part for part in re.split(r"[/\\]", bare) if part and not re.search(r"[*?\[{]", part)]
    last = parts[-1] if parts else bare
    if "://" not in location:
        last = Path(last).stem if Path(location).is_file() else last
    elif len(parts) == 1:
        last = last.partition(":")[0]
    return catalog_name(last or "source")
