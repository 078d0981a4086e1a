"""Crawlers: each reads one kind of source and yields the tables that it finds."""
