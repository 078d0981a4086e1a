"""What all HTTP handlers share: parsing, a thread for what blocks, and the one renderer of errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ParamSpec, TypeVar

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web

from . import contract
from .errors import InvalidInput, MlxError
from .services import Services, current_user

if TYPE_CHECKING:
    from .catalog.models import Principal

__all__ = ["SANDBOX", "Context", "MlxHandler", "render_error", "stream_file", "whole_number"]

P = ParamSpec("P")
R = TypeVar("R")

QUICK, SLOW, TRACKING = 8, 4, 4
"""Threads."""
CHUNK = 1 << 20
SANDBOX = "sandbox allow-scripts allow-popups; frame-ancestors 'self'"
"""Policy of what a notebook wrote: its own scripts may run, but in an origin of its own: it can't act as the user."""

_CODES = {400: "request_invalid", 401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_unknown"}
_REMEDIES = {403: "Ask whoever runs this server for the right to do so."}


@dataclass(frozen=True)
class Context:
    """What handlers are given: the services, the server's root folder, and threads for what blocks.

    Those for slow work are others than those for quick reads: events and lists don't wait behind a comparison; and
    those that ask MLflow are others again: a tracking server that does not answer holds up nothing else.
    """

    services: Services
    root: Path
    quick: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(QUICK, "mlx-quick"))
    slow: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(SLOW, "mlx-slow"))
    tracking: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(TRACKING, "mlx-tracking"))

    async def call(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what blocks for milliseconds, a look at the store or a file, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.quick, lambda: function(*arguments, **options))

    async def call_slow(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what may block for seconds, other programs or large files, in a thread that nothing quick needs."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.slow, lambda: function(*arguments, **options))

    async def call_tracking(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what asks MLflow, in a thread that nothing else needs."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.tracking, lambda: function(*arguments, **options))

    def close(self) -> None:
        """Let the threads go; what they do is finished, what waits is not begun."""
        for executor in (self.quick, self.slow, self.tracking):
            executor.shutdown(wait=False, cancel_futures=True)


def whole_number(
    handler: web.RequestHandler,
    name: str,
    default: int | None = None,
    *,
    least: int | None = None,
    most: int | None = None,
) -> int | None:
    """A whole number of the query.

    Raises
    ------
    InvalidInput: ``query_invalid``.
    """
    text = handler.get_query_argument(name, None)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        value = None
    # The store's whole numbers have 64 bits.
    outside = value is None or abs(value) >= 1 << 63
    if value is None or outside or (least is not None and value < least) or (most is not None and value > most):
        bounds = f" from {least}" if least is not None else ""
        bounds += f" to {most}" if most is not None else ""
        raise InvalidInput(
            "query_invalid", f"`{name}={text}` is no whole number{bounds}.", "Mend the query.", field=name
        )
    return value


def render_error(handler: JupyterHandler, status_code: int, error: BaseException | None) -> None:
    """Answer with whatever was raised, as ``{"error": {"code", "message", "remedy"}}``."""
    if isinstance(error, MlxError):
        handler.set_status(error.status)
        body = error.to_json()
    elif isinstance(error, web.MissingArgumentError):
        handler.set_status(400)
        body = {
            "code": "query_missing",
            "message": f"`{error.arg_name}` is missing.",
            "remedy": "Add it to the query.",
        }
    elif status_code in (401, 403) and not handler.current_user:
        body = {
            "code": "not_authenticated",
            "message": "The request names no user of this server.",
            "remedy": "Log in, or send the server's token.",
        }
    elif isinstance(error, web.HTTPError):
        message = error.log_message or responses.get(status_code, "Refused")
        body = {
            "code": _CODES.get(status_code, "http_error"),
            "message": message % error.args if error.args else message,
            "remedy": _REMEDIES.get(status_code, "See openapi.yaml for what this address takes."),
        }
    else:
        body = {
            "code": "internal_error",
            "message": f"{type(error).__name__}: {error}" if error else responses.get(status_code, "Unknown"),
            "remedy": "This is a defect of jupyter_mlx: the server's log has the details.",
        }
    handler.set_header("Content-Type", "application/json")
    handler.finish(contract.dump({"error": body}))


class MlxHandler(APIHandler):
    """Base of our handlers; they parse, call one service, set the status, and finish."""

    context: Context

    def initialize(self, context: Context) -> None:
        """Take what the application composed."""
        self.context = context

    @property
    def services(self) -> Services:
        """The services."""
        return self.context.services

    async def call(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what blocks for milliseconds in a thread."""
        return await self.context.call(function, *arguments, **options)

    async def call_slow(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what may block for seconds in a thread."""
        return await self.context.call_slow(function, *arguments, **options)

    async def call_tracking(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what asks MLflow in a thread."""
        return await self.context.call_tracking(function, *arguments, **options)

    @property
    def owner(self) -> str:
        """Who asks: the server's user, or the operating system's where the server makes names up for anonymous ones."""
        if type(self.identity_provider).__module__.startswith("jupyter_server."):
            return current_user()
        return str(self.current_user.username)

    @property
    def principal(self) -> Principal:
        """Who asks, with the groups that the server's identity provider knows besides those of the settings."""
        user = self.current_user
        # JupyterHub's users carry what the hub knows of them; other providers may say it themselves.
        groups = getattr(user, "groups", None) or (getattr(user, "hub_user", None) or {}).get("groups", ())
        return self.services.access.principal(self.owner, tuple(map(str, groups)))

    def document(self, schema: str) -> dict[str, Any]:
        """The request's JSON body, held against the contract.

        Raises
        ------
        InvalidInput: What `contract.parse` and `contract.check` say.
        """
        return contract.check(schema, contract.parse(self.request.body or b"{}"))

    def number(
        self, name: str, default: int | None = None, *, least: int | None = None, most: int | None = None
    ) -> int | None:
        """A whole number of the query.

        Raises
        ------
        InvalidInput: ``query_invalid``.
        """
        return whole_number(self, name, default, least=least, most=most)

    def page_size(self, default: int = 100) -> int:
        """How many items were asked for.

        Raises
        ------
        InvalidInput: ``query_invalid``.
        """
        return self.number("limit", default, least=1, most=500) or default

    def send(self, document: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(contract.dump(document))

    def write_error(self, status_code: int, **options: Any) -> None:
        """Render whatever was raised as ``{"error": {"code", "message", "remedy"}}``."""
        render_error(self, status_code, options.get("exc_info", (None, None, None))[1])

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Errors that the user caused are no news for the server's log."""
        if isinstance(error, MlxError) and error.status < 500:
            self.log.debug("%s: %s", error.code, error.message)
        else:
            super().log_exception(kind, error, trace)


async def stream_file(handler: MlxHandler, file: BinaryIO, start: int, end: int) -> None:
    """Send bytes `start` to `end` of an open file without holding it in memory."""
    file.seek(start)
    while start < end:
        content = await handler.call(file.read, min(CHUNK, end - start))
        if not content:
            return
        start += len(content)
        handler.write(content)
        await handler.flush()
