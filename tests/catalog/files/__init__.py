"""The crawler of files."""
