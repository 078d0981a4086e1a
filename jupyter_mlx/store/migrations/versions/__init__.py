"""One file a schema version; released ones never change."""
