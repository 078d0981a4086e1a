"""Notebook jobs: versioned, parameterised, retried, recorded."""
