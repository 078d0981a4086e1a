"""The schema as it is today; migrations lead here, and a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

__all__ = [
    "UtcDateTime",
    "agents",
    "attempts",
    "audit",
    "events",
    "jobs",
    "json_column",
    "leases",
    "metadata",
    "runs",
    "schedules",
    "snapshots",
]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Timezone-aware moments, stored in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database; SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def json_column(name: str, default: str | None = None) -> sa.Column[Any]:
    """A column of JSON: nullable, or with a default."""
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=default is None, server_default=default)


snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("digest", sa.String(80), primary_key=True),
    json_column("manifest", "{}"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("notebook_path", sa.Text, nullable=False, index=True),
    sa.Column("notebook_digest", sa.String(80), nullable=False),
    sa.Column("cwd", sa.Text, nullable=False),
    sa.Column("snapshot", sa.String(80), sa.ForeignKey("snapshots.digest"), nullable=False),
    sa.Column("kernel", sa.String(200)),
    sa.Column("cells", sa.Integer, nullable=False),
    json_column("parameters", "{}"),
    json_column("request", "{}"),
    json_column("git"),
    json_column("tags", "{}"),
    sa.Column("output_path", sa.Text),
    # Which user's environment executes it (`Settings.site`).
    sa.Column("site", sa.String(16), nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("cron", sa.String(200), nullable=False),
    sa.Column("timezone", sa.String(100), nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("next_fire", UtcDateTime, index=True),
    sa.Column("misfire_grace_s", sa.Float, nullable=False, server_default="300"),
    sa.Column("coalesce", sa.String(10), nullable=False, server_default="latest"),
    sa.Column("catch_up", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("overlap", sa.String(10), nullable=False, server_default="forbid"),
    json_column("error"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False, index=True),
    # A run outlives its schedule: no foreign key.
    sa.Column("schedule_id", sa.String(32), index=True),
    sa.Column("fire_time", UtcDateTime),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("idempotency_key", sa.String(200)),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("reason", sa.Text),
    sa.Column("attempt_no", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts_allowed", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cancel_requested", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("not_before", UtcDateTime),
    sa.Column("cell", sa.Integer, nullable=False, server_default="0"),
    sa.Column("eta_s", sa.Float),
    json_column("error"),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.UniqueConstraint("schedule_id", "fire_time"),
    sa.UniqueConstraint("owner", "idempotency_key"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    json_column("gpus", "[]"),
    # Who executes it: boot id, process id, process start time. Null until it was started.
    json_column("process"),
    sa.Column("log_offset", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("mlflow_run_id", sa.String(64)),
    json_column("metrics", "{}"),
    json_column("outputs", "[]"),
    json_column("record", "{}"),
    json_column("exit"),
    json_column("error"),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("time", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("attempt", sa.Integer),
    json_column("data", "{}"),
    sa.Index("ix_events_subject_attempt", "subject", "attempt", "id"),
    sqlite_autoincrement=True,
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("host", sa.String(255), primary_key=True),
    sa.Column("device", sa.String(100), primary_key=True),
    sa.Column("run_id", sa.String(32), nullable=False, index=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("memory_share", sa.Float, nullable=False, server_default="1"),
    sa.Column("since", UtcDateTime, nullable=False),
)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("host", sa.String(255), nullable=False),
    json_column("process", "{}"),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("alive_until", sa.Float, nullable=False),
)

# Append-only: who did, or was refused, what. Nothing ever updates or deletes a row.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("time", UtcDateTime, nullable=False, index=True),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("resource", sa.Text, nullable=False, index=True),
    sa.Column("allowed", sa.Boolean, nullable=False),
    sa.Column("door", sa.String(20), nullable=False),
    json_column("before"),
    json_column("after"),
    sqlite_autoincrement=True,
)
