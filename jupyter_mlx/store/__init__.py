"""The one truth: SQLite in WAL by default, PostgreSQL by configuration.

Import from the modules: `bell` alone is light, `engine`, `events` and `tables` bring SQLAlchemy along.
"""
