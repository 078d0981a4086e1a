"""Backends by name, loaded at their first use; one whose library is missing says how to get it."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from .errors import InvalidInput, Unavailable

__all__ = ["CRAWLERS", "EXTRAS", "TARGETS", "WARDS", "load_backend", "source_kind"]

CRAWLERS = {
    "files": "jupyter_mlx.catalog.crawlers.files:FileCrawler",
    "relational": "jupyter_mlx.catalog.crawlers.relational:RelationalCrawler",
    "dynamodb": "jupyter_mlx.catalog.crawlers.dynamodb:DynamoCrawler",
    "mongodb": "jupyter_mlx.catalog.crawlers.mongodb:MongoCrawler",
    "redis": "jupyter_mlx.catalog.crawlers.redis:RedisCrawler",
    "iceberg": "jupyter_mlx.catalog.crawlers.iceberg:IcebergCrawler",
    "glue": "jupyter_mlx.catalog.crawlers.glue:GlueCrawler",
}
"""Kind of source → crawler. Others come by the entry point group ``jupyter_mlx.crawlers``."""

TARGETS = {
    "local": "jupyter_mlx.models.targets.local:LocalTarget",
    "ray": "jupyter_mlx.models.targets.ray:RayTarget",
    "sagemaker": "jupyter_mlx.models.targets.sagemaker:SageMakerTarget",
    "container": "jupyter_mlx.models.targets.container:ContainerTarget",
}
"""Where models are deployed to → what does it. Others come by the entry point group ``jupyter_mlx.targets``."""

WARDS = {"deployments": "jupyter_mlx.models.serving.ward:DeploymentWard"}
"""What the agent looks after besides runs."""

EXTRAS = {"psycopg": "postgres", "pymysql": "mysql", "pymongo": "mongo", "redis": "redis", "pyiceberg": "lakehouse"}
EXTRAS |= {"deltalake": "lakehouse", "polars": "polars", "torch": "torch", "ray": "ray"}
"""Library → the extra of this package that brings it."""

_SCHEMES = {"dynamodb": "dynamodb", "mongodb": "mongodb", "mongodb+srv": "mongodb", "redis": "redis"}
_SCHEMES |= {"rediss": "redis", "unix": "redis", "iceberg": "iceberg", "s3": "files", "s3a": "files", "file": "files"}
_SCHEMES |= {"glue": "glue"}


def source_kind(location: str) -> str:
    """Which crawler reads a location: by its scheme; what has none is a path, what has another an SQLAlchemy URL."""
    scheme, separator, _ = location.partition("://")
    if not separator:
        return "files"
    return _SCHEMES.get(scheme.lower(), "relational")


def load_backend(table: dict[str, str], name: str, group: str) -> Any:
    """The class of a backend.

    Raises
    ------
    InvalidInput: ``backend_unknown``.
    Unavailable: ``library_missing``, with the extra that brings it.
    """
    place = table.get(name)
    if place is None:
        found = {point.name: point.value for point in entry_points(group=group)}
        place = found.get(name)
        if place is None:
            known = ", ".join(sorted({*table, *found}))
            raise InvalidInput("backend_unknown", f"There is no `{name}`.", f"Known: {known}.", field="kind")
    module, _, attribute = place.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise library_missing(error) from error


def library_missing(error: ModuleNotFoundError) -> Unavailable:
    """What to say where a library of an extra is not installed."""
    missing = (error.name or "").partition(".")[0]
    extra = EXTRAS.get(missing)
    remedy = f"Install it: pip install 'jupyter-mlx[{extra}]'." if extra else f"Install it: pip install {missing}."
    return Unavailable("library_missing", f"`{missing}` is not installed.", remedy)
