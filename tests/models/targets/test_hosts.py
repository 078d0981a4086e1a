"""Hosts that a request over HTTP may have the server ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlx.errors import Forbidden, InvalidInput
from jupyter_mlx.models.targets.hosts import check_hosts
from jupyter_mlx.models.targets.local import LocalTarget
from jupyter_mlx.models.targets.port import Deployment
from tests.support import make_settings

from .conftest import revision


@pytest.mark.parametrize("options", [{"endpoint_url": "http://169.254.169.254/"}, {"address": "http://127.0.0.1:8265"}])
def test_a_host_that_only_this_machine_reaches_is_refused_unless_admitted(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(Forbidden) as caught:
        check_hosts(options, "", tmp_path)
    (name,) = options
    assert (caught.value.code, caught.value.field) == ("host_refused", f"options.{name}")
    check_hosts(options, "169.254.169.254/32,127.0.0.0/8", tmp_path)


def test_what_names_no_host_is_refused(tmp_path: Path) -> None:
    for address in ("auto", "http://[::1"):
        with pytest.raises(InvalidInput, match="names no host"):
            check_hosts({"address": address}, "", tmp_path)
    check_hosts({"region": "eu-central-1"}, "", tmp_path)


def test_what_another_host_serves_leaves_no_token_here(tmp_path: Path, deployment: Callable[..., Deployment]) -> None:
    settings = make_settings(tmp_path)
    row = deployment("local", {})
    assert LocalTarget(settings, None).apply(row, revision(1, {1: 1.0})) == row.status  # type: ignore[arg-type]
    assert not (settings.state_dir / "serving").exists()
