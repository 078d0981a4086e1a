"""The catalog's work: crawls, profiles, checks of quality, exchange with Glue; by hand, or as what a run does."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ...api import services
from ...errors import ExecutionFailed
from ...processes import present_run
from ...shown import Shown, grid
from ..shown import crawl_html, exchange_html, profile_html

if TYPE_CHECKING:
    from ..models import Crawl

__all__ = ["crawl", "run_crawl", "run_glue", "run_profile", "run_quality"]

TELL_EVERY_S = 2.0
ENDS_WITHIN_S = 60.0
"""How long a cancelled job's process waits for its agent to end it."""


def crawl(
    location: str,
    *,
    name: str | None = None,
    database: str | None = None,
    kind: str | None = None,
    secret: str | None = None,
    dry_run: bool = False,
    full: bool = False,
    **options: Any,
) -> Shown:
    """Crawl a place, or a source that is known by name or location: ``Crawl`` of the contract.

    Parameters
    ----------
    location: A path, a glob, ``s3://bucket/prefix``, an SQLAlchemy URL, ``dynamodb://``, ``mongodb://…``, ``redis://…``,
        ``glue://region`` …, or the name of a source.
    name, database, kind, secret: As `SourceRequest` has them.
    dry_run: Write nothing, say what would change.
    full: Read everything, also what the listing says is unchanged.
    options: By kind; they are kept with the source.

    Raises
    ------
    InvalidInput: The location or an option is wrong.
    Forbidden: ``permission_missing``.
    ExecutionFailed: The source as a whole could not be read.
    """
    from ..models import SourceRequest

    mlx = services()
    known, _ = mlx.guarded.keep(SourceRequest(location, name, database, kind, options, secret), mlx.principal())
    done = mlx.crawls.crawl(known.id, owner=mlx.principal().user, dry_run=dry_run, full=full, run_id=present_run())
    shown = _ended(done)
    mlx.data.check_crawled(done, mlx.principal())
    mlx.new_data.after_crawl(done)
    return shown


def run_crawl(source: str, *, dry_run: bool = False, full: bool = False) -> Shown:
    """Crawl a known source, as the work of the present run; says now and then how far it is.

    Raises
    ------
    Forbidden: ``permission_missing``.
    NotFound: ``source_unknown``.
    Conflict: ``crawl_running``.
    ExecutionFailed: The source as a whole could not be read, or the crawl was cancelled.
    """
    mlx = services()
    mlx.guarded.require(mlx.principal())
    owner = mlx.principal().user
    done = mlx.crawls.crawl(
        source, owner=owner, dry_run=dry_run, full=full, run_id=present_run(), progress=_ProgressLines()
    )
    if done.state == "CANCELLED":
        _end_run()
    shown = _ended(_discreet(done) if mlx.access.by_grants and done.state != "SUCCEEDED" else done)
    mlx.data.check_crawled(done, mlx.principal())
    mlx.new_data.after_crawl(done)
    return shown


class _ProgressLines:
    """A line now and then that says how far a crawl is."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, listed: int, read: int, skipped: int, failed: int) -> None:
        """Take the counts so far."""
        if time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            print(f"{listed:,} listed, {read:,} read, {skipped:,} skipped, {failed:,} failed", flush=True)


def _end_run() -> None:
    """Cancel the run whose crawl was cancelled, and wait until its agent ends this process."""
    run_id = present_run()
    if run_id is not None:
        services().jobs.cancel(run_id)
        threading.Event().wait(ENDS_WITHIN_S)


def _discreet(done: Crawl) -> Crawl:
    """A crawl whose error whoever may see jobs may read: it says where one is told why."""
    remedy = f"Administrators see why: `jupyter mlx catalog crawls {done.id}`."
    error = {"code": (done.error or {}).get("code", "crawl_cancelled"), "remedy": remedy}
    return replace(done, error={**error, "message": f"The crawl {done.id} is {done.state}."})


def _ended(done: Crawl) -> Shown:
    """The document of a crawl.

    Raises
    ------
    ExecutionFailed: The crawl's own error, or ``crawl_cancelled``.
    """
    if done.state == "SUCCEEDED":
        return Shown(done.to_json(), crawl_html)
    error = done.error or {
        "code": "crawl_cancelled",
        "message": f"The crawl of `{done.source}` was cancelled.",
        "remedy": "Crawl again: what it had written stays.",
    }
    raise ExecutionFailed.from_json(error)


def run_profile(table: str) -> Shown:
    """Compute the profile of a table at its present version, and keep it in the catalog.

    Raises
    ------
    NotFound: ``table_unknown``.
    Forbidden: ``permission_missing``.
    """
    mlx = services()
    return Shown(mlx.data.profile(table, mlx.principal()).to_json(), profile_html)


def run_quality(table: str) -> Shown:
    """Check a table against its quality rules, and keep the result in the catalog.

    Raises
    ------
    NotFound: ``table_unknown``.
    ExecutionFailed: ``quality_failed``: a rule does not hold.
    """
    mlx = services()
    result = mlx.data.check_quality(table, mlx.principal(), run_id=present_run()).to_json()
    checks = [
        [check["rule"].get("column"), check["rule"]["check"], check["passed"], check.get("failures")]
        for check in result["checks"]
    ]
    if not mlx.access.by_grants:  # else whoever may see jobs would read of columns that are hidden from him
        for column, check, passed, failures in checks:
            print(f"{'ok    ' if passed else 'FAILED'} {check} {column or ''} {failures or ''}".rstrip())
    if not result["passed"]:
        failed = sum(not passed for _, _, passed, _ in checks)
        raise ExecutionFailed(
            "quality_failed",
            f"{failed} of {len(checks)} quality rules do not hold for the table.",
            "See `jupyter mlx catalog quality TABLE` for examples of what fails.",
        )
    return Shown(result, lambda _: grid(["column", "check", "passed", "failures"], checks))


def run_glue(direction: str, **options: Any) -> Shown:
    """Export to a Glue Data Catalog, or import from one; says now and then how far it is.

    Parameters
    ----------
    direction: ``export`` or ``import``.
    options: `databases`, `region`, `endpoint_url`, `catalog_id`, `secret`; `prefix` to export, `source` to import.

    Raises
    ------
    InvalidInput: ``direction_unknown``.
    MlxError: What `ExchangeService` says.
    """
    mlx = services()
    # What names tables is not for whoever may see jobs.
    progress = None if mlx.access.by_grants else partial(print, flush=True)
    done = mlx.exchange.exchange(direction, options, mlx.principal(), run_id=present_run(), progress=progress)
    return Shown(done.to_json(), exchange_html)
