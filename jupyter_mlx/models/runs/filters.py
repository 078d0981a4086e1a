"""Which runs are wanted: MLflow's filter language, and plain words, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ...errors import InvalidInput
from .shown import RUN_NAME, SOURCE, USER, words_of
from .tables import dataset, input_tag, inputs, latest_metrics, params, runs, tags

__all__ = ["conditions", "filter_invalid", "parse_filter", "words_condition"]

_CONTEXT = "mlflow.data.context"
_BOUND = 1 << 63  # the databases' whole numbers have 64 bits


def parse_filter(text: str) -> list[dict[str, Any]]:
    """The comparisons of a filter: ``{"type", "key", "comparator", "value"}`` each; all of them are to hold.

    Raises
    ------
    InvalidInput: ``filter_invalid``.
    """
    from mlflow.exceptions import MlflowException
    from mlflow.utils.search_utils import SearchUtils

    if "\0" in text:
        raise filter_invalid("It holds a NUL character")
    try:
        found: list[dict[str, Any]] = SearchUtils.parse_search_filter(text.strip())
        for item in found:
            item["comparator"] = item["comparator"].upper()
            item["key"] = SearchUtils.translate_key_alias(item["key"])
            _validate(item)
    except (MlflowException, ValueError, RecursionError) as error:
        raise filter_invalid(str(error)) from error
    if text.strip() and not found:
        raise filter_invalid("It compares nothing")
    return found


def filter_invalid(reason: str) -> InvalidInput:
    """A filter that is not one."""
    return InvalidInput(
        "filter_invalid",
        f"The filter can't be read: {reason.strip().rstrip('.')}.",
        "Write `metrics.auc > 0.7 and params.model = 'forest'`: texts in quotes, comparisons joined by `and`.",
        field="filter",
    )


def _validate(item: Mapping[str, Any]) -> None:
    from mlflow.utils.search_utils import SearchUtils

    kind, key, comparator = item["type"], item["key"], item["comparator"]
    known = (
        SearchUtils.is_string_attribute(kind, key, comparator)
        or SearchUtils.is_numeric_attribute(kind, key, comparator)
        or SearchUtils.is_metric(kind, comparator)
        or SearchUtils.is_param(kind, comparator)
        or SearchUtils.is_tag(kind, comparator)
        or SearchUtils.is_dataset(kind, comparator)
    )
    if not known:
        raise ValueError(f"`{kind}.{key}` can't be compared by {comparator}")
    if isinstance(item["value"], int) and abs(item["value"]) >= _BOUND:
        raise ValueError(f"{item['value']} is too great a number")


def conditions(comparisons: list[dict[str, Any]], dialect: str) -> list[sa.ColumnElement[bool]]:
    """Conditions on `runs`, one for each comparison. They say what MLflow's own search says."""
    return [_condition(item, dialect) for item in comparisons]


def _condition(item: Mapping[str, Any], dialect: str) -> sa.ColumnElement[bool]:
    from mlflow.utils.search_utils import SearchUtils

    kind, key, comparator, value = item["type"], item["key"], item["comparator"], item["value"]
    compare = SearchUtils.get_sql_comparison_func("=" if value is None else comparator, dialect)
    if kind == "attribute":
        if key == "run_name":  # runs of before MLflow 1.30 have it in the tag alone
            return _has(tags, RUN_NAME, compare(tags.c.value, value))
        return compare(runs.c[{"run_id": "run_uuid"}.get(key, key)], value)  # type: ignore[no-any-return]
    if kind == "dataset":
        return _reads(key, compare, value)
    if kind == "metric":
        held = compare(latest_metrics.c.value, float(value))
        # NaN is stored as 0 with a mark: it is unequal to every number, and nothing else.
        is_nan = latest_metrics.c.is_nan == sa.true()
        return _has(latest_metrics, key, sa.or_(held, is_nan) if comparator == "!=" else sa.and_(held, ~is_nan))
    table = params if kind == "parameter" else tags
    if comparator == "IS NULL":
        return ~_has(table, key, sa.true())
    return _has(table, key, sa.true() if comparator == "IS NOT NULL" else compare(table.c.value, value))


def _has(table: sa.Table, key: str, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return runs.c.run_uuid.in_(sa.select(table.c.run_uuid).where(table.c.key == key, condition))


def _reads(key: str, compare: Any, value: Any) -> sa.ColumnElement[bool]:
    found = sa.select(inputs.c.destination_id).join(dataset, inputs.c.source_id == dataset.c.dataset_uuid)
    if key != "context":
        return runs.c.run_uuid.in_(found.where(compare(dataset.c[key], value)))
    found = found.join(input_tag, input_tag.c.input_uuid == inputs.c.input_uuid)
    return runs.c.run_uuid.in_(found.where(input_tag.c.name == _CONTEXT, compare(input_tag.c.value, value)))


def words_condition(words: str) -> list[sa.ColumnElement[bool]]:
    """Each word is part of the name, the id, the notebook or the user, in whatever case."""
    return [_mentions(word) for word in words_of(words)]


def _mentions(word: str) -> sa.ColumnElement[bool]:
    tagged = sa.select(tags.c.run_uuid).where(
        tags.c.key.in_([SOURCE, USER, RUN_NAME]), tags.c.value.icontains(word, autoescape=True)
    )
    return sa.or_(
        runs.c.name.icontains(word, autoescape=True),
        runs.c.run_uuid.icontains(word, autoescape=True),
        runs.c.user_id.icontains(word, autoescape=True),
        runs.c.run_uuid.in_(tagged),
    )
