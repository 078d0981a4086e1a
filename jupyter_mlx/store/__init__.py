"""The one truth: SQLite in WAL by default, PostgreSQL by configuration."""

from .bell import Bell, ring
from .engine import Store, db_now, open_store
from .events import Event, EventLog

__all__ = ["Bell", "Event", "EventLog", "Store", "db_now", "open_store", "ring"]
