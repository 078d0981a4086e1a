"""What people say of data: descriptions, owners, attributes, terms and tags; and the words that they say it in."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ..clock import Clock
from ..errors import Conflict, InvalidInput, NotFound
from ..store.catalog_tables import classifiers, notes, removed, sources, tables, tag_keys, tags, terms
from ..store.engine import Store
from ..store.events import EventLog
from . import search_index
from .access import AccessService
from .grants import column_names
from .models import Database, Principal, Table
from .repository import CatalogRepository, Resource

__all__ = ["Descriptions"]

MAX_TAGS = 50
_PRESENT = tags.c.resource_id.not_in(sa.select(removed.c.table_id))
"""Tags of what is there, not of what may come back."""
EMPTY: dict[str, Any] = {"description": None, "owner": None, "terms": [], "attributes": {}}


class Descriptions:
    """Owns the rules of notes, tags, terms and custom classifiers.

    Parameters
    ----------
    door: Where its callers come from, for the audit log: ``http``, ``terminal``, ``python`` or ``job``.
    """

    def __init__(self, store: Store, clock: Clock, access: AccessService, door: str) -> None:
        self.store = store
        self.clock = clock
        self.access = access
        self.door = door
        self.repository = CatalogRepository()
        self.log = EventLog()

    # -- notes -----------------------------------------------------------------------------------------------

    def annotate(self, reference: str, patch: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
        """Say something of a database, a table or a column; None forgets it. ``Notes`` of the contract.

        Parameters
        ----------
        patch: `description`, `owner`, `terms`, and `attributes`, which are merged: None takes one away.

        Raises
        ------
        NotFound: What the reference says is not there, or ``term_unknown``.
        Forbidden: ``permission_missing``.
        """
        with self.store.read() as connection:
            resource = self.find(connection, reference, principal, "alter")
        with self.store.write() as connection:
            before = (
                self.repository.notes_of(connection, {resource.id}).get(resource.id, {}).get(resource.column, EMPTY)
            )
            after = {**before, **{key: value for key, value in patch.items() if key != "attributes"}}
            self._check_terms(connection, set(after["terms"] or ()) - set(before["terms"] or ()))
            merged = {**before["attributes"], **patch.get("attributes", {})}
            after["attributes"] = {key: value for key, value in merged.items() if value is not None}
            after["terms"] = sorted(after["terms"] or ())
            place = (notes.c.resource_id == resource.id, notes.c.column_name == resource.column)
            connection.execute(sa.delete(notes).where(*place))
            connection.execute(sa.insert(notes).values(resource_id=resource.id, column_name=resource.column, **after))
            self._changed(connection, resource, "notes", principal, before, after)
        return {"resource": resource.path, **after}

    # -- tags ------------------------------------------------------------------------------------------------

    def assign(self, reference: str, values: Mapping[str, str | None], principal: Principal) -> dict[str, Any]:
        """Tag a database, a table or a column; None takes a tag away. ``Assignment`` of the contract.

        Raises
        ------
        NotFound: ``tag_unknown``, or what the reference says is not there.
        InvalidInput: ``tag_value_unknown``, ``tags_too_many``.
        Forbidden: ``permission_missing``; tags protect what they are on, so that it takes to see all of that plainly.
        """
        with self.store.read() as connection:
            resource = self.find(connection, reference, principal, "tag")
            ids = [resource.id]
            if resource.kind == "database":
                ids = list(
                    connection.execute(sa.select(tables.c.id).where(tables.c.database_id == resource.id)).scalars()
                )
            whole = self.repository.tables(connection, ids)
        self.access.require_whole(
            principal, "tags.change", resource.path, whole, door=self.door, column=resource.column or None
        )
        with self.store.write() as connection:
            self._check_tags(connection, values)
            before = dict(self.repository.tags_of(connection, {resource.id}).get((resource.id, resource.column), {}))
            after = {key: value for key, value in {**before, **values}.items() if value is not None}
            if len(after) > MAX_TAGS:
                raise InvalidInput(
                    "tags_too_many",
                    f"`{resource.path}` would have {len(after)} tags; {MAX_TAGS} are the most.",
                    "Take some away.",
                    field="tags",
                )
            place = (tags.c.resource_id == resource.id, tags.c.column_name == resource.column)
            connection.execute(sa.delete(tags).where(*place))
            rows = [
                {"resource_id": resource.id, "column_name": resource.column, "key": key, "value": value}
                for key, value in after.items()
            ]
            if rows:
                connection.execute(sa.insert(tags), rows)
            self._changed(connection, resource, "tags", principal, before, after)
        return {"resource": resource.path, "tags": after}

    def _check_tags(self, connection: sa.Connection, values: Mapping[str, str | None]) -> None:
        admitted = dict(connection.execute(sa.select(tag_keys.c.key, tag_keys.c.admitted)).all())
        for key, value in values.items():
            if key not in admitted:
                raise _unknown("tag_unknown", f"There is no tag `{key}`.", key, admitted, "tags define KEY VALUE…")
            if value is not None and value not in admitted[key]:
                near = difflib.get_close_matches(value, admitted[key], 1, 0.5)
                raise InvalidInput(
                    "tag_value_unknown",
                    f"`{value}` is no value of the tag `{key}`.",
                    f"Did you mean `{near[0]}`?" if near else f"Its values: {', '.join(admitted[key])}.",
                    field=f"tags.{key}",
                )

    def tag_keys(self, principal: Principal) -> list[dict[str, Any]]:
        """Tag keys with their values, and how many resources that one sees have them."""
        with self.store.read() as connection:
            sees = self._sees(connection, principal)
            given = connection.execute(sa.select(tags.c.key, tags.c.resource_id, tags.c.column_name).where(_PRESENT))
            used = Counter(row.key for row in given if sees(row.resource_id, row.column_name))
            return [
                {"key": row.key, "values": row.admitted, "description": row.description, "used": used[row.key]}
                for row in connection.execute(sa.select(tag_keys).order_by(tag_keys.c.key))
            ]

    def _sees(self, connection: sa.Connection, principal: Principal) -> Callable[[str, str], bool]:
        """Whether a principal sees a resource, or one of its columns."""
        if self.access.sees_all(principal):
            return lambda _, __: True
        seen: dict[str, set[str]] = {}
        for database in self.repository.databases(connection):
            views = self.access.views_in(connection, principal, database.id)
            seen |= {view.table.id: {"", *column_names(view.table)} for view in views}
            if views or "describe" in self.access.permissions(principal, database):
                seen[database.id] = {""}
        return lambda resource, column: column in seen.get(resource, ())

    def define_tag(
        self, *, principal: Principal, key: str, values: Sequence[str], description: str | None = None
    ) -> dict[str, Any]:
        """Define a tag key, or change its values.

        Raises
        ------
        Conflict: ``tag_value_used``: a value that resources have can't be taken out.
        Forbidden: ``permission_missing``.
        """
        self.access.require(principal, "tag", None, door=self.door)
        admitted = list(dict.fromkeys(values))
        with self.store.write() as connection:
            query = sa.select(tags.c.value).where(tags.c.key == key, _PRESENT)
            used = set(connection.execute(query.distinct()).scalars())
            lost = sorted(used - set(admitted))
            if lost:
                raise Conflict(
                    "tag_value_used",
                    f"`{key}={lost[0]}` is in use.",
                    "Keep the value, or take the tag away from what has it.",
                )
            self._put(
                connection,
                tag_keys,
                tag_keys.c.key == key,
                principal,
                key=key,
                admitted=admitted,
                description=description,
            )
            self._tell(connection, "tags", [], principal, f"tag:{key}", "tag.define", None, {"values": admitted})
        return next(item for item in self.tag_keys(principal) if item["key"] == key)

    def remove_tag(self, key: str, principal: Principal) -> None:
        """Remove a tag key that no resource has.

        Raises
        ------
        NotFound: ``tag_unknown``.
        Conflict: ``tag_used``.
        """
        self.access.require(principal, "tag", None, door=self.door)
        known = {item["key"]: item for item in self.tag_keys(principal)}
        if key not in known:
            raise _unknown("tag_unknown", f"There is no tag `{key}`.", key, known, "tags list")
        if known[key]["used"]:
            raise Conflict("tag_used", f"{known[key]['used']} resources have the tag `{key}`.", "Take it away first.")
        with self.store.write() as connection:
            connection.execute(sa.delete(tags).where(tags.c.key == key))
            connection.execute(sa.delete(tag_keys).where(tag_keys.c.key == key))
            self._tell(connection, "tags", [], principal, f"tag:{key}", "tag.remove", known[key], None)

    # -- terms -----------------------------------------------------------------------------------------------

    def terms(self, principal: Principal) -> list[dict[str, Any]]:
        """The glossary, by name, and how many resources that one sees have each term."""
        with self.store.read() as connection:
            sees = self._sees(connection, principal)
            query = sa.select(notes.c.resource_id, notes.c.column_name, notes.c.terms)
            there = notes.c.resource_id.not_in(sa.select(removed.c.table_id))
            given = [row for row in connection.execute(query.where(there)) if sees(row.resource_id, row.column_name)]
            used = Counter(name for row in given for name in row.terms or ())
            return [
                {"name": row.name, "definition": row.definition, "parent": row.parent, "used": used[row.name]}
                for row in connection.execute(sa.select(terms).order_by(terms.c.name))
            ]

    def define_term(
        self, *, principal: Principal, name: str, definition: str, parent: str | None = None
    ) -> dict[str, Any]:
        """Define a term, or change its definition.

        Raises
        ------
        NotFound: ``term_unknown`` for the parent.
        InvalidInput: ``term_circle``.
        """
        self.access.require(principal, "alter", None, door=self.door)
        with self.store.write() as connection:
            parents = dict(connection.execute(sa.select(terms.c.name, terms.c.parent)).all())
            if parent is not None:
                self._check_terms(connection, {parent} - {name})
            above = parent
            while above is not None:
                if above == name:
                    raise InvalidInput(
                        "term_circle", f"`{name}` would be above itself.", "Choose another parent.", field="parent"
                    )
                above = parents.get(above)
            self._put(
                connection, terms, terms.c.name == name, principal, name=name, definition=definition, parent=parent
            )
            self._tell(
                connection, "terms", [], principal, f"term:{name}", "term.define", None, {"definition": definition}
            )
        return next(item for item in self.terms(principal) if item["name"] == name)

    def remove_term(self, name: str, principal: Principal) -> None:
        """Remove a term, from what has it too.

        Raises
        ------
        NotFound: ``term_unknown``.
        """
        self.access.require(principal, "alter", None, door=self.door)
        with self.store.write() as connection:
            self._check_terms(connection, {name})
            having = [row for row in connection.execute(sa.select(notes)).all() if name in (row.terms or ())]
            for row in having:
                connection.execute(
                    sa.update(notes)
                    .where(notes.c.resource_id == row.resource_id, notes.c.column_name == row.column_name)
                    .values(terms=[term for term in row.terms if term != name])
                )
            connection.execute(sa.update(terms).where(terms.c.parent == name).values(parent=None))
            connection.execute(sa.delete(terms).where(terms.c.name == name))
            self._reindex(connection, {row.resource_id for row in having})
            self._tell(connection, "terms", [], principal, f"term:{name}", "term.remove", {"name": name}, None)

    def _check_terms(self, connection: sa.Connection, wanted: Iterable[str]) -> None:
        known = list(connection.execute(sa.select(terms.c.name)).scalars())
        for name in sorted(wanted):
            if name not in known:
                raise _unknown("term_unknown", f"There is no term `{name}`.", name, known, "terms define NAME TEXT")

    # -- classifiers -----------------------------------------------------------------------------------------

    def classifiers(self, principal: Principal) -> list[dict[str, Any]]:
        """Custom classifiers by name."""
        with self.store.read() as connection:
            rows = connection.execute(sa.select(classifiers).order_by(classifiers.c.name)).all()
        return [{"name": row.name, "kind": row.kind, "definition": row.definition} for row in rows]

    def define_classifier(
        self, *, principal: Principal, name: str, kind: str, definition: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Define a custom classifier, or change it.

        Raises
        ------
        InvalidInput: What `validate_classifier` says.
        """
        from .crawlers.classify import validate_classifier

        self.access.require(principal, "alter", None, door=self.door)
        validate_classifier(kind, definition)
        made = {"name": name, "kind": kind, "definition": dict(definition)}
        with self.store.write() as connection:
            connection.execute(sa.delete(classifiers).where(classifiers.c.name == name))
            connection.execute(sa.insert(classifiers).values(**made, created_at=self.clock.now()))
            self._tell(connection, "source", [], principal, f"classifier:{name}", "classifier.define", None, made)
        return made

    def remove_classifier(self, name: str, principal: Principal) -> None:
        """Remove a custom classifier that no source names.

        Raises
        ------
        NotFound: ``classifier_unknown``.
        Conflict: ``classifier_used``.
        """
        self.access.require(principal, "alter", None, door=self.door)
        with self.store.write() as connection:
            known = list(connection.execute(sa.select(classifiers.c.name)).scalars())
            if name not in known:
                raise _unknown(
                    "classifier_unknown", f"There is no classifier `{name}`.", name, known, "classifiers list"
                )
            for row in connection.execute(sa.select(sources.c.name, sources.c.options)):
                if name in (row.options.get("classifiers") or ()):
                    raise Conflict("classifier_used", f"The source `{row.name}` names `{name}`.", "Change it first.")
            connection.execute(sa.delete(classifiers).where(classifiers.c.name == name))
            self._tell(
                connection, "source", [], principal, f"classifier:{name}", "classifier.remove", {"name": name}, None
            )

    # -- shared ----------------------------------------------------------------------------------------------

    def find(self, connection: sa.Connection, reference: str, principal: Principal, permission: str) -> Resource:
        """What a reference names, where the principal may see it and has a permission on it.

        Raises
        ------
        NotFound: It is not there, or not for the principal to know of.
        Forbidden: ``permission_missing``.
        """
        resource = self.access.resolve(connection, reference, principal, permission, door=self.door)
        what: Database | Table
        if resource.kind == "database":
            what = next(item for item in self.repository.databases(connection) if item.id == resource.id)
        else:
            what = self.repository.tables(connection, [resource.id])[0]
        self.access.require(principal, permission, what, door=self.door)
        return resource

    def _put(
        self,
        connection: sa.Connection,
        table: sa.Table,
        place: sa.ColumnElement[bool],
        principal: Principal,
        **values: Any,
    ) -> None:
        """Write a row in place of the one that is there; who made it first stays its maker."""
        done = connection.execute(sa.update(table).where(place).values(**values))
        if not done.rowcount:
            connection.execute(
                sa.insert(table).values(**values, created_by=principal.user, created_at=self.clock.now())
            )

    def _changed(
        self,
        connection: sa.Connection,
        resource: Resource,
        what: str,
        principal: Principal,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        self._reindex(connection, {resource.id})
        self._tell(connection, what, [resource.id], principal, resource.path, f"{what}.change", before, after)

    def _reindex(self, connection: sa.Connection, ids: Iterable[str]) -> None:
        """Bring the index up to date for tables, and for the tables of databases."""
        given = list(ids)
        below = sa.select(tables.c.id).where(sa.or_(tables.c.id.in_(given), tables.c.database_id.in_(given)))
        search_index.index(connection, self.repository, list(connection.execute(below).scalars()))

    def _tell(
        self,
        connection: sa.Connection,
        what: str,
        ids: list[str],
        principal: Principal,
        resource: str,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        self.log.append(
            connection, self.clock.now(), "catalog.changed", ids[0] if ids else "", {"what": what, "ids": ids}
        )
        self.access.record(
            principal, action, resource, allowed=True, door=self.door, before=before, after=after, connection=connection
        )


def _unknown(code: str, message: str, name: str, known: Iterable[str], command: str) -> NotFound:
    near = difflib.get_close_matches(name, list(known), 3, 0.5)
    remedy = (
        f"Did you mean {' or '.join(f'`{item}`' for item in near)}?"
        if near
        else f"See `jupyter mlx catalog {command}`."
    )
    return NotFound(code, message, remedy)
