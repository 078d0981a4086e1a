"""`make bench`: every figure beside its peer, as one table; exit status 1 where a bound is missed.

`python benchmarks/run.py PART …` measures these parts only.
"""

from __future__ import annotations

import argparse
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
    """Measure everything, or the parts that are named."""
    parts = {part.__name__: part for part in PARTS}
    parser = argparse.ArgumentParser(description="Measure every figure beside its peer.")
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these")
    chosen = parser.parse_args().parts or list(parts)
    if unknown := sorted(set(chosen) - set(parts)):
        parser.error(f"there is no {unknown[0]}; there are {', '.join(parts)}")
    rows: list[Row] = []
    for part in map(parts.__getitem__, chosen):
        print(f"… {part.__name__}", file=sys.stderr, flush=True)
        rows += part.rows()
    return 0 if print_rows(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
