"""Registered models: versions, aliases with their history, cards, approvals."""
