"""The schema of models: what MLflow's registry does not keep.

Policies, promotions, moves of aliases, what was said and found of versions, deployments.
"""

from __future__ import annotations

import sqlalchemy as sa

from .tables import UtcDateTime, json_column, metadata

__all__ = [
    "alias_moves",
    "approvals",
    "deployment_revisions",
    "deployments",
    "evaluations",
    "policies",
    "promotions",
    "replays",
]

_ID = sa.String(32)
_MODEL = sa.String(256)
_USER = sa.String(200)

policies = sa.Table(
    "model_policies",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # Of the text, and of the gate notebooks that it names.
    sa.Column("digest", sa.String(80), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    json_column("document", "{}"),
    # Of which models, and of which of their aliases.
    sa.Column("model", _MODEL, nullable=False),
    json_column("aliases", "[]"),
    # The newest version of a policy is in force, unless it was taken out of it.
    sa.Column("in_force", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_by", _USER, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

promotions = sa.Table(
    "model_promotions",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("model", _MODEL, nullable=False, index=True),
    # Null takes the alias away.
    sa.Column("version", sa.Integer),
    sa.Column("alias", sa.String(256), nullable=False),
    # What had the alias when it was asked for.
    sa.Column("from_version", sa.Integer),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("overridden", sa.Boolean, nullable=False, server_default=sa.false()),
    json_column("policy"),
    json_column("checks", "[]"),
    sa.Column("run_id", _ID, index=True),
    json_column("error"),
    sa.Column("created_by", _USER, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("ended_at", UtcDateTime),
)

# Append-only. Two who move an alias at once want to write the same number: one of them can.
alias_moves = sa.Table(
    "model_alias_moves",
    metadata,
    sa.Column("model", _MODEL, primary_key=True),
    sa.Column("alias", sa.String(256), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("from_version", sa.Integer),
    sa.Column("to_version", sa.Integer),
    # PENDING until MLflow has it, then DONE; FAILED where it refused.
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("promotion_id", _ID),
    sa.Column("gate", sa.String(12)),
    sa.Column("overridden", sa.Boolean, nullable=False, server_default=sa.false()),
    # Another program moved it: it was found so.
    sa.Column("outside", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("moved_by", _USER, nullable=False),
    sa.Column("moved_at", UtcDateTime, nullable=False),
)

approvals = sa.Table(
    "model_approvals",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("model", _MODEL, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("approved", sa.Boolean, nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    # Of the model's files and card as they were seen.
    sa.Column("digest", sa.String(80), nullable=False),
    sa.Column("said_by", _USER, nullable=False),
    sa.Column("said_at", UtcDateTime, nullable=False),
    sa.Index("ix_model_approvals_model_version", "model", "version"),
)

evaluations = sa.Table(
    "model_evaluations",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("model", _MODEL, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    # `Evaluation` of the contract, less what the other columns hold.
    json_column("report", "{}"),
    sa.Column("run_id", _ID, index=True),
    sa.Column("mlflow_run_id", sa.String(64)),
    sa.Column("created_by", _USER, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_model_evaluations_model_version", "model", "version"),
)

replays = sa.Table(
    "model_replays",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("model", _MODEL, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    # `Replay` of the contract, less what the other columns hold.
    json_column("result", "{}"),
    sa.Column("run_id", _ID, index=True),
    json_column("error"),
    sa.Column("created_by", _USER, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Index("ix_model_replays_model_version", "model", "version"),
)

deployments = sa.Table(
    "deployments",
    metadata,
    sa.Column("id", _ID, primary_key=True),
    sa.Column("name", sa.String(63), nullable=False, unique=True),
    sa.Column("target", sa.String(20), nullable=False),
    sa.Column("model", _MODEL, nullable=False),
    # What is wanted: running, stopped, or removed until nothing of it is left.
    sa.Column("wanted", sa.String(12), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    json_column("options", "{}"),
    # What there is, as whoever looks after it saw it last.
    sa.Column("state", sa.String(12), nullable=False),
    json_column("status", "{}"),
    # Which user's environment serves it (`Settings.site`), and on which host.
    sa.Column("site", sa.String(16), nullable=False),
    sa.Column("host", sa.String(255), nullable=False, server_default=""),
    sa.Column("owner", _USER, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

deployment_revisions = sa.Table(
    "deployment_revisions",
    metadata,
    sa.Column("deployment_id", _ID, sa.ForeignKey("deployments.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # `RouteShare` of the contract each.
    json_column("routes", "[]"),
    # `Signature` of the contract, of the version that answers most requests.
    json_column("signature"),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("created_by", _USER, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
