"""Tracked runs, read from wherever MLflow keeps them."""

from __future__ import annotations

from ..port import RunsPort

__all__ = ["open_runs"]


def open_runs(uri: str) -> RunsPort:
    """Runs of a tracking store: by SQL where it is SQLite or PostgreSQL, else through MLflow's client."""
    from .store import is_database

    if is_database(uri):
        from .sql import SqlRuns

        return SqlRuns(uri)
    from .remote import ClientRuns

    return ClientRuns(uri)
