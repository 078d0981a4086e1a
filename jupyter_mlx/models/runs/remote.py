"""Runs of a tracking server, or of any other store that MLflow's client alone can read.

It counts nothing and sorts only as the server does; a page is what the server answers, less what was not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, NotFound
from ...mlflow_client import answering, connect
from .artifacts import Places, artifact_file, list_artifacts
from .columns import is_number, kinds_of, page_of_columns
from .comparing import compare_records
from .downsampling import Point, Window, curve_document, thin
from .filters import filter_invalid, parse_filter
from .order import parse_order
from .shown import Column, LastMetric, RunRecord, experiment_unknown, parse_column, run_unknown, shown_at

if TYPE_CHECKING:
    from mlflow.entities import Experiment, Run
    from mlflow.tracking import MlflowClient

__all__ = ["ClientRuns"]

PAGE = 100
LOOKED_AT = 200
"""Runs, the newest, whose columns are listed."""
_AT_ONCE = 100
_ID_LENGTH = 32
_CONTEXT = "mlflow.data.context"


class ClientRuns:
    """`RunsPort` through MLflow's client.

    Parameters
    ----------
    uri: Of the tracking store.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri

    @cached_property
    def _client(self) -> MlflowClient:
        return connect(self._uri)

    def experiments(self, *, words: str = "", limit: int = PAGE, cursor: str | None = None) -> dict[str, Any]:
        """``ExperimentList``."""
        named = " AND ".join(f"name ILIKE {_quoted(f'%{word}%')}" for word in words.split())
        with self._asking():
            found = self._client.search_experiments(
                max_results=limit, filter_string=named or None, order_by=["last_update_time DESC"], page_token=cursor
            )
        return {"items": [_experiment(item) for item in found], "next_cursor": found.token or None}

    def experiment(self, experiment_id: str) -> dict[str, Any]:
        """``Experiment``."""
        found = self._experiment(experiment_id)
        if found.lifecycle_stage != "active":
            raise experiment_unknown(experiment_id)
        return _experiment(found)

    def columns(
        self, experiment_id: str, *, words: str = "", kind: str = "", limit: int = PAGE, cursor: str | None = None
    ) -> dict[str, Any]:
        """``RunColumnList``: of the newest runs, since a server lists none."""
        self.experiment(experiment_id)
        with self._asking():
            runs = [_record(run) for run in self._client.search_runs([experiment_id], max_results=LOOKED_AT)]
        parts = [word.lower() for word in words.split()]
        seen: dict[Column, list[Any]] = {}
        for name in kinds_of(kind):
            for run in runs:
                for key, value in _values(run, name).items():
                    if all(part in key.lower() for part in parts):
                        seen.setdefault(Column(name, key), []).append(value)
        page, following = page_of_columns({column: len(values) for column, values in seen.items()}, limit, cursor)
        return {
            "items": [
                {
                    "column": str(column),
                    "kind": column.kind,
                    "name": column.name,
                    "runs": None,
                    "numeric": column.kind == "metric" or all(map(is_number, seen[column])),
                }
                for column in page
            ],
            "next_cursor": following,
            "total": None,
        }

    def search(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunPage`` of a ``ModelRunSearchRequest``."""
        columns = [parse_column(text) for text in request.get("columns", ())]
        order = [_order_clause(name, descending) for name, descending in parse_order(request.get("order_by", ()))]
        parse_filter(request.get("filter", ""))
        clauses = [request["filter"].strip()] if request.get("filter", "").strip() else []
        clauses += [_mention(word) for word in request.get("words", "").split()]
        for experiment_id in request.get("experiments", ()):
            self.experiment(experiment_id)
        with self._asking():
            from mlflow.entities import ViewType

            found = self._client.search_runs(
                list(request.get("experiments", ())) or self._all_experiments(),
                " and ".join(clauses),
                ViewType.DELETED_ONLY if request.get("deleted") else ViewType.ACTIVE_ONLY,
                request.get("limit", PAGE),
                order,
                request.get("cursor"),
            )
            models = self._models([run.info.run_id for run in found])
        return {
            "items": [_record(run, models.get(run.info.run_id, ())).to_json(columns) for run in found],
            "next_cursor": found.token or None,
            "total": None,
        }

    def run(self, run_id: str) -> dict[str, Any]:
        """``ModelRunDetail``."""
        found = self._run(run_id)
        with self._asking():
            record = _record(found, self._models([run_id]).get(run_id, ()))
        return record.detail(_experiment(self._experiment(record.experiment_id)))

    def curves(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``CurveList`` of a ``CurveRequest``."""
        window = Window.of(request)
        found = self._present(request["runs"])
        items = []
        for run in found.values():
            for metric in dict.fromkeys(request["metrics"]):
                if metric not in run.data.metrics:
                    continue
                with self._asking():
                    history = self._client.get_metric_history(run.info.run_id, metric)
                points = [Point(item.step, item.timestamp, item.value) for item in history]
                start = run.info.start_time
                if start is None:
                    start = min((point.at for point in points), default=0)
                kept = thin(points, window, start)
                items.append(curve_document(run.info.run_id, metric, len(points), kept, start))
        return {"items": items, "missing": [run_id for run_id in dict.fromkeys(request["runs"]) if run_id not in found]}

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``ModelRunComparison``, without ``environment``."""
        found = self._present(request["runs"])
        with self._asking():
            models = self._models(list(found))
        records = [_record(run, models.get(run_id, ())) for run_id, run in found.items()]
        return compare_records(records, request["runs"], only_different=request.get("only_different", False))

    def artifacts(self, run_id: str, path: str = "") -> dict[str, Any]:
        """``ArtifactList``."""
        return list_artifacts(self._places(run_id), path)

    def artifact(self, run_id: str, path: str) -> str:
        """Where a file of a run lies on this machine."""
        return artifact_file(self._places(run_id), path)

    # -- asking ----------------------------------------------------------------------------------------------

    @contextmanager
    def _asking(self) -> Iterator[None]:
        from mlflow.exceptions import MlflowException

        with answering(self._uri):
            try:
                yield
            except MlflowException as error:
                if error.error_code == "INVALID_PARAMETER_VALUE":
                    # What could be wrong with a request was looked at: the cursor is the server's.
                    if "token" in str(error).lower():
                        raise InvalidInput(
                            "cursor_invalid",
                            f"The tracking server does not take the cursor: {error}.",
                            "Begin without a cursor.",
                            field="cursor",
                        ) from error
                    raise filter_invalid(str(error)) from error
                raise

    def _run(self, run_id: str) -> Run:
        with self._asking(), _known(lambda: run_unknown(run_id)):
            return self._client.get_run(run_id)

    def _experiment(self, experiment_id: str) -> Experiment:
        with self._asking(), _known(lambda: experiment_unknown(experiment_id)):
            return self._client.get_experiment(experiment_id)

    def _present(self, run_ids: Sequence[str]) -> dict[str, Run]:
        """The runs of these that are not deleted, in their order."""
        found = {}
        for run_id in dict.fromkeys(run_ids):
            try:
                run = self._run(run_id)
            except NotFound:
                continue  # deleted for good: the caller says so
            if run.info.lifecycle_stage == "active":
                found[run_id] = run
        return found

    def _all_experiments(self) -> list[str]:
        found, token = [], None
        while True:
            page = self._client.search_experiments(max_results=1000, page_token=token)
            found += [item.experiment_id for item in page]
            token = page.token
            if not token:
                return found

    def _models(self, run_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for start in range(0, len(run_ids), _AT_ONCE):
            listed = ", ".join(f"'{run_id}'" for run_id in run_ids[start : start + _AT_ONCE])
            for item in self._client.search_model_versions(f"run_id IN ({listed})"):
                found.setdefault(str(item.run_id), []).append({"name": item.name, "version": int(item.version)})
        return found

    def _places(self, run_id: str) -> Places:
        found = self._run(run_id)
        models = {}
        with self._asking():
            for output in found.outputs.model_outputs if found.outputs else ():
                model = self._client.get_logged_model(output.model_id)
                models[model.name] = model.artifact_location
        return Places(self._uri, run_id, found.info.artifact_uri, models)


@contextmanager
def _known(missing: Any) -> Iterator[None]:
    """Raise what is `missing` where the server says that there is no such thing, or that no such thing can be."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise missing() from error
        raise


def _order_clause(name: str, descending: bool) -> str:
    if name == "duration":
        raise InvalidInput(
            "column_invalid",
            "A tracking server can't sort runs by their duration.",
            "Sort by start_time or end_time.",
            field="order_by",
        )
    if name not in ("start_time", "end_time", "run_name", "status"):
        kind, _, key = name.partition(".")
        if "`" in key or '"' in key:
            raise InvalidInput(
                "column_invalid",
                f"A tracking server can't sort by `{name}`.",
                "Sort by another column.",
                field="order_by",
            )
        name = f"{kind}.`{key}`"
    return f"{name} {'DESC' if descending else 'ASC'}"


def _mention(word: str) -> str:
    # The language of servers knows no "or": a whole id is looked up as one, all else in names.
    if len(word) == _ID_LENGTH and all(letter in "0123456789abcdef" for letter in word):
        return f"attributes.run_id = '{word}'"
    return f"attributes.run_name ILIKE {_quoted(f'%{word}%')}"


def _quoted(text: str) -> str:
    quote = next((mark for mark in ("'", '"') if mark not in text), None)
    if quote is None or "\0" in text:
        raise filter_invalid(f"{text} holds both kinds of quotes")
    return f"{quote}{text}{quote}"


def _experiment(found: Experiment) -> dict[str, Any]:
    return {
        "id": str(found.experiment_id),
        "name": found.name,
        "runs": None,
        "tags": dict(sorted(found.tags.items())),
        "created_at": shown_at(found.creation_time),
        "updated_at": shown_at(found.last_update_time),
    }


def _values(run: RunRecord, kind: str) -> Mapping[str, Any]:
    if kind == "tag":
        return {key: value for key, value in run.tags.items() if not key.startswith("mlflow.")}
    return run.parameters if kind == "param" else run.metrics


def _record(run: Run, models: Sequence[Mapping[str, Any]] = ()) -> RunRecord:
    inputs = run.inputs.dataset_inputs if run.inputs else ()
    return RunRecord(
        id=run.info.run_id,
        experiment_id=str(run.info.experiment_id),
        name=run.info.run_name or "",
        state=run.info.status,
        started=run.info.start_time,
        ended=run.info.end_time,
        user=run.info.user_id,
        artifact_uri=run.info.artifact_uri or "",
        deleted=run.info.lifecycle_stage == "deleted",
        parameters=dict(run.data.params),
        metrics={item.key: LastMetric(item.value, item.step, item.timestamp) for item in run.data._metric_objs},  # noqa: SLF001
        tags=dict(run.data.tags),
        inputs=tuple(
            {
                "name": item.dataset.name,
                "digest": item.dataset.digest,
                "source": item.dataset.source,
                "source_type": item.dataset.source_type,
                "context": next((tag.value for tag in item.tags if tag.key == _CONTEXT), None),
            }
            for item in inputs
        ),
        models=tuple(models),
    )
