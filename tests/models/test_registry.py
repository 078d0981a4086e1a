"""The registry as people see it: MLflow joined with the store, by reading files that are never loaded."""

from __future__ import annotations

import pickle
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_mlx.contract import check
from jupyter_mlx.errors import InvalidInput, NotFound
from jupyter_mlx.models.registry.digest import digest_of_file
from jupyter_mlx.models.registry.mlflow import MlflowRegistry
from jupyter_mlx.services import Services
from jupyter_mlx.store.model_tables import evaluations
from tests.http.contract import closed

from .registered import ADA, Models

REPORT = {
    "data": "flights",
    "rows": 1000,
    "target": "late",
    "metrics": {"auc": 0.81},
    "champion": None,
    "better": None,
    "data_digest": "sha256:d",
    "confidence": 0.95,
    "intervals": {"auc": {"value": 0.81, "low": 0.79, "high": 0.83}},
    "slices": [
        {"column": "carrier", "value": "A|A", "rows": 300, "metrics": {"auc": {"value": 0.7, "low": 0.6, "high": 0.8}}}
    ],
    "calibration": None,
    "comparison": None,
    "pictures": [],
    "request": {},
}


def evaluated(services: Services, version: int, report: dict[str, Any] | None = None, name: str = "delay") -> None:
    """Keep an evaluation of a version."""
    row = {"id": f"{name}{version}", "model": name, "version": version, "kind": "classifier", "created_by": "ada"}
    with services.store.write() as connection:
        connection.execute(sa.insert(evaluations).values(**row, report=report or REPORT, created_at=datetime.now(UTC)))


class TestModels:
    """Lists of models."""

    def test_are_what_mlflow_has_with_what_the_store_knows(self, models: Models, mlx: Services) -> None:
        models.register("delay", metrics={"auc": 0.7, "loss": float("nan")})
        models.register("delay", metrics={"auc": 0.8})
        models.register("o'clock", metrics={"mae": float("inf")})
        models.client.set_registered_model_alias("delay", "champion", "1")
        found, cursor = mlx.models.registered.models()
        assert cursor is None
        by_name = {item["name"]: check("RegisteredModel", item) for item in found}
        assert by_name["delay"]["aliases"] == {"champion": 1}
        assert (by_name["delay"]["versions"], by_name["delay"]["latest"]) == (2, 2)
        assert by_name["delay"]["metrics"] == {"auc": 0.8}
        assert by_name["o'clock"]["metrics"] == {"mae": "Infinity"}
        evaluated(mlx, 2)
        assert mlx.models.registered.model("delay")["metrics"] == {"auc": 0.8}, "the champion was not evaluated"
        evaluated(mlx, 1)
        assert mlx.models.registered.model("delay")["metrics"] == {"auc": 0.81}

    def test_are_found_by_words_of_names_descriptions_and_tags(self, models: Models, mlx: Services) -> None:
        for name in ("delay", "fare", "fraud"):
            models.register(name)
        models.client.update_registered_model("fare", "What a seat costs")
        models.client.set_registered_model_tag("fraud", "team", "Risk")
        registered = mlx.models.registered
        assert [item["name"] for item in registered.models(words="SEAT costs")[0]] == ["fare"]
        assert [item["name"] for item in registered.models(words="risk")[0]] == ["fraud"]
        first, cursor = registered.models(words="a", limit=2)
        rest, end = registered.models(words="a", limit=2, cursor=cursor)
        assert {item["name"] for item in (*first, *rest)} == {"delay", "fare", "fraud"}
        assert end is None
        first, cursor = registered.models(limit=2)
        rest, end = registered.models(limit=2, cursor=cursor)
        assert len(first) + len(rest) == 3
        with pytest.raises(InvalidInput, match="cursor"):
            registered.models(cursor="nothing")

    def test_are_none_where_nothing_was_tracked_and_no_file_is_made(self, tmp_path: Path) -> None:
        registry = MlflowRegistry(f"sqlite:///{tmp_path / 'mlflow.db'}")
        assert registry.models() == {"items": [], "next_cursor": None}
        with pytest.raises(NotFound):
            registry.model("delay")
        assert not (tmp_path / "mlflow.db").exists()


class TestVersions:
    """Versions and their files."""

    def test_have_all_that_the_contract_says(self, models: Models, mlx: Services) -> None:
        number = models.register(metrics={"auc": 0.7})
        evaluated(mlx, number)
        document = check("ModelVersion", mlx.models.registered.version("delay", number))
        assert set(document) == set(_schema("ModelVersion")["properties"])
        assert document["metrics"] == {"auc": 0.81}
        assert document["evaluated"]
        assert document["flavors"] == ["python_function", "sklearn"]
        assert document["signature"]["inputs"] == [
            {"name": "distance", "type": "double", "required": True, "shape": None}
        ]
        assert document["origin"]["missing"], "nobody's job made it"
        assert "| `auc` | 0.81 | 0.79 to 0.83 |" in document["card"]
        assert "A\\|A" in document["card"]
        summary = check("ModelVersionSummary", mlx.models.registered.versions("delay")[0][0])
        assert summary == {key: document[key] for key in summary}

    def test_of_the_same_files_have_the_same_digest(self, models: Models, mlx: Services) -> None:
        first, second = models.register(), models.register()
        other = models.register(files={"model.bin": b"another model"})
        digests = [mlx.models.registry.version("delay", number)["digest"] for number in (first, second, other)]
        assert digests[0] == digests[1] != digests[2]
        (models.files("delay", second) / "model.bin").write_bytes(b"tampered!")
        assert mlx.models.registry.version("delay", second)["digest"] != digests[0]

    def test_are_not_loaded(self, models: Models, mlx: Services, tmp_path: Path) -> None:
        trap = tmp_path / "sprung"
        number = models.register(files={"model.pkl": pickle.dumps(_Trap(str(trap)))})
        folder = models.files("delay", number)
        (folder / "MLmodel").write_text(f"flavors: !!python/object/apply:os.mkdir [{trap}]\n")
        (folder / "outside").symlink_to("/etc/passwd")
        document = mlx.models.registered.version("delay", number)
        assert not trap.exists()
        assert document["signature"] is None
        assert document["flavors"] == []
        assert document["digest"]

    def test_say_what_is_gone(self, models: Models, mlx: Services) -> None:
        number = models.register()
        (models.files("delay", number) / "MLmodel").unlink()
        run_id = models.client.get_model_version("delay", str(number)).run_id
        models.client.delete_run(run_id)
        document = check("ModelVersion", mlx.models.registered.version("delay", number))
        assert document["digest"] is None
        assert len(document["problems"]) == 2
        assert run_id in document["problems"][0]

    def test_that_are_not_there_are_named(self, models: Models, mlx: Services) -> None:
        models.register()
        registry = mlx.models.registry
        for ask, code in (
            (lambda: registry.version("delay", 9), "model_version_unknown"),
            (lambda: registry.version("nobody", 1), "model_unknown"),
            (lambda: registry.versions("nobody"), "model_unknown"),
            (lambda: registry.model("a/b"), "model_unknown"),
            (lambda: registry.resolve("delay", "champion"), "alias_unknown"),
            (lambda: mlx.models.registered.resolve("delay"), "reference_incomplete"),
        ):
            with pytest.raises(NotFound) as caught:
                ask()
            assert caught.value.code == code

    def test_cards_are_made_until_somebody_writes_one(self, models: Models, mlx: Services) -> None:
        number = models.register()
        registered = mlx.models.registered
        assert not registered.version("delay", number)["card_edited"]
        registered.update("delay", number, {"description": "# Mine", "tags": {"team": "risk"}}, ADA)
        document = registered.version("delay", number)
        assert (document["card"], document["card_edited"], document["tags"]) == ("# Mine", True, {"team": "risk"})
        registered.update("delay", number, {"description": "", "tags": {"team": None}}, ADA)
        document = registered.version("delay", number)
        assert document["card"].startswith("# delay, version 1")
        assert document["tags"] == {}
        entries, _ = mlx.access.audit(mlx.principal(), resource="model:delay/1")
        assert [entry.after.get("description") for entry in entries] == ["", "# Mine"]


class TestDigests:
    """What tells files apart."""

    def test_take_an_archive_by_its_members(self, tmp_path: Path) -> None:
        def archive(name: str, year: int, content: bytes) -> str:
            with zipfile.ZipFile(tmp_path / name, "w") as made:
                made.writestr(zipfile.ZipInfo("weights", (year, 1, 1, 0, 0, 0)), content)
            return digest_of_file(tmp_path / name)

        assert archive("a.pt", 2020, b"w") == archive("b.pt", 2026, b"w") != archive("c.pt", 2026, b"x")

    def test_take_a_skops_file_without_addresses(self, tmp_path: Path) -> None:
        def archive(name: str, address: int, content: bytes = b"values") -> str:
            with zipfile.ZipFile(tmp_path / name, "w") as made:
                made.writestr(f"{address}.npy", content)
                made.writestr("schema.json", f'{{"file": "{address}.npy", "__id__": {address}}}')
            return digest_of_file(tmp_path / name)

        assert archive("a", 140530908464976) == archive("b", 140531516618960)
        assert archive("a", 140530908464976) != archive("c", 140530908464976, b"others")


class _Trap:
    def __init__(self, place: str) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.mkdir, (self.place,)


def _schema(name: str) -> dict[str, Any]:
    from jupyter_mlx.contract import load

    found: dict[str, Any] = closed(load()["components"]["schemas"][name])
    return found
