"""MLflow's registry of models, by its client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...clock import to_iso
from ...errors import InvalidInput, NotFound
from ...mlflow_client import answering, connect
from .files import describe
from .values import metric_value

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

__all__ = ["JOB_TAG", "MlflowRegistry"]

JOB_TAG = "mlx.run_id"
"""The tag of a tracked run that says which run of ours made it."""
_AT_ONCE = 100
_MOST = 10_000


class MlflowRegistry:
    """`RegistryPort` of a tracking store.

    Parameters
    ----------
    uri: MLflow's tracking store and registry.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri

    @cached_property
    def _client(self) -> MlflowClient:
        return connect(self._uri)

    @property
    def _is_new(self) -> bool:
        """Whether nothing was tracked yet: MLflow would take long to make its tables only to find them empty."""
        file = self._uri.removeprefix("sqlite:///")
        return file != self._uri and not Path(file).exists()

    # -- models ----------------------------------------------------------------------------------------------

    def models(self, *, words: str = "", limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
        """``{"items", "next_cursor"}``, the last changed first."""
        if self._is_new:
            return {"items": [], "next_cursor": None}
        with self._answering():
            if words.strip():
                found, following = self._matching(words, limit, cursor)
            else:
                page = self._client.search_registered_models(
                    max_results=limit, order_by=["last_updated_timestamp DESC", "name ASC"], page_token=_sent(cursor)
                )
                found, following = list(page), _token(page.token)
            return {"items": self._described(found), "next_cursor": following}

    def _matching(self, words: str, limit: int, cursor: str | None) -> tuple[list[RegisteredModel], str | None]:
        """A page of the models in whose name, description or tags all words are; MLflow filters by names alone."""
        wanted = words.lower().split()
        every = list(_pages(self._client.search_registered_models, max_results=1000))
        every.sort(key=lambda item: (-(item.last_updated_timestamp or 0), item.name))
        found = [item for item in every if all(word in _words(item) for word in wanted)]
        start = 0
        if cursor is not None:
            if not cursor.isdecimal() or len(cursor) > 9:
                raise _cursor_invalid()
            start = int(cursor)
        following = str(start + limit) if len(found) > start + limit else None
        return found[start : start + limit], following

    def model(self, name: str) -> dict[str, Any]:
        """One model."""
        self._require_some(name)
        with self._answering(_model_unknown(name)):
            return self._described([self._client.get_registered_model(name)])[0]

    def _described(self, models: Sequence[RegisteredModel]) -> list[dict[str, Any]]:
        versions: dict[str, list[ModelVersion]] = {item.name: [] for item in models}
        names = [name for name in versions if "'" not in name]
        for start in range(0, len(names), _AT_ONCE):
            quoted = ", ".join(f"'{name}'" for name in names[start : start + _AT_ONCE])
            for version in self._search(f"name IN ({quoted})"):
                versions[version.name].append(version)
        for name in versions.keys() - set(names):
            versions[name] = list(self._search(_named(name)))
        latest = {name: max(found, key=lambda item: int(item.version)) for name, found in versions.items() if found}
        runs = self._runs([item.run_id for item in latest.values()])
        return [_model(item, versions[item.name], latest.get(item.name), runs) for item in models]

    def _search(self, condition: str) -> Iterator[ModelVersion]:
        return _pages(self._client.search_model_versions, filter_string=condition, max_results=_MOST)

    # -- versions --------------------------------------------------------------------------------------------

    def versions(self, name: str, *, limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
        """A page of a model's versions, newest first."""
        self._require_some(name)
        with self._answering(_model_unknown(name)):
            aliases = self._client.get_registered_model(name).aliases
            page = self._client.search_model_versions(
                _named(name), max_results=limit, order_by=["version_number DESC"], page_token=_sent(cursor)
            )
            runs = self._runs([item.run_id for item in page])
            items = [_version(item, aliases, runs.get(item.run_id)) for item in page]
            return {"items": items, "next_cursor": _token(page.token)}

    def version(self, name: str, version: int) -> dict[str, Any]:
        """A version, and what its files say of it."""
        found = self._version(name, version)
        with self._answering(_version_unknown(name, version)):
            aliases = self._client.get_registered_model(name).aliases
            run = self._runs([found.run_id]).get(found.run_id)
            place = self._client.get_model_version_download_uri(name, str(version))
        problems = []
        if found.run_id and run is None:
            problems.append(f"The run {found.run_id} that it is from is gone.")
        files, trouble = describe(place)
        return {
            **_version(found, aliases, run),
            **files,
            "source": found.source,
            "run": None if run is None else _run(run),
            "problems": problems + trouble,
        }

    def resolve(self, name: str, reference: str) -> int:
        """The version that an alias, or a number as text, means."""
        if reference.isdecimal():
            if len(reference) > 9:
                raise _version_unknown(name, reference[:9])
            return int(self._version(name, int(reference)).version)
        self._require_some(name)
        with self._answering(_model_unknown(name)):
            aliases = self._client.get_registered_model(name).aliases
        if reference not in aliases:
            known = ", ".join(f"`{alias}`" for alias in sorted(aliases)) or "none yet"
            raise NotFound("alias_unknown", f"`{name}` has no alias `{reference}`.", f"It has: {known}.", field="alias")
        return int(aliases[reference])

    def _version(self, name: str, version: int) -> ModelVersion:
        self._require_some(name)
        if not 0 < version < 1 << 31:
            raise _version_unknown(name, version)
        with self._answering(_model_unknown(name)):
            self._client.get_registered_model(name)
        with self._answering(_version_unknown(name, version)):
            return self._client.get_model_version(name, str(version))

    # -- changing --------------------------------------------------------------------------------------------

    def set_alias(self, name: str, alias: str, version: int | None) -> None:
        """Move an alias, or take it away."""
        with self._answering(_version_unknown(name, version or 0), _alias_invalid(alias)):
            if version is None:
                self._client.delete_registered_model_alias(name, alias)
            else:
                self._client.set_registered_model_alias(name, alias, str(version))

    def update(self, name: str, version: int | None, description: str | None, tags: Mapping[str, str | None]) -> None:
        """Change the description and tags of a model, or of one of its versions."""
        if version is None:
            self.model(name)
        else:
            self._version(name, version)
        client = self._client
        with self._answering(_model_unknown(name), _tag_invalid()):
            for key, value in tags.items():
                if version is None and value is None:
                    client.delete_registered_model_tag(name, key)
                elif version is None:
                    client.set_registered_model_tag(name, key, value)
                elif value is None:
                    client.delete_model_version_tag(name, str(version), key)
                else:
                    client.set_model_version_tag(name, str(version), key, value)
            if description is not None and version is None:
                client.update_registered_model(name, description)
            elif description is not None:
                client.update_model_version(name, str(version), description)

    # -- asking ----------------------------------------------------------------------------------------------

    def _runs(self, ids: Sequence[str | None]) -> dict[str, Run]:
        """Runs that are still there, by their ids."""
        wanted = sorted({run_id for run_id in ids if run_id and run_id.isalnum()})
        if not wanted:
            return {}
        experiments = [item.experiment_id for item in _pages(self._client.search_experiments, max_results=1000)]
        found: dict[str, Run] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            quoted = ", ".join(f"'{run_id}'" for run_id in wanted[start : start + _AT_ONCE])
            condition = f"attributes.run_id IN ({quoted})"
            for run in self._client.search_runs(experiments, condition, max_results=_AT_ONCE):
                found[run.info.run_id] = run
        return found

    def _require_some(self, name: str) -> None:
        if self._is_new:
            raise _model_unknown(name)

    @contextmanager
    def _answering(self, unknown: NotFound | None = None, invalid: InvalidInput | None = None) -> Iterator[None]:
        """Translate MLflow's exceptions; those about what was asked for are the caller's to name."""
        from mlflow.exceptions import MlflowException

        with answering(self._uri):
            try:
                yield
            except MlflowException as error:
                raise _translated(error, unknown, invalid) from error


def _translated(error: MlflowException, unknown: NotFound | None, invalid: InvalidInput | None) -> BaseException:
    said = str(error.message).strip().partition("\n")[0]
    if error.error_code == "RESOURCE_DOES_NOT_EXIST" and unknown is not None:
        return unknown
    if error.error_code == "INVALID_PARAMETER_VALUE":
        if "page token" in said:
            return _cursor_invalid()
        if "model name" in said and unknown is not None:
            return unknown
        if invalid is not None:
            return InvalidInput(invalid.code, f"{invalid.message} {said}", invalid.remedy, field=invalid.field)
    same: BaseException = error
    return same


def _model_unknown(name: str) -> NotFound:
    return NotFound("model_unknown", f"There is no registered model `{name}`.", "List them: `jupyter mlx models list`.")


def _version_unknown(name: str, version: int | str) -> NotFound:
    return NotFound(
        "model_version_unknown",
        f"`{name}` has no version {version}.",
        f"Look at its versions: `jupyter mlx models show {name}`.",
        field="version",
    )


def _alias_invalid(alias: str) -> InvalidInput:
    return InvalidInput(
        "alias_invalid", f"`{alias}` can be no alias.", "Use letters, digits, `_` and `-`.", field="alias"
    )


def _tag_invalid() -> InvalidInput:
    return InvalidInput("tag_invalid", "MLflow does not take this.", "Give shorter names and texts.", field="tags")


def _cursor_invalid() -> InvalidInput:
    return InvalidInput("cursor_invalid", "The cursor can't be read.", "Use `next_cursor` of the page before.")


def _sent(cursor: str | None) -> str | None:
    if cursor is not None and not cursor.isascii():
        raise _cursor_invalid()
    return cursor


def _token(token: str | bytes | None) -> str | None:
    if not token:
        return None
    return token.decode() if isinstance(token, bytes) else token


def _pages(search: Any, **options: Any) -> Iterator[Any]:
    token = None
    while True:
        page = search(**options, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _named(name: str) -> str:
    quote = '"' if "'" in name else "'"
    return f"name = {quote}{name}{quote}"


def _words(model: RegisteredModel) -> str:
    tags = " ".join(f"{key} {value}" for key, value in model.tags.items())
    return f"{model.name} {model.description or ''} {tags}".lower()


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else to_iso(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _model(
    model: RegisteredModel, versions: Sequence[ModelVersion], latest: ModelVersion | None, runs: Mapping[str, Run]
) -> dict[str, Any]:
    run = runs.get(latest.run_id) if latest is not None else None
    return {
        "name": model.name,
        "description": model.description or "",
        "tags": dict(model.tags),
        "aliases": {alias: int(version) for alias, version in sorted(model.aliases.items())},
        "versions": len(versions),
        "latest": None if latest is None else int(latest.version),
        "metrics": {} if run is None else _metrics(run),
        "created_at": _time(model.creation_timestamp),
        "updated_at": _time(model.last_updated_timestamp),
    }


def _version(version: ModelVersion, aliases: Mapping[str, Any], run: Run | None) -> dict[str, Any]:
    number = int(version.version)
    user = version.user_id or (run.data.tags.get("mlflow.user") if run is not None else None)
    return {
        "name": version.name,
        "version": number,
        "aliases": sorted(alias for alias, at in aliases.items() if int(at) == number),
        "tags": dict(version.tags),
        "description": version.description or "",
        "run_id": version.run_id or None,
        "job_id": None if run is None else run.data.tags.get(JOB_TAG),
        "metrics": {} if run is None else _metrics(run),
        "state": version.status,
        "created_at": _time(version.creation_timestamp),
        "created_by": user or None,
    }


def _metrics(run: Run) -> dict[str, float | str]:
    return {name: metric_value(value) for name, value in sorted(run.data.metrics.items())}


def _run(run: Run) -> dict[str, Any]:
    inputs = run.inputs.dataset_inputs if run.inputs else []
    return {
        "id": run.info.run_id,
        "experiment_id": run.info.experiment_id,
        "parameters": dict(run.data.params),
        "tags": dict(run.data.tags),
        "metrics": _metrics(run),
        "inputs": [
            {"name": item.dataset.name, "digest": item.dataset.digest, "source_type": item.dataset.source_type}
            for item in inputs
        ],
        "job_id": run.data.tags.get(JOB_TAG),
    }
