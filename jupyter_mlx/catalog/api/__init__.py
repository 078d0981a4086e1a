"""`mlx.catalog` in a notebook or a script: find tables, look at them, read them; and the catalog's work in jobs.

Whoever runs the process asks: what the grants hide from that user is hidden here too. A table that is read within a run
is noted as used by it, and is among the run's data.
"""
