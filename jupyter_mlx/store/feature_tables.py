"""The schema of the feature store: what was applied, in which versions, what was materialized, what was trained on.

Definitions themselves live in Feast's registry; here is their history, and what came of them.
"""

from __future__ import annotations

import sqlalchemy as sa

from .tables import UtcDateTime, json_column, metadata

__all__ = ["materializations", "profiles", "projects", "statistics", "training_sets", "versions", "views"]

_ID = sa.String(32)
_CASCADE = "CASCADE"

projects = sa.Table(
    "feature_projects",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("repository", sa.Text, nullable=False),
    # Entities and services, as they were applied last.
    json_column("definition", "{}"),
    sa.Column("applied_by", sa.String(200), nullable=False),
    sa.Column("applied_at", UtcDateTime, nullable=False),
    # What materializes it now and then.
    sa.Column("schedule_id", _ID),
    # Whether a crawl that finds new data in a source materializes it, too.
    sa.Column("on_new_data", sa.Boolean, nullable=False, server_default=sa.false()),
)

views = sa.Table(
    "feature_views",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _ID, sa.ForeignKey("feature_projects.id", ondelete=_CASCADE), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    # active, or removed: its versions stay.
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    # As it was applied last; a version has it as it was then.
    json_column("definition", "{}"),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("project_id", "name"),
)

versions = sa.Table(
    "feature_versions",
    metadata,
    sa.Column("view_id", _ID, sa.ForeignKey("feature_views.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(80), nullable=False),
    json_column("definition", "{}"),
    # From the version before; null of the first.
    json_column("difference"),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

materializations = sa.Table(
    "feature_materializations",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("view_id", _ID, sa.ForeignKey("feature_views.id", ondelete=_CASCADE), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("run_id", _ID, index=True),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    json_column("error"),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    # The state of the source that it read, as `training.source_version` tells it.
    sa.Column("source_version", sa.String(80)),
    # Whether the online store dropped what was brought: its view was removed, or its keys became of another type.
    sa.Column("dropped", sa.Boolean, nullable=False, server_default=sa.false()),
    # Which process does it, so that one whose process is gone is told from one that runs.
    json_column("process"),
    sa.Index("ix_feature_materializations_view_id_started_at", "view_id", "started_at"),
)

# The newest of each view: what its source holds, how that differs from what was trained on, what is served of it.
statistics = sa.Table(
    "feature_statistics",
    metadata,
    sa.Column("view_id", _ID, sa.ForeignKey("feature_views.id", ondelete=_CASCADE), primary_key=True),
    json_column("data", "{}"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

# By feature what its values are like, and of which state of a view's source: by them what is alike is found.
profiles = sa.Table(
    "feature_profiles",
    metadata,
    sa.Column("view_id", _ID, sa.ForeignKey("feature_views.id", ondelete=_CASCADE), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    json_column("profiles", "{}"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

training_sets = sa.Table(
    "feature_training_sets",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("project_id", _ID, sa.ForeignKey("feature_projects.id", ondelete=_CASCADE), nullable=False),
    sa.Column("name", sa.String(200)),
    # Of what it was made of: the same inputs have the same key.
    sa.Column("key", sa.String(80), nullable=False, unique=True),
    # Of its rows.
    sa.Column("digest", sa.String(80), nullable=False),
    json_column("record", "{}"),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("run_id", _ID, index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
