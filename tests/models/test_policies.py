"""Policies: YAML with clear errors, versions bound by digest, and one guard for an alias."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.contract import check
from jupyter_mlx.errors import Conflict, Forbidden, InvalidInput, MlxError, NotFound
from jupyter_mlx.models.gates.checks import KINDS
from jupyter_mlx.models.gates.policies import _overlap
from jupyter_mlx.models.gates.reader import describe_kinds, read_policy
from jupyter_mlx.services import Services
from tests.support import parameters

from .registered import ADA, ADMIN

GOOD = """\
policy: delay-champion
model: delay
aliases: [champion]
checks:
  - check: metric
    metric: auc
    min: 0.7
    interval: true
"""


def policy(name: str = "p", model: str = "delay", aliases: str = "[champion]", minimum: float = 0.7) -> str:
    """A policy with one check."""
    head = f"policy: {name}\nmodel: '{model}'\naliases: {aliases}\n"
    return f"{head}checks:\n  - check: metric\n    metric: auc\n    min: {minimum}\n"


class TestReading:
    """The text."""

    def test_gives_typed_checks(self) -> None:
        found = read_policy(GOOD)
        assert (found.name, found.model, found.aliases) == ("delay-champion", "delay", ("champion",))
        assert found.checks[0].kind == "metric"
        assert found.checks[0].bound == {"metric": "auc", "min": 0.7, "interval": True}
        assert found.checks[0].label == "auc at least 0.7"

    @pytest.mark.parametrize(
        ("wrong", "right", "line", "said"),
        [
            ("check: metric", "check: metrik", 5, "no kind of check `metrik`"),
            ("metric: auc", "metrics: auc", 6, "`metric` has no field `metrics`"),
            ("min: 0.7", "min: high", 7, "`min` is no number"),
            ("min: 0.7", "min: true", 7, "`min` is no number"),
            ("min: 0.7", "min: .nan", 7, "`min` is no number"),
            ("    min: 0.7\n", "", 5, "says neither `min` nor `max`"),
            ("    metric: auc\n", "", 5, "does not say its `metric`"),
            ("interval: true", "interval: 1", 8, "neither true nor false"),
            ("model: delay\n", "", 1, "does not say its `model`"),
            ("aliases: [champion]", "aliases: champion", 3, "`aliases` is no list"),
            ("aliases: [champion]", "aliases: []", 3, "`aliases` is empty"),
            ("model: delay", "model: delay\nmodel: other", 3, "`model` is said twice"),
            ("model: delay", "model: *x", 2, "takes no `*`|take no `\\*` references|no YAML"),
            ("model: delay", "owner: me\nmodel: delay", 2, "no field `owner`"),
            ("policy: delay-champion", "policy: a/b", 1, "can be no policy's name"),
            ("checks:", "checks: [", 5, "no YAML"),
            ("interval: true", "interval: true\n    max: 0.5", 5, "`min` that is greater than its `max`"),
        ],
    )
    def test_names_the_line_of_what_is_wrong(self, wrong: str, right: str, line: int, said: str) -> None:
        text = GOOD.replace(wrong, right, 1)
        assert text != GOOD
        with pytest.raises(InvalidInput, match=said) as caught:
            read_policy(text)
        assert caught.value.message.startswith(f"Line {line}: ")
        assert (caught.value.code, caught.value.field) == ("policy_invalid", "text")
        assert caught.value.remedy

    @pytest.mark.parametrize(
        ("check_text", "said"),
        [
            ("check: no_worse_than\n    metric: profit", "better `higher` or `lower`"),
            ("check: no_worse_than\n    metric: auc\n    margin: -1", "`margin` below 0"),
            ("check: fresh_data", "does not say a `max_age`"),
            ("check: fresh_data\n    max_age: 30 fortnights", "is no time"),
            ("check: no_leakage\n    kinds: [rumours]", "unknown `kinds`"),
            ("check: packages", "says none of"),
            ("check: packages\n    denied: ['numpy=>1']", "no requirement"),
            ("check: approval\n    count: 0", "`count` below 1"),
            ("check: approval\n    count: 1.5", "no whole number"),
            ("check: notebook", "does not say its `notebook`"),
        ],
    )
    def test_refuses_fields_that_make_no_sense(self, check_text: str, said: str) -> None:
        with pytest.raises(InvalidInput, match=said):
            read_policy(f"policy: p\nmodel: m\naliases: [a]\nchecks:\n  - {check_text}\n")

    def test_refuses_two_checks_that_are_called_the_same(self) -> None:
        text = "policy: p\nmodel: m\naliases: [a]\nchecks:\n  - check: approval\n  - check: approval\n"
        with pytest.raises(InvalidInput, match="two checks are called `approved by 1`"):
            read_policy(text)
        assert len(read_policy(text + "    name: once more\n").checks) == 2

    @given(st.text(max_size=60))
    def test_never_fails_otherwise(self, text: str) -> None:
        for whole in (text, GOOD.replace("0.7", text), GOOD.replace("champion]", text)):
            with suppress(InvalidInput):
                read_policy(whole)

    def test_takes_no_bomb(self) -> None:
        for text in ("[" * 100_000, "[" * 900, "- " * 50_000, "a: &a [x, x]\nb: &b [*a, *a]\n", ""):
            with pytest.raises(InvalidInput):
                read_policy(text)

    def test_kinds_are_described(self) -> None:
        described = {item["kind"]: item for item in describe_kinds()}
        assert described.keys() == KINDS.keys()
        assert all(item["text"] for item in described.values())


class TestPatterns:
    """Which models a policy is of."""

    @pytest.mark.parametrize(
        ("one", "other", "both"),
        [
            ("a*", "*b", True),
            ("a*", "b*", False),
            ("a*c", "abc", True),
            ("*", "x", True),
            ("a*b", "a*c", False),
            ("a", "a", True),
            ("a", "b", False),
        ],
    )
    def test_may_match_the_same_name(self, one: str, other: str, both: bool) -> None:
        assert _overlap(one, other) is both
        assert _overlap(other, one) is both

    def test_the_narrowest_guards(self, mlx: Services) -> None:
        policies = mlx.models.policies
        for name, model in (("all", "*"), ("d", "de*"), ("delay", "delay")):
            policies.apply(policy(name, model), ADMIN)
        guards = {model: policies.guarding(model, "champion") for model in ("delay", "demand", "fare")}
        assert {model: guard.name for model, guard in guards.items() if guard} == {
            "delay": "delay",
            "demand": "d",
            "fare": "all",
        }
        assert policies.guarding("delay", "challenger") is None
        assert policies.guarded({"delay": 1, "fare": 1}) == {
            "delay": {"champion": "delay"},
            "fare": {"champion": "all"},
        }

    def test_two_as_narrow_as_each_other_clash(self, mlx: Services) -> None:
        policies = mlx.models.policies
        policies.apply(policy("one", "de*"), ADMIN)
        with pytest.raises(Conflict, match="`one` guards `champion` of `de\\*` already") as caught:
            policies.apply(policy("two", "*ay"), ADMIN)
        assert caught.value.code == "policy_clash"
        policies.apply(policy("two", "*ay", "[challenger]"), ADMIN)
        policies.remove("one", ADMIN)
        policies.apply(policy("two", "*ay"), ADMIN)


class TestVersions:
    """Policies over time."""

    def test_are_made_where_the_text_is_another(self, mlx: Services) -> None:
        policies = mlx.models.policies
        first = policies.apply(policy(), ADMIN)
        assert policies.apply(policy(), ADMIN) == first
        second = policies.apply(policy(minimum=0.8), ADMIN)
        assert (second.number, second.digest != first.digest) == (2, True)
        found = [check("Policy", item.to_json()) for item in policies.versions("p")]
        assert [(item["number"], item["in_force"]) for item in found] == [(2, True), (1, False)]
        policies.remove("p", ADMIN)
        assert policies.in_force() == []
        assert policies.apply(policy(minimum=0.8), ADMIN).number == 3
        entries, _ = mlx.access.audit(ADMIN, resource="policy:p")
        assert [entry.action for entry in entries] == ["apply-policy", "remove-policy", "apply-policy", "apply-policy"]
        with pytest.raises(NotFound):
            policies.versions("q")

    def test_are_for_administrators(self, mlx: Services) -> None:
        policies = mlx.models.policies
        policies.apply(policy(), ADMIN)
        for change in (lambda: policies.apply(policy(minimum=0), ADA), lambda: policies.remove("p", ADA)):
            with pytest.raises(Forbidden) as caught:
                change()
            assert caught.value.code == "admin_only"
        refused, _ = mlx.access.audit(ADMIN, allowed=False)
        assert [(entry.who, entry.action) for entry in refused] == [("ada", "remove-policy"), ("ada", "apply-policy")]

    def test_hold_their_gate_notebooks_as_they_were(
        self, mlx: Services, notebook: Callable[..., Path], tmp_path: Path
    ) -> None:
        path = notebook("gate.ipynb", parameters("version: int = 0"), "assert version")
        text = "policy: p\nmodel: m\naliases: [a]\nchecks:\n  - check: notebook\n    notebook: notebooks/gate.ipynb\n"
        policies = mlx.models.policies
        first = policies.apply(text, ADMIN, path="policy.yaml", root=tmp_path)
        kept = path.read_bytes()
        notebook("gate.ipynb", "print('always')")
        second = policies.apply(text, ADMIN, path="policy.yaml", root=tmp_path)
        assert (second.number, second.digest != first.digest) == (2, True)
        file = policies.notebook(first, "notebooks/gate.ipynb", tmp_path / "gates")
        assert file.read_bytes() == kept

    def test_with_a_notebook_that_is_none_or_outside_are_refused(
        self, mlx: Services, notebook: Callable[..., Path], tmp_path: Path
    ) -> None:
        notebook("gate.ipynb", "1")
        root = tmp_path / "root"
        root.mkdir()
        for named, code in (
            ("missing.ipynb", "notebook_missing"),
            ("../notebooks/gate.ipynb", "path_outside_root"),
            (str(tmp_path / "notebooks" / "gate.ipynb"), "path_outside_root"),
        ):
            text = f"policy: p\nmodel: m\naliases: [a]\nchecks:\n  - check: notebook\n    notebook: {named}\n"
            with pytest.raises(MlxError) as caught:
                mlx.models.policies.apply(text, ADMIN, path="policy.yaml", root=root)
            assert caught.value.code == code
        assert mlx.models.policies.in_force() == []
