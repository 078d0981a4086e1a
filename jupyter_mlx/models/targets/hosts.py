"""Which hosts a deployment that is asked for over HTTP may name: those that crawls may."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...catalog.hosts import HostRules
from ...errors import Forbidden, InvalidInput

__all__ = ["check_hosts"]


def check_hosts(options: Mapping[str, Any], admitted: str, root: Path) -> None:
    """Refuse options that have this server ask a host which is neither public nor admitted.

    Parameters
    ----------
    admitted: The setting `catalog_hosts`.

    Raises
    ------
    Forbidden: ``host_refused``.
    InvalidInput: ``deployment_option_invalid``.
    Unavailable: ``host_unknown``.
    """
    for name in ("endpoint_url", "address"):
        if not options.get(name):
            continue
        try:
            host = urlsplit(options[name]).hostname
        except ValueError:  # half an address of IPv6
            host = None
        if host is None:
            raise InvalidInput(
                "deployment_option_invalid",
                f"`{options[name]}` names no host.",
                "Write http://HOST:PORT.",
                field=f"options.{name}",
            )
        try:
            HostRules(admitted, root).check_host(host)
        except Forbidden as error:
            remedy = (
                f"Admit it by the setting `catalog_hosts`, or deploy from the terminal, as whoever runs {host} may."
            )
            raise Forbidden(error.code, error.message, remedy, field=f"options.{name}") from error
