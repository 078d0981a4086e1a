"""What a training set was made of, kept beside its rows: it can be made again whatever became of its views since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Conflict, NotFound
from ..files import write_atomic
from .lookup import retrieve
from .repository import Repository

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["digest_of", "keep", "make_again"]

_LABELS, _DEFINITIONS = "labels.parquet", "definitions.pb"


def keep(place: Path, repository: Repository, labels: pa.Table) -> Path:
    """Write labels, and the project's definitions as Feast's registry has them now, to a training set's folder.

    Returns
    -------
    The file of definitions: features that are retrieved by it are those that were kept.
    """
    import pyarrow.parquet as pq

    with repository.opened() as store:
        registry, project = store.registry.proto(), store.project
    for kind, values in registry.ListFields():
        if kind.is_repeated and kind.message_type is not None:
            own = [value for value in values if _project_of(value) in (None, project)]
            del values[:]
            values.extend(own)
    definitions = place / _DEFINITIONS
    write_atomic(definitions, registry.SerializeToString())
    pq.write_table(labels, place / _LABELS, compression="zstd")
    return definitions


def _project_of(value: Any) -> str | None:
    """The project that a registry's entry belongs to, None where it does not say."""
    about = getattr(value, "spec", value)
    return str(about.project) if "project" in about.DESCRIPTOR.fields_by_name else None


def make_again(repository: Repository, record: Mapping[str, Any], place: Path, changed: Mapping[str, str]) -> pa.Table:
    """The rows of a training set, made again of its labels and of its views' definitions as they were then.

    Parameters
    ----------
    changed: By view, what is known of its source that is not as it was then: a sentence.

    Raises
    ------
    NotFound: ``labels_gone``: what was kept beside the rows is gone, too.
    Conflict: ``training_set_changed``: other rows came out.
    """
    import pyarrow.parquet as pq

    labels, definitions = place / _LABELS, place / _DEFINITIONS
    for path in (labels, definitions):
        if not path.is_file():
            raise NotFound(
                "labels_gone",
                f"What training set {record['id']} was made of is gone: there is no file {path}.",
                "Bring the file back, or make a new training set of the same labels.",
            )
    table, _ = retrieve(
        repository,
        pq.read_table(labels),
        record["features"],
        known_only=record["known_only"],
        definitions=definitions,
    )
    digest = digest_of(table)
    if digest != record["digest"]:
        why = " ".join(changed.values()) or "No source that can be compared has changed."
        raise Conflict(
            "training_set_changed",
            f"Training set {record['id']} came out otherwise when it was made again. {why}",
            "Bring the sources back as they were, or make a new training set of them.",
        )
    return table


def digest_of(table: pa.Table) -> str:
    """What tells a table's rows from others: names, types, values and their order."""
    import pyarrow as pa

    whole = table.combine_chunks().replace_schema_metadata(None)
    sink = _Digest()
    with pa.ipc.new_stream(pa.PythonFile(sink, "w"), whole.schema) as writer:
        # Batches of one size, however the table was made.
        writer.write_table(whole, max_chunksize=1 << 20)
    return f"sha256:{sink.hash.hexdigest()}"


class _Digest:
    closed = False

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(memoryview(data).cast("B"))

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""
