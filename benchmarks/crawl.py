"""Crawling: 40 tables × 50 Hive partitions on an S3 server, and trees of up to 100,000 files on the disk.

Beside the bare calls that nobody can do without (boto3's listing, pyarrow's footers by 16 threads), and beside
DataHub's S3 source, which reads one file a table, each as a process. DataHub is installed into an environment of its
own at the first run: its dependencies are not ours.
"""

from __future__ import annotations

import gc
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import BIN, ROOT, Row, clean_environment, free_port, print_rows, spread
from pyarrow import fs

from jupyter_mlx.catalog.models import Crawl, SourceRequest
from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings

TABLES, PARTITIONS = 40, 50
BUCKET = "lake"
KEY, SECRET = "crawler", "crawler-secret"
PAIRS = 5
PROCESS_PAIRS = 3
DATAHUB = "acryl-datahub[s3]==1.7.0.17"
FULL, SAMPLED, AGAIN = 1.3, 0.5, 1.2
COUNTS = (25_000, 50_000, 100_000)
MEMORY_GB = 1.5
LINEAR = 1.25
"""Time for a file of the largest tree, over that of the smallest."""

TREE = """
import json, sys, time
from pathlib import Path
from jupyter_mlx.catalog.models import SourceRequest
from jupyter_mlx.services import Services
from jupyter_mlx.settings import Settings

services = Services(Settings.from_env({}, state_dir=Path(sys.argv[2]), gpus="none"))
source = services.crawls.add_source(SourceRequest(sys.argv[1], database="tree"), owner="bench")
start = time.perf_counter()
done = services.crawls.crawl(source.id, owner="bench")
first = time.perf_counter() - start
start = time.perf_counter()
services.crawls.crawl(source.id, owner="bench")
again = time.perf_counter() - start
# Not ru_maxrss, which a process takes over from the one that starts it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"state": done.state, "read": done.read, "tables": len(done.tables), "first": first, "again": again,
                  "bytes": int(peak.split()[1]) * 1024}))
services.close()
"""


def table(rows: int, seed: int) -> pa.Table:
    """A small table of nine columns."""
    random = np.random.default_rng(seed)
    return pa.table(
        {
            "day": pa.array(random.integers(1, 32, rows), pa.int32()),
            "dep_delay": random.normal(12, 40, rows),
            "arr_delay": random.normal(7, 44, rows),
            "carrier": np.array(["AA", "B6", "DL", "EV"])[random.integers(0, 4, rows)],
            "flight": random.integers(1, 8500, rows),
            "origin": np.array(["EWR", "JFK", "LGA"])[random.integers(0, 3, rows)],
            "distance": random.integers(17, 4983, rows),
            "cancelled": random.random(rows) < 0.02,
            "time_hour": pa.array(random.integers(0, 10**15, rows), pa.timestamp("us", "UTC")),
        }
    )


@contextmanager
def s3(folder: Path) -> Iterator[str]:
    """Rclone serves a folder, its folders are the buckets; the server's address."""
    port = free_port()
    command = [str(BIN / "rclone"), "serve", "s3", "--config", os.devnull, "--auth-key", f"{KEY},{SECRET}"]
    command += ["--addr", f"127.0.0.1:{port}", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                list_keys(endpoint)
                break
            except Exception:  # any refusal while it starts
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield endpoint
    finally:
        process.terminate()
        process.wait(20)


def list_keys(endpoint: str) -> list[str]:
    """The bare listing."""
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return [item["Key"] for page in pages for item in page.get("Contents", ())]


def list_and_read(endpoint: str) -> None:
    """The bare listing, then all footers by 16 threads, statistics kept."""
    keys = list_keys(endpoint)
    store = fs.S3FileSystem(
        access_key=KEY, secret_key=SECRET, endpoint_override=endpoint, region="us-east-1", scheme="http"
    )

    def footer(key: str) -> tuple[int, list[Any]]:
        with store.open_input_file(f"{BUCKET}/{key}") as file:
            found = pq.read_metadata(file)
        groups = [found.row_group(number) for number in range(found.num_row_groups)]
        return found.num_rows, [g.column(i).statistics for g in groups for i in range(g.num_columns)]

    with ThreadPoolExecutor(16) as pool:
        if sum(rows for rows, _ in pool.map(footer, keys)) != TABLES * PARTITIONS * 100:
            raise SystemExit("the bare loop missed rows")


def timed(call: Callable[[], Any]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compared(
    what: str, ours: Callable[[], Any], peer: Callable[[], Any], name: str, bound: float, pairs: int = PAIRS
) -> Row:
    """Ours beside the peer in turn, the first pair uncounted."""
    # What was set up before lies in the same process: a collection of all of it would fall on either by chance.
    gc.collect()
    gc.freeze()
    found = [(timed(ours), timed(peer)) for _ in range(pairs + 1)][1:]
    ratio = statistics.median(a / b for a, b in found)
    beside = f"{spread([b for _, b in found])} {name}"
    return Row(what, spread([a for a, _ in found]), beside, f"{ratio:.2f}", f"{bound}", ratio <= bound)


def on_s3(folder: Path) -> list[Row]:
    """The lake on the S3 server."""
    for number in range(TABLES):
        for partition in range(PARTITIONS):
            place = folder / "s3" / BUCKET / f"table_{number:02}" / f"batch={partition:02}"
            place.mkdir(parents=True)
            # Schemas alike would be partitions of one table.
            small = table(100, number * PARTITIONS + partition)
            small = small.rename_columns([f"{name}_{number}" for name in small.column_names])
            pq.write_table(small, place / "part-0.parquet")
    with s3(folder / "s3") as endpoint:
        services = Services(Settings.from_env({}, state_dir=folder / "state", gpus="none", catalog_hosts="127.0.0.1"))
        services.secrets.put("LAKE", f"{KEY}:{SECRET}")
        options = {"endpoint_url": endpoint, "region": "us-east-1"}
        request = SourceRequest(f"s3://{BUCKET}/", database="lake", secret="LAKE", options=options)
        source = services.crawls.add_source(request, owner="bench")

        def crawl(*, full: bool) -> Crawl:
            done = services.crawls.crawl(source.id, owner="bench", full=full)
            if done.state != "SUCCEEDED" or done.problems or len(done.tables) != TABLES:
                raise SystemExit(done)
            return done

        crawl(full=True)
        rows = [
            compared(
                f"crawl of {TABLES} × {PARTITIONS} files on S3, every footer read",
                lambda: crawl(full=True),
                lambda: list_and_read(endpoint),
                "listing, footers",
                FULL,
            ),
            compared(
                "… again, nothing changed",
                lambda: crawl(full=False),
                lambda: list_keys(endpoint),
                "listing",
                AGAIN,
                pairs=15,
            ),
        ]
        services.close()
        environment = clean_environment(folder / "home")
        environment |= {
            "JUPYTER_MLX_CATALOG_HOSTS": "127.0.0.1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
        rows.append(
            compared(
                "… one file a table, as a process",
                lambda: by_command(environment, endpoint),
                lambda: by_datahub(folder, endpoint),
                "DataHub",
                SAMPLED,
                PROCESS_PAIRS,
            )
        )
        return rows


def by_command(environment: dict[str, str], endpoint: str) -> None:
    """A sampled crawl of a source that the catalog doesn't know, by the command line."""
    command = [str(BIN / "jupyter"), "mlx", "catalog", "crawl", f"s3://{BUCKET}/", "--endpoint-url", endpoint]
    name = f"lake-{time.monotonic_ns()}"
    done = subprocess.run(
        [*command, "--sample", "--name", name, "--database", name, "--json"],
        env=environment,
        capture_output=True,
        check=False,
    )
    if done.returncode or len(json.loads(done.stdout)["tables"]) != TABLES:
        raise SystemExit(done.stdout + done.stderr)


def by_datahub(folder: Path, endpoint: str) -> None:
    """DataHub's S3 source into a file."""
    datahub = ROOT / ".venv" / "peers" / "datahub"
    recipe = folder / "recipe.yml"
    aws = {
        "aws_access_key_id": KEY,
        "aws_secret_access_key": SECRET,
        "aws_region": "us-east-1",
        "aws_endpoint_url": endpoint,
    }
    specs = [{"include": f"s3://{BUCKET}/{{table}}/{{partition_key[0]}}={{partition[0]}}/*.parquet"}]
    source = {"type": "s3", "config": {"path_specs": specs, "aws_config": aws, "profiling": {"enabled": False}}}
    sink = {"type": "file", "config": {"filename": str(folder / "datahub.json")}}
    recipe.write_text(json.dumps({"source": source, "sink": sink}))
    environment = {**clean_environment(folder), "DATAHUB_TELEMETRY_ENABLED": "false"}
    command = [str(datahub / "bin" / "datahub"), "ingest", "-c", str(recipe)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = {item["entityUrn"] for item in json.loads((folder / "datahub.json").read_text())}
    if done.returncode or sum("dataset" in urn for urn in found) != TABLES:
        raise SystemExit(f"{done.stdout}{done.stderr}{len(found)}")


def install_datahub() -> None:
    """An environment of DataHub's own beside ours."""
    place = ROOT / ".venv" / "peers" / "datahub"
    if (place / "bin" / "datahub").exists():
        return
    uv = str(BIN / "uv")
    subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(place)], check=True)
    subprocess.run([uv, "pip", "install", "-q", "--python", str(place / "bin" / "python"), DATAHUB], check=True)
    # Compiled once, as ours is.
    subprocess.run([str(place / "bin" / "python"), "-m", "compileall", "-q", str(place / "lib")], check=False)


def large_trees(folder: Path) -> list[Row]:
    """Trees of tiny Parquet files, 100 to a partition."""
    buffer = io.BytesIO()
    pq.write_table(table(1, 0), buffer)
    found: list[tuple[int, dict[str, Any]]] = []
    for count in COUNTS:
        tree = folder / f"tree-{count}"
        for number in range(count):
            place = tree / "events" / f"batch={number // 100:04}"
            if number % 100 == 0:
                place.mkdir(parents=True)
            (place / f"part-{number % 100:02}.parquet").write_bytes(buffer.getbuffer())
        command = [sys.executable, "-c", TREE, str(tree), str(folder / f"state-{count}")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=clean_environment(folder))
        told = json.loads(done.stdout)
        if told["state"] != "SUCCEEDED" or told["read"] != count or told["tables"] != 1:
            raise SystemExit(done.stdout)
        found.append((count, told))
    (least, small), (most, large) = found[0], found[-1]
    per_file = (large["first"] / most) / (small["first"] / least)
    memory = large["bytes"] / 1e9
    shown = ", ".join(f"{told['first']:.1f} s" for _, told in found)
    counts = ", ".join(f"{count:,}" for count, _ in found)
    return [
        Row(f"crawl of {counts} files", shown, "", f"{per_file:.2f} a file", f"{LINEAR}", per_file <= LINEAR),
        Row(f"… memory of the last, and crawled again in {large['again']:.1f} s", f"{memory:.2f} GB", "", "",
            f"{MEMORY_GB} GB", memory < MEMORY_GB),
    ]  # fmt: skip


def rows() -> list[Row]:
    """All figures."""
    install_datahub()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*on_s3(folder), *large_trees(folder)]


if __name__ == "__main__":
    sys.exit(0 if print_rows(rows()) else 1)
