"""`make demo`: features, two models trained on them, a gate between them, the better one served; one line a step."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo_release import canary, gate, newest, roll_back, score_flight, serve

import jupyter_mlx as mlx
from jupyter_mlx.api import services
from jupyter_mlx.errors import Conflict, ExecutionFailed, MlxError
from jupyter_mlx.project import create_project

PROJECT = Path("demo/nyc-flights")
MODEL = "nyc-flights-delay"
FEATURES, SERVICE = "nyc_flights", "delay_v1"
SERVED_UNTIL = datetime(2013, 12, 20, 22, tzinfo=UTC)
"""The moment that the online store shows: a Friday evening before Christmas."""
FLIGHT = {"origin": "JFK", "carrier": "B6", "bearing": 209.5, "minute_of_day": 18 * 60.0}
PARTS = (
    "notebook",
    "snapshot",
    "git",
    "parameters",
    "environment",
    "host",
    "gpus",
    "seeds",
    "data",
    "cells",
    "log",
    "exit",
)


@contextmanager
def step(title: str) -> Iterator[list[str]]:
    """Print a step's title, then what it came to and how long it took."""
    print(f"{title:<34}", end="", flush=True)
    said: list[str] = []
    start = time.monotonic()
    yield said
    print(f"{time.monotonic() - start:6.1f} s  {'  '.join(said)}", flush=True)


def make_project() -> str:
    """The example project; what is there from an earlier demo is kept as it is."""
    if PROJECT.exists():
        if not (PROJECT / "build_features.py").exists():
            raise Conflict(
                "project_outdated",
                f"`{PROJECT}` is from an earlier version, without features.",
                "Rename or remove it; the demo makes it anew.",
            )
        return f"{PROJECT} (kept)"
    PROJECT.parent.mkdir(exist_ok=True)
    create_project(PROJECT, "nyc-flights")
    return str(PROJECT)


def make_features(said: list[str]) -> None:
    """The features' data, where it is not there yet, and their definitions in force."""
    command = [sys.executable, "build_features.py"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ExecutionFailed(
            "features_not_built",
            f"`build_features.py` failed: {done.stderr.strip().splitlines()[-1]}",
            f"Run it in {PROJECT} to see more.",
        )
    changes = [item["change"] for item in mlx.features.apply(PROJECT / "features")["changes"]]
    said.append(", ".join(f"{changes.count(kind)} views {kind}" for kind in sorted(set(changes))))


def served_now(**entity: Any) -> Mapping[str, Any]:
    """The features of one flight, as the online store has them."""
    return mlx.features.online(SERVICE, project=FEATURES, **entity)


def serve_features(said: list[str]) -> None:
    """The online store up to date, and what it serves for one flight."""
    done = mlx.features.materialize(project=FEATURES, until=SERVED_UNTIL)
    begun = time.perf_counter()
    served = served_now(**FLIGHT)
    took = time.perf_counter() - begun
    said.append(f"{len(done)} views up to {SERVED_UNTIL:%Y-%m-%d %H:%M}")
    said.append(f"{FLIGHT['origin']}: {served['airport_late_1h']:.0%} late, {served['airport_overdue']:.0f} overdue")
    said.append(f"read in {1000 * took:.0f} ms")


def execute(notebook: str, said: list[str], metrics: tuple[str, ...], **parameters: Any) -> mlx.Run:
    """Run a notebook of the project as a job; an exception where it does not succeed."""
    gpus = 1 if services().inventory.gpus else 0
    run = mlx.run(str(PROJECT / notebook), gpus=gpus, include=["*.py"], parameters=parameters)
    run.wait(check=True)
    said.append(f"run {run.id} {run.state}")
    said += [f"{name} {run.metrics[name]:.3f}" for name in metrics if run.metrics.get(name) is not None]
    return run


def check_model(train: mlx.Run, evaluate: mlx.Run, said: list[str]) -> None:
    """The registered version comes from the training run and carries the evaluation's figures."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=services().settings.mlflow_tracking_uri)
    version = client.get_model_version_by_alias(MODEL, "challenger")
    tags = client.get_run(version.run_id).data.tags
    if version.run_id != train.document["mlflow_run_id"] or version.tags.get("evaluated") != "true":
        raise SystemExit(f"{MODEL} v{version.version} is not what run {train.id} made and {evaluate.id} evaluated.")
    if tags.get("mlx.training_set") != version.tags["training_set"]:
        raise SystemExit(f"The run of {MODEL} v{version.version} does not say which training set it had.")
    said.append(f"{MODEL} v{version.version} “challenger”")
    said.append(f"of {len(json.loads(tags['mlx.features']))} views")
    said.append(f"AUC {float(version.tags['auc']):.3f}")


def check_record(run: mlx.Run, said: list[str]) -> None:
    """Every part of the record is there."""
    missing = [part for part in PARTS if part not in run.record]
    missing += [name for name in ("notebook.ipynb", "notebook.html") if name not in run.outputs]
    if missing or not run.record["environment"]["packages"] or not run.record["cells"] or not run.record["data"]:
        raise SystemExit(f"The record of run {run.id} lacks {', '.join(missing) or 'its content'}.")
    said.append(
        f"{len(PARTS)} parts, {len(run.record['environment']['packages'])} packages, {len(run.record['cells'])} cells"
    )


def main() -> int:
    """All steps; 0 where every one succeeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project-only", action="store_true", help="make the project, run nothing")
    options = parser.parse_args()
    begun = time.monotonic()
    try:
        with step("Project") as said:
            said.append(make_project())
        if options.project_only:
            return 0
        with step("Features (features/)") as said:
            make_features(said)
        with step("Train on schedule and weather") as said:
            execute("02-train.ipynb", said, ("val_auc",), epochs=3, service="delay_v0")
            plain = newest(MODEL)
        with step("Evaluate (03-evaluate.ipynb)") as said:
            execute("03-evaluate.ipynb", said, ("auc", "brier"), bootstrap=200)
        with step("Train (02-train.ipynb)") as said:
            train = execute("02-train.ipynb", said, ("val_auc",), epochs=3)
        with step("Evaluate (03-evaluate.ipynb)") as said:
            evaluate = execute("03-evaluate.ipynb", said, ("auc", "brier"), bootstrap=200)
        with step("Registered model") as said:
            check_model(train, evaluate, said)
        with step("Record of the training run") as said:
            check_record(train, said)
        with step("Features served online") as said:
            serve_features(said)
        with step("Gate (gates/champion.yaml)") as said:
            gate(PROJECT, MODEL, plain, newest(MODEL), said)
        with step("Deploy the champion") as said:
            deployment = serve(MODEL, said)
        with step("Score a flight over HTTP") as said:
            request = score_flight(PROJECT, deployment, served_now, said)
        with step("Canary") as said:
            canary(deployment, plain, request, said)
        with step("Roll back") as said:
            roll_back(deployment, request, said)
    except MlxError as error:
        print(f"\nerror: {error.message}\nremedy: {error.remedy}", file=sys.stderr)
        if error.traceback:
            print(error.traceback, file=sys.stderr)
        return 1
    took = time.monotonic() - begun
    print(f"Done in {took:.0f} s. Open it in JupyterLab: make lab (the MLX panel on the left shows the runs)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
