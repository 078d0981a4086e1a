"""What all HTTP handlers share: parsing, a thread for what blocks, and the one renderer of errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado import web

from . import contract
from .errors import InvalidInput, MlxError
from .services import Services, current_user

__all__ = ["Context", "MlxHandler"]

P = ParamSpec("P")
R = TypeVar("R")

_CODES = {400: "request_invalid", 401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_unknown"}


@dataclass(frozen=True)
class Context:
    """What handlers are given: the services, a bounded executor for what blocks, and the server's root folder."""

    services: Services
    executor: ThreadPoolExecutor
    root: Path

    async def call(self, function: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """Call what may block in the executor, so that the event loop does not."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, lambda: function(*arguments, **options))


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
        """Call what may block in a thread."""
        return await self.context.call(function, *arguments, **options)

    @property
    def owner(self) -> str:
        """Who asks: the server's user, or the operating system's where the server makes names up for anonymous ones."""
        if type(self.identity_provider).__module__.startswith("jupyter_server."):
            return current_user()
        return str(self.current_user.username)

    def document(self, schema: str) -> dict[str, Any]:
        """The request's JSON body, held against the contract.

        Raises
        ------
        InvalidInput: ``json_invalid``, or what `contract.check` says.
        """
        try:
            body = json.loads(self.request.body or b"{}")
        except ValueError as error:
            raise InvalidInput("json_invalid", f"The body is not JSON: {error}.", "Send a JSON document.") from error
        return contract.check(schema, body)

    def number(
        self, name: str, default: int | None = None, *, least: int | None = None, most: int | None = None
    ) -> int | None:
        """A whole number of the query.

        Raises
        ------
        InvalidInput: ``query_invalid``.
        """
        text = self.get_query_argument(name, None)
        if text is None:
            return default
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or (least is not None and value < least) or (most is not None and value > most):
            bounds = f" from {least}" if least is not None else ""
            bounds += f" to {most}" if most is not None else ""
            raise InvalidInput(
                "query_invalid", f"`{name}={text}` is no whole number{bounds}.", "Mend the query.", field=name
            )
        return value

    def send(self, document: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(document, ensure_ascii=False, default=str))

    def write_error(self, status_code: int, **options: Any) -> None:
        """Render whatever was raised as ``{"error": {"code", "message", "remedy"}}``."""
        error = options.get("exc_info", (None, None, None))[1]
        if isinstance(error, MlxError):
            self.set_status(error.status)
            body = error.to_json()
        elif isinstance(error, web.MissingArgumentError):
            self.set_status(400)
            body = {
                "code": "query_missing",
                "message": f"`{error.arg_name}` is missing.",
                "remedy": "Add it to the query.",
            }
        elif isinstance(error, web.HTTPError):
            message = error.log_message or self._reason
            body = {
                "code": _CODES.get(status_code, "http_error"),
                "message": message % error.args if error.args else message,
            }
        else:
            body = {
                "code": "internal_error",
                "message": f"{type(error).__name__}: {error}" if error else self._reason,
                "remedy": "This is a defect of jupyter_mlx: the server's log has the details.",
            }
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"error": body}))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Errors that the user caused are no news for the server's log."""
        if isinstance(error, MlxError) and error.status < 500:
            self.log.debug("%s: %s", error.code, error.message)
        else:
            super().log_exception(kind, error, trace)
