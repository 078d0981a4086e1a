"""A version made again from its record, and compared."""
