"""Evaluates a version: loads it, predicts, looks at what came out, logs it in MLflow, keeps it with the version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, MlxError, NotFound
from ...jobs.models import new_id
from . import pictures as draw
from .classification import BinaryScorer, LabelScorer, MulticlassScorer
from .data import EvaluationData, EvaluationSource
from .findings import Findings, Options, document, find, forecast_scorer, times_of
from .intervals import CONFIDENCE
from .metrics import RegressionScorer, Scorer
from .predicting import LoadedVersion, load
from .service import EvaluationService, storable
from .shown import Evaluation
from .targets import KINDS, answers_of, classify, kind_of, numbers_of, predict_numbers
from .tracking import log_report, mlflow_evaluate, set_to, tracked_run

if TYPE_CHECKING:
    from ...catalog.models import Principal
    from ...settings import Settings
    from ..port import RegistryPort

__all__ = ["EVALUATION_TAG", "Asked", "Evaluator"]

EVALUATION_TAG = "mlx.evaluation"
"""The tag of a version that has the id of its newest evaluation."""
CHAMPION = "champion"
_AGGREGATES = ("ranking.png", "calibration.png", "confusion.png")
"""Pictures that show no value of the data."""


@dataclass(frozen=True)
class Asked:
    """What is evaluated.

    version: A number or an alias.
    data: A name, a data frame, or an Arrow table.
    kind: None to tell it from the answers.
    champion: An alias or a number; None for the alias `champion` where there is one, empty for no comparison.
    options: `Options` less the target and the kind.
    """

    model: str
    version: int | str
    data: Any
    target: str
    kind: str | None = None
    where: str | None = None
    champion: int | str | None = None
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _Made:
    """Scorers of a version, and of what it is compared with."""

    loaded: LoadedVersion
    inputs: Any
    scorer: Scorer
    classes: list[Any]
    other: tuple[int, Scorer] | None
    notes: list[str]


class Evaluator:
    """Owns what an evaluation does, step by step.

    Parameters
    ----------
    run_id: The job that this process is part of.
    """

    def __init__(
        self,
        settings: Settings,
        registry: RegistryPort,
        source: EvaluationSource,
        kept: EvaluationService,
        run_id: str | None = None,
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._source = source
        self._kept = kept
        self._run_id = run_id

    def evaluate(self, asked: Asked, principal: Principal, *, within: Path | None, values_shown: bool) -> Evaluation:
        """Evaluate a version.

        Parameters
        ----------
        within: Files of data lie in this folder; None for anywhere.
        values_shown: Whether MLflow, whose runs everybody sees, may be told what values there are in the data.

        Raises
        ------
        NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``, ``data_missing``.
        InvalidInput: What is wrong with the data, the model's predictions or the options.
        ExecutionFailed: ``model_unloadable``, ``prediction_failed``.
        Unavailable: ``mlflow_unavailable``.
        """
        if asked.kind is not None and asked.kind not in KINDS:
            raise InvalidInput(
                "kind_unknown", f"`{asked.kind}` is no kind of model.", f"Take {', '.join(KINDS)}.", field="kind"
            )
        options = Options(asked.target, asked.kind or KINDS[0], **(asked.options or {}))
        version = self._registry.resolve(asked.model, str(asked.version))
        champion, notes = self._champion(asked, version)
        data = self._source.read(asked.data, principal, where=asked.where, within=within)
        answers = answers_of(data.frame, asked.target)
        options = replace(
            options,
            kind=asked.kind or kind_of(answers, options.time),
            features=tuple(options.features) or data.features,
        )
        with (
            set_to(self._settings.mlflow_tracking_uri),
            tracked_run(self._settings, f"Evaluate {asked.model} v{version}", principal.user) as mlflow_run_id,
        ):
            made = self._predict(asked, version, champion, data, options)
            found = find(made.scorer, made.other and made.other[1], data.frame, options)
            found = replace(found, notes=[*notes, *made.notes, *found.notes])
            drawn = {name: draw.png(figure) for name, figure in _figures(made, found, data, options).items() if figure}
            report = self._report(asked, options, data, made, found)
            report |= {"mlflow_run_id": mlflow_run_id, "pictures": [f"evaluation/{name}" for name in drawn]}
            self._log(made, data, found, report, drawn, values_shown)
        kept = self._kept.add(report, principal)
        self._registry.update(asked.model, version, None, {EVALUATION_TAG: kept["id"]})
        return Evaluation(kept, drawn)

    def _champion(self, asked: Asked, version: int) -> tuple[int | None, list[str]]:
        """Which version it is compared with, and why with none where that has to be said."""
        if asked.champion == "":
            return None, []
        try:
            champion = self._registry.resolve(asked.model, str(asked.champion or CHAMPION))
        except NotFound as error:
            if asked.champion is not None or error.code != "alias_unknown":
                raise
            return None, ["The model has no champion yet: there is nothing to compare with."]
        if champion == version:
            return None, [f"Version {version} is the {asked.champion or CHAMPION} itself: it is compared with nothing."]
        return champion, []

    def _predict(
        self, asked: Asked, version: int, champion: int | None, data: EvaluationData, options: Options
    ) -> _Made:
        loaded = load(asked.model, version)
        answers = data.frame[options.target]
        score, notes = _scoring(data, options)
        inputs = loaded.inputs(data.frame, options.features, options.not_features)
        scorer, classes = score(loaded, inputs)
        if isinstance(scorer, LabelScorer) and not isinstance(scorer, (BinaryScorer, MulticlassScorer)):
            notes = [*notes, f"{loaded.shown} predicts labels, no probabilities: there is no AUC and no calibration."]
        if isinstance(scorer, BinaryScorer):
            notes = [*notes, f"The positive class of `{answers.name}` is {classes[1]}."]
        other = None
        if champion is not None:
            try:
                rival = load(asked.model, champion)
                rival_scorer, rival_classes = score(
                    rival, rival.inputs(data.frame, options.features, options.not_features)
                )
                if list(rival_classes) != list(classes):
                    raise InvalidInput(
                        "class_unknown",
                        f"{rival.shown} has other classes than version {version}.",
                        "Compare versions of the same classes, or take `champion=''`.",
                        field="champion",
                    )
                other = (champion, rival_scorer)
            except MlxError as error:
                # One who named it wants to know; the champion of the model is no reason to lose an evaluation.
                if asked.champion is not None:
                    raise
                notes = [*notes, f"There is no comparison with the champion, version {champion}: {error.message}"]
        return _Made(loaded, inputs, scorer, classes, other, notes)

    def _report(
        self, asked: Asked, options: Options, data: EvaluationData, made: _Made, found: Findings
    ) -> dict[str, Any]:
        other = None if made.other is None or found.comparison is None else made.other[0]
        comparison = None
        if found.comparison is not None and other is not None:
            comparison = found.comparison.to_json(asked.model, other)
        request = asdict(options) | {"where": asked.where, "champion": asked.champion, "metric": found.metric}
        return {
            "id": new_id(),
            "model": asked.model,
            "version": made.loaded.version,
            "kind": options.kind,
            "data": data.name,
            "data_digest": data.digest,
            "target": options.target,
            "rows": len(data.frame),
            "confidence": CONFIDENCE,
            "champion": other,
            "better": None if comparison is None else comparison["better"],
            "comparison": comparison,
            "run_id": self._run_id,
            "request": request,
            **document(found),
        }

    def _log(
        self,
        made: _Made,
        data: EvaluationData,
        found: Findings,
        report: Mapping[str, Any],
        drawn: Mapping[str, bytes],
        values_shown: bool,
    ) -> None:
        mlflow_evaluate(made.loaded, data, made.inputs, made.scorer, made.classes)
        metrics: dict[str, float] = {}
        for name, item in found.values.items():
            ends = {"": item.value, "_low": item.low, "_high": item.high}
            metrics |= {f"{name}{end}": value for end, value in ends.items() if value is not None}
        if found.comparison is not None:
            metrics[f"{found.metric}_difference"] = found.comparison.difference.value
        told = storable(report) if values_shown else {**storable(report), "slices": []}
        files = {name: content for name, content in drawn.items() if values_shown or name in _AGGREGATES}
        log_report(told, metrics, files, made.loaded.model_id)


def _scoring(
    data: EvaluationData, options: Options
) -> tuple[Callable[[LoadedVersion, Any], tuple[Scorer, list[Any]]], list[str]]:
    """Makes the scorer of a version from what it is asked with, and what has to be said of the answers."""
    answers = data.frame[options.target]
    if options.kind == "classifier":
        return lambda loaded, inputs: classify(loaded, inputs, answers), []
    actual = numbers_of(answers)
    if options.kind == "forecaster":
        make, notes = forecast_scorer(data.frame, actual, options)
        return lambda loaded, inputs: (make(predict_numbers(loaded, inputs)), []), notes
    notes = [] if (actual != 0).all() else [f"`{options.target}` is 0 in some rows: there is no MAPE."]
    return lambda loaded, inputs: (RegressionScorer(actual, predict_numbers(loaded, inputs)), []), notes


def _figures(made: _Made, found: Findings, data: EvaluationData, options: Options) -> dict[str, Any]:
    scorer = made.scorer
    figures: dict[str, Any] = {}
    if isinstance(scorer, (BinaryScorer, MulticlassScorer)):
        figures["ranking.png"] = draw.ranking_picture(scorer, made.classes)
    if isinstance(scorer, LabelScorer):
        figures["confusion.png"] = draw.confusion_picture(scorer, made.classes)
    if found.calibration is not None:
        figures["calibration.png"] = draw.calibration_picture(found.calibration)
    if options.kind == "forecaster" and isinstance(scorer, RegressionScorer):
        figures["forecast.png"] = draw.forecast_picture(scorer, times_of(data.frame, options))
    if isinstance(scorer, RegressionScorer):
        figures["residuals.png"] = draw.residuals_picture(scorer)
    if found.slices:
        figures["slices.png"] = draw.slices_picture(found.slices, found.metric, found.values[found.metric].value)
    return figures
