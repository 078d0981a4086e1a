"""Gates: what each check finds, and what becomes of an alias."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jupyter_mlx.contract import check
from jupyter_mlx.errors import Conflict, Forbidden, InvalidInput, NotFound
from jupyter_mlx.models.gates.promotions import Promotion
from jupyter_mlx.services import Services
from jupyter_mlx.store.feature_tables import projects, training_sets
from jupyter_mlx.store.model_tables import evaluations, replays

from .registered import ADA, ADMIN, BOB, EVE, Models

NOW = datetime.now(UTC)


def apply(services: Services, *checks: str, aliases: str = "[champion]") -> None:
    """Guard `champion` of `delay` by checks, each the fields of one."""
    listed = "\n".join(f"  - {{{text}}}" for text in checks)
    text = f"policy: p\nmodel: delay\naliases: {aliases}\nchecks:\n{listed}\n"
    services.models.policies.apply(text, ADMIN)


def ask(services: Services, version: int | None, cwd: Path, principal: Any = ADA, **more: Any) -> Promotion:
    """Ask for a promotion to champion."""
    document = {"version": version, "alias": "champion", **more}
    made = services.models.promotions.request("delay", document, principal, cwd=cwd)
    check("Promotion", made.to_json())
    return made


def found(services: Services, text: str, version: int = 1) -> Mapping[str, Any]:
    """What one check finds of a version."""
    promotions = services.models.promotions
    apply(services, text)
    policy = services.models.policies.guarding("delay", "champion")
    promotion = Promotion(
        "p", "delay", version, "champion", None, "CHECKING", "", False, None, [], None, None, "ada", NOW, None
    )
    assert policy is not None
    return check("CheckResult", promotions._gates.run(promotion, policy)[0])


def evaluated(services: Services, version: int, **report: Any) -> None:
    """Keep an evaluation of a version."""
    whole = {"metrics": {"auc": 0.8}, "intervals": {}, "slices": [], "comparison": None, "data_digest": "d", **report}
    row = {"id": f"e{version}", "model": "delay", "version": version, "kind": "classifier", "created_by": "ada"}
    with services.store.write() as connection:
        connection.execute(sa.insert(evaluations).values(**row, report=whole, created_at=datetime.now(UTC)))


def trained(services: Services, **record: Any) -> None:
    """Keep the training set `s`."""
    whole = {"id": "s", "name": "flights", "target": "late", "leakage": [], "created_at": "2026-01-01T00:00:00Z"}
    with services.store.write() as connection:
        project = {"id": "p", "name": "p", "repository": ".", "applied_by": "ada", "applied_at": NOW}
        connection.execute(sa.insert(projects).values(**project))
        row = {"id": "s", "project_id": "p", "key": "k", "digest": "d", "path": "p", "owner": "ada"}
        connection.execute(sa.insert(training_sets).values(**row, record={**whole, **record}, created_at=NOW))


class TestChecks:
    """What each kind finds, with its figures."""

    def test_metric(self, models: Models, mlx: Services) -> None:
        models.register(metrics={"auc": 0.7, "loss": float("nan")})
        assert found(mlx, "check: metric, metric: auc, min: 0.65")["passed"]
        result = found(mlx, "check: metric, metric: auc, min: 0.75")
        assert (result["passed"], result["value"]) == (False, 0.7)
        assert result["message"] == "auc is 0.7; at least 0.75 was asked for."
        assert not found(mlx, "check: metric, metric: loss, max: 1")["passed"], "NaN is below nothing"
        assert "Nobody knows `f1`" in found(mlx, "check: metric, metric: f1, min: 0")["message"]
        assert "no interval" in found(mlx, "check: metric, metric: auc, min: 0, interval: true")["message"]
        evaluated(mlx, 1, intervals={"auc": {"value": 0.8, "low": 0.74, "high": 0.86}})
        assert found(mlx, "check: metric, metric: auc, min: 0.75")["passed"]
        result = found(mlx, "check: metric, metric: auc, min: 0.75, interval: true")
        assert (result["passed"], "0.74 to 0.86" in result["message"]) == (False, True)

    def test_no_worse_than(self, models: Models, mlx: Services) -> None:
        for _ in range(2):
            models.register()
        rule = "check: no_worse_than, metric: auc, margin: 0.01"
        assert "Nothing has `champion`" in found(mlx, rule, 2)["message"]
        mlx.models.moves.move("delay", "champion", 1, ADA)
        assert found(mlx, rule, 1)["passed"], "it is the champion itself"
        assert "was not compared" in found(mlx, rule, 2)["message"]
        difference = {"value": -0.02, "low": -0.03, "high": 0.001}
        compared = {"model": "delay", "version": 1, "metric": "auc", "difference": difference}
        evaluated(mlx, 2, comparison=compared)
        result = found(mlx, rule, 2)
        assert not result["passed"]
        assert result["message"] == (
            "The difference of auc from version 1 is -0.02 (interval -0.03 to +0.001); "
            "at most 0.01 worse was asked for."
        )
        assert found(mlx, "check: no_worse_than, metric: auc, margin: 0.025", 2)["passed"]
        assert not found(mlx, "check: no_worse_than, metric: auc, margin: 0.025, interval: true", 2)["passed"]
        mlx.models.moves.move("delay", "champion", None, ADA)
        assert not found(mlx, rule, 2)["passed"], "taking the champion away is no way around the gate"
        assert "had `champion` itself" in found(mlx, rule, 1)["message"]
        models.client.delete_model_version("delay", "1")
        assert found(mlx, rule, 2)["passed"], "there is nothing left to compare with"

    def test_no_worse_than_of_a_metric_that_is_better_low(self, models: Models, mlx: Services) -> None:
        for version, value in ((1, 2.0), (2, 2.5)):
            models.register()
            evaluated(mlx, version, metrics={"rmse": value})
        mlx.models.moves.move("delay", "champion", 1, ADA)
        assert not found(mlx, "check: no_worse_than, metric: rmse", 2)["passed"]
        assert found(mlx, "check: no_worse_than, metric: rmse, margin: 0.5", 2)["passed"]
        assert found(mlx, "check: no_worse_than, metric: rmse, better: higher", 2)["passed"]
        models.register()
        evaluated(mlx, 3, metrics={"rmse": 1.0}, target="another")
        assert "was not compared" in found(mlx, "check: no_worse_than, metric: rmse", 3)["message"]

    def test_slice_floor(self, models: Models, mlx: Services) -> None:
        models.register()
        assert "no slices" in found(mlx, "check: slice_floor, metric: auc, min: 0.6")["message"]
        slices = [
            {"column": "carrier", "value": value, "rows": rows, "metrics": {"auc": {"value": auc}}}
            for value, rows, auc in (("AA", 500, 0.7), ("DL", 400, 0.55), ("HA", 9, 0.1))
        ]
        evaluated(mlx, 1, slices=slices)
        result = found(mlx, "check: slice_floor, metric: auc, min: 0.6, min_rows: 100")
        assert (result["passed"], result["value"]) == (False, 0.55)
        assert "carrier = DL (400 rows)" in result["message"]
        assert "1 of 2 slices" in result["message"]
        assert found(mlx, "check: slice_floor, metric: auc, min: 0.5, min_rows: 100")["passed"]
        assert "by origin" in found(mlx, "check: slice_floor, metric: auc, min: 0, columns: [origin]")["message"]
        mlx.models.promotions._gates._values_shown = False  # as where data is seen by grants
        result = found(mlx, "check: slice_floor, metric: auc, min: 0.6, min_rows: 100")
        assert ("carrier (400 rows)" in result["message"], "DL" in result["message"]) == (True, False)

    def test_data(self, models: Models, mlx: Services) -> None:
        models.register(tags={"mlx.training_set": "s"})
        assert "not known what it was trained on" in found(mlx, "check: fresh_data, max_age: 30d")["message"]
        leak = {"feature": "f:late", "kind": "near_target", "rows": 9, "message": "`f:late` is the target."}
        trained(mlx, leakage=[leak, {**leak, "kind": "constant"}])
        assert "is the target" in found(mlx, "check: no_leakage")["message"]
        assert found(mlx, "check: no_leakage, kinds: [known_later]")["passed"]
        assert not found(mlx, "check: fresh_data, max_age: 1d")["passed"]
        assert found(mlx, "check: fresh_data, max_age: 52000w")["passed"]
        models.register(tags={"mlx.training_set": "s,gone"})
        assert "gone is no longer known" in found(mlx, "check: no_leakage, kinds: [known_later]", 2)["message"]

    def test_packages(self, models: Models, mlx: Services) -> None:
        models.register(requirements="numpy==1.26.0\nSQLAlchemy==2.0.1\n")
        assert found(mlx, "check: packages, denied: ['numpy<1.20', torch]")["passed"]
        result = found(mlx, "check: packages, allowed: ['numpy>=1.26,<2', 'sqlalchemy>=2.1']")
        assert result["value"] == ["SQLAlchemy==2.0.1"]
        assert "`sqlalchemy>=2.1` is" in result["message"]
        assert "denied" in found(mlx, "check: packages, denied: [sqlalchemy]")["message"]
        assert "MIT" in found(mlx, "check: packages, denied_licences: [MIT]")["message"]
        assert found(mlx, "check: packages, denied_licences: [GPL]")["passed"]
        models.register(requirements="-e .\ngit+https://example.org/x\n")
        assert "can't be held" in found(mlx, "check: packages, denied: [torch]", 2)["message"]

    def test_packages_that_are_open_are_not_passed(self, models: Models, mlx: Services) -> None:
        said = ["-r more.txt", "-e ./folder", "--edit x", "numpy", "numpy<1.19", "numpy @ https://example.org/x.whl"]
        for line in said:
            version = models.register(requirements=f"--extra-index-url https://example.org\n{line}\n")
            assert not found(mlx, "check: packages, denied: ['numpy<1.20']", version)["passed"], line
        assert not found(mlx, "check: packages, allowed: [numpy]", len(said))["passed"], "what lies there is not numpy"
        models.register(requirements="numpy==1.*\nscipy===of-today\n")
        assert not found(mlx, "check: packages, denied: ['numpy<1.20', 'scipy<1']", len(said) + 1)["passed"]

    def test_what_is_known_of_a_model_that_was_deleted_is_not_of_the_next(self, models: Models, mlx: Services) -> None:
        models.register()
        evaluated(mlx, 1)
        mlx.models.approvals.say("delay", 1, True, "", BOB)
        models.client.delete_registered_model("delay")
        models.register()
        assert "Nobody knows `auc`" in found(mlx, "check: metric, metric: auc, min: 0.1")["message"]
        assert "Nobody approved it" in found(mlx, "check: approval")["message"]
        assert mlx.models.registered.version("delay", 1)["evaluations"] == []

    def test_reproducible(self, models: Models, mlx: Services) -> None:
        models.register()
        assert "never replayed" in found(mlx, "check: reproducible")["message"]
        now = datetime.now(UTC)
        row = {"id": "r", "model": "delay", "version": 1, "state": "WITHIN", "created_by": "ada"}
        with mlx.store.write() as connection:
            connection.execute(
                sa.insert(replays).values(**row, result={"message": "As before."}, created_at=now, ended_at=now)
            )
        assert found(mlx, "check: reproducible")["message"] == "As before."
        assert found(mlx, "check: reproducible, max_age: 7d")["passed"]
        assert not found(mlx, "check: reproducible, exactly: true")["passed"]

    def test_approval(self, models: Models, mlx: Services) -> None:
        models.register()
        say = mlx.models.approvals.say
        rule = "check: approval, count: 2"
        check("Approval", say("delay", 1, True, "", ADA))
        assert "ada is its author" in found(mlx, rule)["message"]
        say("delay", 1, True, "good", BOB)
        say("delay", 1, False, "no slices", EVE)
        assert found(mlx, rule)["message"] == "eve asks for changes: no slices."
        say("delay", 1, True, "", EVE)
        assert found(mlx, rule)["passed"]
        (models.files("delay", 1) / "model.bin").write_bytes(b"changed")
        assert "before its files or card changed" in found(mlx, rule)["message"]
        with pytest.raises(InvalidInput, match="says which"):
            say("delay", 1, False, " ", BOB)
        for version, who in ((2, ADA), (2, BOB), (2, EVE)):
            if who is ADA:
                models.client.delete_run(models.client.get_model_version("delay", str(models.register())).run_id)
            assert not found(mlx, rule, version)["passed"], "whoever made it may be one of them"
            say("delay", version, True, "", who)
        assert found(mlx, rule, 2)["passed"]


class TestPromotions:
    """What becomes of an alias."""

    @pytest.fixture(autouse=True)
    def _two(self, models: Models) -> None:
        models.register(metrics={"auc": 0.8})
        models.register(metrics={"auc": 0.6})

    def test_without_a_guard_is_at_once(self, models: Models, mlx: Services, tmp_path: Path) -> None:
        made = ask(mlx, 1, tmp_path, why="the first")
        assert (made.state, made.policy, models.alias("delay", "champion")) == ("PROMOTED", None, 1)
        assert mlx.models.moves.of_promotion(made.id).gate == "none"
        with pytest.raises(Conflict) as caught:
            ask(mlx, 1, tmp_path)
        assert caught.value.code == "alias_unchanged"
        with pytest.raises(Conflict) as caught:
            ask(mlx, 2, tmp_path, expected=None)
        assert caught.value.code == "alias_moved"
        with pytest.raises(NotFound):
            ask(mlx, 9, tmp_path)
        assert ask(mlx, None, tmp_path).state == "PROMOTED"
        assert models.alias("delay", "champion") is None

    def test_is_refused_with_every_failing_check(self, models: Models, mlx: Services, tmp_path: Path) -> None:
        apply(mlx, "check: metric, metric: auc, min: 0.7", "check: approval", "check: packages, denied: [torch]")
        made = ask(mlx, 2, tmp_path)
        assert (made.state, mlx.jobs.get(made.run_id).job.name) == ("CHECKING", "Gate p: delay 2 to champion")
        ended = mlx.models.promotions.run_gate(made.id)
        check("Promotion", ended.to_json())
        assert (ended.state, models.alias("delay", "champion")) == ("REFUSED", None)
        assert [item["passed"] for item in ended.checks] == [False, False, True]
        assert ended.error["code"] == "gate_refused"
        assert "2 of 3 checks fail. auc at least 0.7: auc is 0.6; at least 0.7" in ended.error["message"]
        version = check("ModelVersion", mlx.models.registered.version("delay", 2))
        assert (version["gate"], version["gates"][0]["passed"]) == ("refused", False)
        refused, _ = mlx.access.audit(ADMIN, allowed=False)
        assert [(entry.who, entry.action) for entry in refused] == [("ada", "promote")]
        with pytest.raises(Conflict, match="REFUSED already"):
            mlx.models.promotions.run_gate(made.id)

    def test_that_passes_moves_the_alias(self, models: Models, mlx: Services, tmp_path: Path) -> None:
        apply(mlx, "check: metric, metric: auc, min: 0.7")
        made = mlx.models.promotions.run_gate(ask(mlx, 1, tmp_path, why="good").id)
        assert (made.state, models.alias("delay", "champion")) == ("PROMOTED", 1)
        move = mlx.models.moves.of_promotion(made.id)
        assert (move.gate, move.moved_by, move.why) == ("passed", "ada", "good")
        assert mlx.models.registered.versions("delay")[0][1]["gate"] == "passed"

    def test_by_the_policy_as_it_was_asked_for(self, mlx: Services, tmp_path: Path) -> None:
        apply(mlx, "check: metric, metric: auc, min: 0.7")
        made = ask(mlx, 2, tmp_path)
        apply(mlx, "check: metric, metric: auc, min: 0.1")
        assert mlx.models.promotions.run_gate(made.id).state == "REFUSED"

    def test_is_overridden_by_administrators_alone(self, models: Models, mlx: Services, tmp_path: Path) -> None:
        apply(mlx, "check: metric, metric: auc, min: 0.7")
        with pytest.raises(Forbidden) as caught:
            ask(mlx, 2, tmp_path, override=True, why="please")
        assert caught.value.code == "admin_only"
        with pytest.raises(InvalidInput) as wrong:
            ask(mlx, 2, tmp_path, ADMIN, override=True)
        assert wrong.value.code == "why_missing"
        made = mlx.models.promotions.run_gate(ask(mlx, 2, tmp_path, ADMIN, override=True, why="the old one broke").id)
        assert (made.state, made.overridden, len(made.failed)) == ("PROMOTED", True, 1)
        assert models.alias("delay", "champion") == 2
        entry = mlx.access.audit(ADMIN, resource="model:delay@champion")[0][0]
        assert (entry.who, entry.action, entry.before["version"]) == ("root", "override-gate", None)
        assert (entry.after["version"], entry.after["why"]) == (2, "the old one broke")
        passed = mlx.models.promotions.run_gate(ask(mlx, 1, tmp_path, ADMIN, override=True, why="back").id)
        assert (passed.state, passed.overridden) == ("PROMOTED", False), "nothing had to be overridden"

    def test_conflicts_where_the_alias_was_moved_meanwhile(self, models: Models, mlx: Services, tmp_path: Path) -> None:
        apply(mlx, "check: metric, metric: auc, min: 0.5")
        first, second = ask(mlx, 1, tmp_path), ask(mlx, 2, tmp_path, BOB)
        assert mlx.models.promotions.run_gate(first.id).state == "PROMOTED"
        lost = mlx.models.promotions.run_gate(second.id)
        assert (lost.state, lost.error["code"]) == ("CONFLICT", "alias_moved")
        assert "ada moved it" in lost.error["message"]
        assert models.alias("delay", "champion") == 1

    def test_fails_where_its_job_ended_without_a_result(self, mlx: Services, tmp_path: Path) -> None:
        apply(mlx, "check: metric, metric: auc, min: 0.5")
        made = ask(mlx, 1, tmp_path)
        mlx.jobs.cancel(made.run_id)
        ended = mlx.models.promotions.get(made.id)
        assert (ended.state, ended.error["code"]) == ("FAILED", "gate_ended")
        assert "CANCELLED" in ended.error["message"]
        removed = ask(mlx, 1, tmp_path)
        mlx.jobs.cancel(removed.run_id)
        mlx.jobs.remove(removed.run_id)
        found, cursor = mlx.models.promotions.page("delay", limit=1)
        assert (found[0].state, "removed" in found[0].error["message"]) == ("FAILED", True)
        assert mlx.models.promotions.page("delay", limit=1, cursor=cursor)[0][0].id == made.id
