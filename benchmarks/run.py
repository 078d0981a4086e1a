"""`make bench`: every figure beside its peer, as one table; exit status 1 where a bound is missed."""

from __future__ import annotations

import sys

import crawl
import features_offline
import features_online
import features_training
import models_browser
import models_runs
import models_serving
import output_latency
import search
import start
import table_data
import trivial_job
from common import Row, print_rows

PARTS = (
    start,
    trivial_job,
    output_latency,
    crawl,
    search,
    table_data,
    features_training,
    features_online,
    features_offline,
    models_runs,
    models_browser,
    models_serving,
)


def main() -> int:
    """Measure everything."""
    rows: list[Row] = []
    for part in PARTS:
        print(f"… {part.__name__}", file=sys.stderr, flush=True)
        rows += part.rows()
    return 0 if print_rows(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
