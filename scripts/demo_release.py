"""The demo's last part: a gate decides which version becomes champion, which then serves, beside a canary."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jupyter_mlx as mlx
from jupyter_mlx.api import services
from jupyter_mlx.errors import ExecutionFailed, NotFound

__all__ = ["canary", "gate", "newest", "roll_back", "score_flight", "serve"]

DEPLOYMENT = "nyc-flights-delay"
REQUESTS = 1000
CANARY = 0.2
COLUMN = 34


def newest(model: str) -> int:
    """The newest version of a model."""
    return int(mlx.models.versions(model, limit=1)[0]["version"])


def gate(project: Path, model: str, worse: int, better: int, said: list[str]) -> None:
    """Put the policy in force; the worse version is refused, with the figures, and the better one is champion."""
    policy = mlx.models.apply_policy(project / "gates" / "champion.yaml")
    refused = _refusal(model, worse)
    _promote(model, better)
    said.append(f"{policy['name']} v{policy['number']}")
    said.append(f"v{worse} refused, v{better} champion")
    said.append(f"\n{'':<{COLUMN}}            {refused}")


def _refusal(model: str, version: int) -> str:
    try:
        mlx.models.promote(model, version, to="champion", why="Schedule and weather alone, for comparison")
    except ExecutionFailed as error:
        if error.code != "gate_refused":
            raise
        return error.message
    raise SystemExit(f"The gate let version {version} of {model} pass, which is worse than its policy asks for.")


def _promote(model: str, version: int) -> None:
    champion = services().models.registry.model(model)["aliases"].get("champion")
    if champion != version:
        mlx.models.promote(model, version, to="champion", why="Knows how airports and carriers run")


def serve(model: str, said: list[str]) -> Any:
    """Deploy the champion behind one port of this machine; an earlier demo's deployment goes on with it."""
    version = services().models.registry.resolve(model, "champion")
    try:
        deployment = mlx.models.deployment(DEPLOYMENT)
    except NotFound:
        deployment = mlx.models.deploy(DEPLOYMENT, model, why="The demo")
    else:
        deployment.start().route({version: 1.0}, why="The demo, again")
    deployment.wait(120)
    document = deployment.document
    said.append(f"v{version} {document['state']} at {document['address']}")
    return deployment


def score_flight(
    project: Path, deployment: Any, online: Callable[..., Mapping[str, Any]], said: list[str]
) -> dict[str, Any]:
    """Score a real flight over HTTP, with the features that the online store serves; the request, for more of them."""
    sys.path.insert(0, str(project.resolve()))
    nyc = import_module("flights")

    labels = nyc.labels()
    moment = datetime.fromisoformat("2013-12-20T22:00:00+00:00")
    near = (labels["event_timestamp"] - moment).abs() <= timedelta(minutes=10)
    flight = labels[near & (labels["origin"] == "JFK") & (labels["carrier"] == "B6")].iloc[0].to_dict()
    keys = {name: flight[name] for name in ("origin", "carrier", "bearing", "minute_of_day")}
    known = {**flight, **online(**keys)}
    wanted = [field["name"] for field in deployment.document["signature"]["inputs"]]
    row = {name: _plain(known[name]) for name in wanted}
    body = {"dataframe_records": [row]}
    status, version, answer = next(_ask(deployment, body, 1))
    if status != 200:
        raise ExecutionFailed("demo_not_scored", f"The deployment answered {status}: {answer}", "See its log.")
    said.append(f"B6 {flight['origin']}–{flight['dest']}, 20 December: {answer['predictions'][0]:.0%} late")
    said.append(f"by v{version}")
    said.append("it was" if flight["late"] else "it was not")
    return body


def canary(deployment: Any, version: int, body: Mapping[str, Any], said: list[str]) -> None:
    """Give another version a fifth of the requests, and count which version answers."""
    champion = deployment.document["routes"][0]["version"]
    deployment.route({champion: 1 - CANARY, version: CANARY}, why="A canary").wait(120)
    answered = Counter((status, by) for status, by, _ in _ask(deployment, body, REQUESTS))
    share = answered[200, version] / REQUESTS
    failed = sum(count for (status, _), count in answered.items() if status != 200)
    if failed or abs(share - CANARY) > 0.02:
        raise ExecutionFailed(
            "demo_canary_off", f"{failed} requests failed, {share:.1%} went to v{version}.", "See the router's log."
        )
    said.append(f"{REQUESTS:,} requests, none failed: {share:.1%} to v{version}")


def roll_back(deployment: Any, body: Mapping[str, Any], said: list[str]) -> None:
    """Roll back to the revision before, while requests go on."""
    back = deployment.document["revisions"][1]["routes"][0]["version"]
    begun = time.monotonic()
    deployment.rollback(why="The demo")
    took = 0.0
    statuses: Counter[int] = Counter()
    for status, version, _ in _ask(deployment, body, REQUESTS // 2):
        statuses[status] += 1
        if version != back or not took:
            took = time.monotonic() - begun
    if set(statuses) != {200}:
        raise ExecutionFailed("demo_rollback_failed", f"Statuses: {dict(statuses)}.", "See the router's log.")
    said.append(f"v{back} alone within {took:.2f} s, no request failed")
    deployment.stop()
    said.append("stopped: start it on its page")


def _ask(deployment: Any, body: Mapping[str, Any], times: int) -> Any:
    """Send a request again and again over one connection: ``(status, version, answer)`` each."""
    token = deployment.token
    address = urlsplit(token["address"])
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token['token']}"}
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    try:
        for _ in range(times):
            connection.request("POST", "/invocations", json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            yield response.status, int(response.headers.get("X-Mlx-Version", 0)), answer
    finally:
        connection.close()


def _plain(value: Any) -> Any:
    """A value of pandas or NumPy as JSON has it."""
    plain = value.item() if hasattr(value, "item") else value
    return None if plain != plain else plain
