"""Where crawls that are asked for over HTTP may go: schemes by a list, local paths inside the root, hosts by address.

A browser's page, or another user of the server, must not make it read what only this machine can reach: loopback,
private networks, the metadata service of a cloud. The terminal and notebooks have no such limits: whoever uses them
can connect from there anyway.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from ..errors import Forbidden, InvalidInput, Unavailable
from ..files import resolve_inside

if TYPE_CHECKING:
    from .models import SourceRequest

__all__ = ["ADMITTED", "HostRules", "check_again"]

ADMITTED = "admitted"
"""The option of a source that says what was admitted when it was asked for over HTTP."""

WITHIN = "within"
"""The option of a source of files that says which folder its links may not lead out of."""

# By the part of the scheme before `+`: what is local, what names its hosts, what finds its own.
_FILES = {"sqlite", "duckdb"}
_NETWORK = {
    "postgresql",
    "mysql",
    "mariadb",
    "mssql",
    "oracle",
    "mongodb",
    "redis",
    "rediss",
    "http",
    "https",
    "thrift",
}
_SQL = {"postgresql", "mysql", "mariadb", "mssql", "oracle"}
"""Those whose URLs SQLAlchemy reads."""
_CLOUD = {"s3", "s3a", "dynamodb", "glue", "iceberg"}
# Whatever else a driver takes in its URL may name another host, a socket, or a file of this machine.
_QUERY = {
    *("application_name", "charset", "connect_timeout", "sslmode", "ssl", "tls", "authSource", "authMechanism"),
    *("directConnection", "replicaSet", "readPreference", "retryWrites", "serverSelectionTimeoutMS", "w", "db"),
}
_GLOB = re.compile(r"[*?\[{]")
_REGION = re.compile(r"[a-z0-9-]{1,40}\Z")
_PLACE = re.compile(r"(?:uris?|urls?|endpoints?|hosts?|hostname|proxy|proxies)\Z", re.IGNORECASE)
"""How options end that name a host also without a scheme."""
_UNCLEAR = re.compile(r"[\s#\\]")
"""What some libraries take for the end of a host, and others do not."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class HostRules:
    """The rules of one installation.

    Parameters
    ----------
    admitted: The setting `catalog_hosts`: names of hosts and networks, separated by commas.
    root: The folder that local paths may not leave.
    """

    def __init__(self, admitted: str, root: Path) -> None:
        self.root = root
        words = [word.strip().lower() for word in admitted.split(",") if word.strip()]
        networks = {word: _network(word) for word in words}
        self._networks = [network for network in networks.values() if network is not None]
        self._names = {word for word, network in networks.items() if network is None}

    def admit(self, request: SourceRequest) -> SourceRequest:
        """The request as it may be crawled: a local path is absolute, and the option `ADMITTED` says what was admitted.

        Raises
        ------
        InvalidInput: ``scheme_refused``, ``url_option_refused``, ``region_invalid`` or ``location_invalid``.
        Forbidden: ``path_outside_root``, ``host_refused``.
        Unavailable: ``host_unknown``.
        """
        location, hosts = self._location(request.location, "location")
        options = self._admitted(request.options, hosts)
        if "://" not in location:
            options[WITHIN] = str(self.root)
        return replace(request, location=location, options=options)

    def admit_options(self, options: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Options alone, as `admit` has them; `before` are those that they replace.

        Raises
        ------
        MlxError: As `admit`.
        """
        known = before or {}
        kept = self._admitted(options, list(known.get(ADMITTED, {}).get("hosts", ())))
        return {**kept, WITHIN: known[WITHIN]} if WITHIN in known else kept

    def _admitted(self, options: Mapping[str, Any], hosts: list[str]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in options.items():
            if name not in (ADMITTED, WITHIN):
                kept[name], more = self._option(name, value)
                hosts = [*hosts, *more]
        for host in sorted(set(hosts)):
            self.check_host(host)
        if hosts:
            rules = sorted([*self._names, *map(str, self._networks)])
            kept[ADMITTED] = {"hosts": sorted(set(hosts)), "rules": rules}
        return kept

    def check_host(self, host: str) -> None:
        """Refuse a host that is neither public nor admitted, by every address that its name has now.

        Raises
        ------
        Forbidden: ``host_refused``.
        Unavailable: ``host_unknown``.
        """
        if host.lower() in self._names:
            return
        for address in _addresses(host):
            if not (_is_public(address) or any(address in network for network in self._networks)):
                raise Forbidden(
                    "host_refused",
                    f"`{host}` is {address}, which is no public address.",
                    f"Admit it by the setting `catalog_hosts`, or crawl from the terminal, as whoever runs {host} may.",
                    field="location",
                )

    # -- locations -------------------------------------------------------------------------------------------

    def _location(self, location: str, field: str) -> tuple[str, list[str]]:
        scheme, separator, rest = location.partition("://")
        if not separator or scheme.lower() == "file":
            return self._path(rest if separator else location, field), []
        family = scheme.lower().partition("+")[0]
        if family in _FILES:
            if "?" in rest:
                self._path(rest.removeprefix("/"), field)
                raise _option_refused("?", field)
            return f"{scheme}:///{self._path(rest.removeprefix('/'), field)}", []
        if family in _CLOUD:
            if family in ("dynamodb", "glue") and rest:
                self._region(rest.partition("/")[0], field)
            return location, []
        if family not in _NETWORK or scheme.lower().endswith("+srv"):  # a name server says which hosts are meant
            raise InvalidInput(
                "scheme_refused",
                f"`{scheme}://` can't be crawled over HTTP.",
                f"Known: {', '.join(sorted({*_FILES, *_NETWORK, *_CLOUD}))}; or crawl it from the terminal.",
                field=field,
            )
        hosts = list(_hosts(location, field))
        if family in _SQL and not _sql_hosts(location) <= set(hosts):
            raise _location_invalid(field)
        return location, hosts

    def _path(self, given: str, field: str) -> str:
        """The absolute path of one that may be a glob: what stands before its first wildcard is inside the root."""
        parts = Path(given).parts
        fixed = next((index for index, part in enumerate(parts) if _GLOB.search(part)), len(parts))
        start = resolve_inside(self.root, str(Path(*parts[:fixed])) if fixed else ".", field=field)
        if ".." in parts[fixed:]:
            resolve_inside(self.root, "..", field=field)
        return str(start.joinpath(*parts[fixed:]))

    def _region(self, value: Any, field: str) -> None:
        """A region becomes part of a host's name."""
        if not (isinstance(value, str) and _REGION.match(value)):
            raise InvalidInput(
                "region_invalid", f"`{value}` is no region.", "Give one such as `eu-central-1`.", field=field
            )

    def _option(self, name: str, value: Any) -> tuple[Any, list[str]]:
        field = f"options.{name}"
        last = name.rpartition(".")[2]
        if last.startswith("py-"):
            # pyiceberg imports what these name.
            raise _option_refused(last, field)
        if last == "region":
            self._region(value, field)
        if isinstance(value, list):
            each = [self._option(name, inner) for inner in value]
            return [inner for inner, _ in each], [host for _, more in each for host in more]
        if isinstance(value, str) and last == "warehouse" and "://" not in value:
            # A path, or a name that the catalog knows.
            return (self._path(value, field) if "/" in value else value), []
        if _PLACE.search(last) and "://" not in str(value) and isinstance(value, str | int | float):
            return value, self._location(f"http://{value}", field)[1]
        if isinstance(value, Mapping):
            found = {key: self._option(f"{name}.{key}", inner) for key, inner in value.items()}
            return {key: inner for key, (inner, _) in found.items()}, [
                host for _, more in found.values() for host in more
            ]
        if isinstance(value, str) and "://" in value:
            return self._location(value, field)
        return value, []


def check_again(options: Mapping[str, Any]) -> None:
    """Look a source's hosts up again, just before it is crawled: a name may have another address by now.

    A source that was not asked for over HTTP has no such limits.

    Raises
    ------
    Forbidden: ``host_refused``.
    Unavailable: ``host_unknown``.
    """
    admitted = options.get(ADMITTED)
    if admitted:
        rules = HostRules(",".join(admitted["rules"]), Path())
        for host in admitted["hosts"]:
            rules.check_host(host)


def _hosts(location: str, field: str) -> Iterator[str]:
    """The hosts that a URL names.

    Raises
    ------
    InvalidInput: ``url_option_refused``, or ``location_invalid``.
    """
    try:
        parts = urlsplit(location)
    except ValueError as error:  # brackets that hold no address
        raise _location_invalid(field) from error
    if _UNCLEAR.search(location) or "@" in location.partition("://")[2].removeprefix(parts.netloc):
        raise _location_invalid(field)
    for key, _ in parse_qsl(parts.query, keep_blank_values=True):
        if key not in _QUERY:
            raise _option_refused(key, field)
    for part in parts.netloc.rpartition("@")[2].split(","):
        host = part[1:].partition("]")[0] if part.startswith("[") else part.partition(":")[0]
        if not host:
            raise InvalidInput("location_invalid", "The URL names no host.", "Write `scheme://host/…`.", field=field)
        yield host


def _sql_hosts(location: str) -> set[str]:
    """The hosts that SQLAlchemy would connect to."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return set((make_url(location).host or "").split(","))
    except (ArgumentError, ValueError):
        return {""}


def _option_refused(option: str, field: str) -> InvalidInput:
    return InvalidInput(
        "url_option_refused",
        f"`{option}` can't be given over HTTP.",
        f"Known in a URL: {', '.join(sorted(_QUERY))}; or crawl it from the terminal.",
        field=field,
    )


def _location_invalid(field: str) -> InvalidInput:
    return InvalidInput(
        "location_invalid",
        "The URL can be read in several ways.",
        "Write `@`, `/`, `?`, `#`, `\\` and blanks in a password as `%40`, `%2F`, `%3F`, `%23`, `%5C` and `%20`.",
        field=field,
    )


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError:
        return None


def _addresses(host: str) -> list[Address]:
    """All addresses of a host, looked up once.

    Raises
    ------
    Unavailable: ``host_unknown``.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(
            "host_unknown", f"`{host}` can't be looked up: {error}.", "Check the name.", field="location"
        ) from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _is_public(address: Address) -> bool:
    """Whether an address is the internet's, also one that holds an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast
