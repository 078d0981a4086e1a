"""Runs that were tracked: searched, compared, their curves and files."""
