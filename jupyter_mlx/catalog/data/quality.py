"""Quality: the rules of tables, their checks, and what must hold before data is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ...errors import ExecutionFailed, Forbidden, MlxError
from ...jobs.models import new_id
from ...store.catalog_tables import profiles, quality_results, quality_rules, sources, tables
from ...store.events import EventLog
from ..grants import column_types
from ..models import Crawl, Principal
from .checking import QualityCheck, QualityResult
from .opening import Opening, OpenTable
from .plan import Asked
from .profile import Profile
from .rules import Rule, read_rules, recommend

__all__ = ["QualityChecks"]

_SHOWN = 10


class QualityChecks(Opening):
    """Owns the quality rules and their results."""

    def quality(self, reference: str, principal: Principal) -> dict[str, Any]:
        """``Quality`` of the contract, of the columns that a principal may see the values of.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``.
        """
        table = self.open(reference, principal)
        with self.store.read() as connection:
            rules = self._rules(connection, table.whole.id)
            query = sa.select(quality_results).where(quality_results.c.table_id == table.whole.id)
            results = connection.execute(query.order_by(quality_results.c.time.desc()).limit(_SHOWN)).all()
            profile = self._kept_profile(connection, table)
        recommended = [] if profile is None else recommend(profile, table.whole.version.primary_key)
        known = {(rule.check, rule.column) for rule in rules}
        if table.view.rows is not None:
            # Rules are about all rows, and so are results: what holds of those that are hidden is told by both.
            rules, results = [], []
        visible = set(table.plain_columns)
        return {
            "rules": [rule.to_json() for rule in rules if rule.column is None or rule.column in visible],
            "recommended": [rule.to_json() for rule in recommended if (rule.check, rule.column) not in known],
            "results": [self._shown(_result(row), table).to_json() for row in results],
        }

    def _shown(self, result: QualityResult, table: OpenTable) -> QualityResult:
        """A result without what tells of values that this principal does not see."""
        visible = set(table.plain_columns)
        checks = [check for check in result.checks if check.rule.column is None or check.rule.column in visible]
        return replace(result, checks=tuple(checks))

    def _kept_profile(self, connection: sa.Connection, table: OpenTable) -> Profile | None:
        """The stored profile of the table's version, of the columns that are shown as they are."""
        if table.view.rows is not None:
            return None
        query = sa.select(profiles.c.data).where(
            profiles.c.table_id == table.whole.id, profiles.c.version == table.whole.version.number
        )
        data = connection.execute(query).scalar()
        return None if data is None else Profile.from_json(data).only(table.plain_columns)

    def _rules(self, connection: sa.Connection, table_id: str) -> list[Rule]:
        query = sa.select(quality_rules.c.rules).where(quality_rules.c.table_id == table_id)
        return [Rule.from_json(document) for document in connection.execute(query).scalar() or ()]

    def set_rules(self, reference: str, rules: Sequence[Mapping[str, Any]], principal: Principal) -> dict[str, Any]:
        """Set the rules of a table in place of those that it has; `quality` afterwards.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``: it takes ``alter``, and ``select`` on the columns.
        InvalidInput: ``rule_invalid``, ``column_unknown``.
        """
        table = self.open(reference, principal)
        self.access.require(principal, "alter", table.view, door=self.catalog.door)
        if table.view.rows is not None:
            error = Forbidden(
                "permission_missing",
                f"`{principal.user}` sees some rows of `{table.whole.path}` only; its rules are about all.",
                "Have them set by somebody who sees all rows.",
            )
            self.access.refuse(principal, "rules.set", table.whole.path, door=self.catalog.door, error=error)
        visible = set(table.plain_columns)
        made = read_rules(rules, {name: kind for name, kind in column_types(table.whole).items() if name in visible})
        now = self.clock.now()
        with self.store.write() as connection:
            before = self._rules(connection, table.whole.id)
            # Rules on columns that this principal does not see are not his to take away.
            kept = [rule for rule in before if rule.column is not None and rule.column not in visible]
            documents = [rule.to_json() for rule in (*kept, *made)]
            values = {"rules": documents, "updated_by": principal.user, "updated_at": now}
            place = quality_rules.c.table_id == table.whole.id
            if not connection.execute(sa.update(quality_rules).where(place).values(**values)).rowcount:
                connection.execute(sa.insert(quality_rules).values(table_id=table.whole.id, **values))
            self._note_quality(connection, table, "unknown")
            self.access.record(
                principal,
                "rules.set",
                table.whole.path,
                allowed=True,
                door=self.catalog.door,
                before={"rules": [rule.to_json() for rule in before]},
                after={"rules": documents},
                connection=connection,
            )
        return self.quality(reference, principal)

    def _note_quality(self, connection: sa.Connection, table: OpenTable, quality: str) -> None:
        connection.execute(sa.update(tables).where(tables.c.id == table.whole.id).values(quality=quality))
        EventLog().append(
            connection,
            self.clock.now(),
            "catalog.changed",
            table.whole.id,
            {"what": "quality", "ids": [table.whole.id]},
        )

    # -- checking --------------------------------------------------------------------------------------------

    def check_quality(self, reference: str, principal: Principal, *, run_id: str | None = None) -> QualityResult:
        """Check the rules of a table against all of its present data, in this process, and keep the result.

        Raises
        ------
        NotFound: ``table_unknown``.
        Forbidden: ``permission_missing``; results are of all rows and all ruled columns, so the checker must see those.
        MlxError: As `TableReader` has it.
        """
        from .checking import run_checks

        table = self.open(reference, principal)
        with self.store.read() as connection:
            rules = self._rules(connection, table.whole.id)
        hidden = {rule.column for rule in rules if rule.column is not None} - set(table.plain_columns)
        if hidden or table.view.rows is not None:
            error = Forbidden(
                "permission_missing",
                f"`{principal.user}` does not see all that the rules of `{table.whole.path}` are about.",
                "Have them checked by somebody who does.",
            )
            self.access.refuse(principal, "quality.check", table.whole.path, door=self.catalog.door, error=error)
        checks: list[QualityCheck] = []
        if rules:
            checks = run_checks(self.plan(table, principal, Asked(), action="quality.check"), rules)
        version = table.whole.version.number
        result = QualityResult(new_id(), version, tuple(checks), run_id, self.clock.now())
        with self.store.write() as connection:
            connection.execute(
                sa.insert(quality_results).values(
                    id=result.id,
                    table_id=table.whole.id,
                    version=version,
                    passed=result.passed,
                    checks=[check.to_json() for check in checks],
                    run_id=run_id,
                    time=result.time,
                )
            )
            self._note_quality(connection, table, ("ok" if result.passed else "failing") if rules else "unknown")
        return result

    def check_crawled(self, crawl: Crawl, principal: Principal) -> dict[str, QualityResult | MlxError]:
        """Check the tables of a crawl that have rules, where its source's option ``check_quality`` asks for it.

        Returns
        -------
        By path of the table how it ended; a table that can't be read does not keep the others from being checked.
        """
        ids = [change.id for change in crawl.tables if change.change not in ("deleted", "deprecated")]
        with self.store.read() as connection:
            options = connection.execute(sa.select(sources.c.options).where(sources.c.id == crawl.source_id)).scalar()
            if crawl.dry_run or not (options or {}).get("check_quality"):
                return {}
            query = sa.select(quality_rules.c.table_id).where(quality_rules.c.table_id.in_(ids))
            ruled = set(connection.execute(query).scalars())
        found: dict[str, QualityResult | MlxError] = {}
        for change in crawl.tables:
            if change.id in ruled:
                try:
                    result: QualityResult | MlxError = self.check_quality(change.id, principal, run_id=crawl.run_id)
                except MlxError as error:
                    result = error
                found[f"{change.database}.{change.name}"] = result
        return found

    def require_quality(self, references: Iterable[str], principal: Principal) -> None:
        """Go on only where the rules of some tables hold, before a model is trained on them.

        A table's last result counts if it is of the present version of its schema; else its rules are checked now. A
        table without rules passes.

        Raises
        ------
        ExecutionFailed: ``quality_failed``, with the rules that do not hold.
        """
        for reference in references:
            table = self.open(reference, principal)
            with self.store.read() as connection:
                if not self._rules(connection, table.whole.id):
                    continue
                latest = self._latest(connection, table)
            result = latest or self.check_quality(reference, principal)
            failed = [check for check in self._shown(result, table).checks if not check.passed]
            if result.passed:
                continue
            words = ", ".join(f"{check.rule.check}({check.rule.column or ''})" for check in failed[:5])
            raise ExecutionFailed(
                "quality_failed",
                f"Quality rules do not hold for `{table.whole.path}`{f': {words}' if words else ''}.",
                "See `jupyter mlx catalog quality TABLE` for examples; mend the data or the rules, and check again.",
            )

    def _latest(self, connection: sa.Connection, table: OpenTable) -> QualityResult | None:
        """The last result, where it is of the present version and of the present rules."""
        query = (
            sa.select(quality_results)
            .join(quality_rules, quality_rules.c.table_id == quality_results.c.table_id)
            .where(
                quality_results.c.table_id == table.whole.id,
                quality_results.c.version == table.whole.version.number,
                quality_results.c.time >= quality_rules.c.updated_at,
            )
            .order_by(quality_results.c.time.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        return None if row is None else _result(row)


def _result(row: Any) -> QualityResult:
    checks = tuple(QualityCheck.from_json(check) for check in row.checks)
    return QualityResult(row.id, row.version, checks, row.run_id, row.time)
