"""Parameters: typed by the notebook, checked before anything is queued."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlx.errors import InvalidInput, NotFound
from jupyter_mlx.jobs.models import JobRequest
from jupyter_mlx.jobs.parameters import Parameter, check_parameters, inspect_parameters
from jupyter_mlx.services import Services

from ..support import KERNEL, code, parameters


def inspect(source: str) -> list[Parameter]:
    node = nbformat.v4.new_notebook(cells=[parameters(source)], metadata={"kernelspec": KERNEL})
    declared, inspected = inspect_parameters(node, "python3")
    assert inspected
    return declared


def check(source: str, **given: Any) -> dict[str, Any]:
    return check_parameters(given, inspect(source), True, ())


def refusal(source: str, secrets: tuple[str, ...] = (), **given: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        check_parameters(given, inspect(source), True, secrets)
    assert caught.value.remedy
    assert caught.value.field == f"parameters.{next(iter(given))}"
    return caught.value


@pytest.mark.parametrize(
    ("source", "type_", "default", "nullable"),
    [
        ("x = 1", "int", 1, False),
        ("x = -0.5", "float", -0.5, False),
        ("x = True", "bool", True, False),
        ("x = 'a'", "str", "a", False),
        ("x = [1, 2]", "list", [1, 2], False),
        ("x = (1, 2)", "list", [1, 2], False),
        ("x = {'a': 1}", "dict", {"a": 1}, False),
        ("x = None", "any", None, True),
        ("x: int = 3", "int", 3, False),
        ("x: float = 3", "float", 3, False),
        ("x: int | None = 3", "int", 3, True),
        ("x: Optional[str] = None", "str", None, True),
        ("x: Union[int, float] = 1", "float", 1, False),
        ("x: list[int] = [1]", "list", [1], False),
        ("x: typing.Dict[str, int] = {}", "dict", {}, False),
        ("x: int = None", "int", None, True),
        ("x = compute()", "any", None, True),
        ("x: SomeClass = 1", "any", 1, True),
    ],
)
def test_a_parameters_type_comes_from_its_annotation_or_its_default(
    source: str, type_: str, default: Any, nullable: bool
) -> None:
    (found,) = inspect(source)
    assert (found.type, found.default, found.nullable) == (type_, default, nullable)


def test_help_and_choices_are_read() -> None:
    (found,) = inspect('device: Literal["cpu", "cuda"] = "cpu"  # where to train')
    assert found.help == "where to train"
    assert found.choices == ("cpu", "cuda")
    assert found.type == "str"


@pytest.mark.parametrize(
    "default",
    ["1e999", "float('nan')", "b'x'", "1j", "...", "[b'x']", "{(1, 2): 3}", "{1: 2}", "{1, 2}", "[{3}]", "'\\ud800'"],
)
def test_whatever_the_default_is_the_form_gets_strict_json(default: str) -> None:
    (found,) = inspect(f"x = {default}")
    json.dumps(found.to_json(), allow_nan=False).encode()


@pytest.mark.parametrize(
    ("source", "value", "taken"),
    [
        ("x = 1", 2, 2),
        ("x = 1", 3.0, 3),
        ("x = 1.0", 2, 2),
        ("x = 1.0", 10**400, 10**400),
        ("x = [1]", "[64, 32]", [64, 32]),
        ("x = [1]", (1, 2), [1, 2]),
        ("x = {}", "{'a': 1}", {"a": 1}),
        ("x: int = None", None, None),
        ("x = f()", {"any": ["thing"]}, {"any": ["thing"]}),
        ("x: Literal['a', 'b'] = 'a'", "b", "b"),
    ],
)
def test_a_value_of_the_right_type_is_taken(source: str, value: Any, taken: Any) -> None:
    checked = check(source, x=value)["x"]
    assert checked == taken
    assert type(checked) is type(taken)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x = 1", "many"),
        ("x = 1", 1.5),
        ("x = 1", True),
        ("x = 1", None),
        ("x = 1", float("inf")),
        ("x = 1.0", "fast"),
        ("x = 1.0", True),
        ("x = True", 1),
        ("x = 'a'", 1),
        ("x = [1]", "[64,"),
        ("x = [1]", 5),
        ("x = {}", []),
    ],
)
def test_a_value_of_another_type_is_refused_with_an_example(source: str, value: Any) -> None:
    error = refusal(source, x=value)
    assert error.code == "parameter_type"
    assert repr(value) in error.message


def test_a_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    error = refusal("x: Literal['a', 'b'] = 'a'", x="c")
    assert error.code == "parameter_choice"
    assert "a, b" in error.remedy


def test_an_unknown_name_brings_the_nearest_known_one() -> None:
    error = refusal("learning_rate = 0.1\nepochs = 1", learning_rte=1)
    assert error.code == "parameter_unknown"
    assert "`learning_rate`" in error.remedy
    assert "learning_rate, epochs" in error.remedy


@pytest.mark.parametrize("name", ["lr=1;import os", "1x", "a b", "", "class", "a.b", "x\n"])
def test_a_name_that_is_no_identifier_is_refused_whatever_the_notebook_declares(name: str) -> None:
    for inspected in (True, False):
        with pytest.raises(InvalidInput) as caught:
            check_parameters({name: 1}, [], inspected, ())
        assert caught.value.code == "parameter_name_invalid"


def test_a_secret_must_be_granted() -> None:
    error = refusal("token = ''", token="secret://KEY")
    assert error.code == "secret_not_granted"
    assert "--secret KEY" in error.remedy


def test_a_granted_secret_stays_a_reference_whatever_the_type() -> None:
    declared = inspect("token = 1")
    assert check_parameters({"token": "secret://KEY"}, declared, True, ("KEY",)) == {"token": "secret://KEY"}


def test_without_a_parameters_cell_any_identifier_may_be_given() -> None:
    node = nbformat.v4.new_notebook(cells=[code("x = 1")], metadata={"kernelspec": KERNEL})
    assert inspect_parameters(node, "python3") == ([], False)
    assert check_parameters({"x": [1]}, [], False, ()) == {"x": [1]}


def test_a_language_that_papermill_cannot_inspect_takes_any_identifier() -> None:
    node = nbformat.v4.new_notebook(
        cells=[parameters("x <- 1")], metadata={"kernelspec": {**KERNEL, "name": "ir", "language": "R"}}
    )
    assert inspect_parameters(node, "ir")[1] is False


def test_a_secret_that_nobody_set_is_refused_with_the_way_to_set_it(
    services: Services, notebook: Callable[..., Path]
) -> None:
    request = JobRequest(str(notebook("a.ipynb", parameters("t = ''"))), {"t": "secret://KEY"}, secrets=("KEY",))
    with pytest.raises(NotFound) as caught:
        services.jobs.submit(request, owner="me")
    assert caught.value.code == "secret_unknown"
    assert "secrets set KEY" in caught.value.remedy


@pytest.mark.parametrize(
    "value", [{1, 2}, object(), b"x", {1: 2}, [{"a": {2: 3}}], [Path()], {"a": {1}}, "\ud800", {"\ud800": 1}]
)
def test_a_value_that_is_no_json_is_refused(value: Any) -> None:
    for inspected, declared in ((True, inspect("x = f()")), (False, [])):
        with pytest.raises(InvalidInput) as caught:
            check_parameters({"x": value}, declared, inspected, ())
        assert caught.value.code == "parameter_type"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SOURCES = st.sampled_from(
    [
        "x = 1",
        "x = .5",
        "x = ''",
        "x = []",
        "x = {}",
        "x = True",
        "x = None",
        "x: int | str = 1",
        "x: Literal[1, 'a'] = 1",
    ]
)


@given(source=SOURCES, value=VALUES)
def test_any_json_is_either_taken_unharmed_or_refused_in_words(source: str, value: Any) -> None:
    try:
        taken = check(source, x=value)["x"]
    except InvalidInput as error:
        assert error.code.startswith("parameter_")  # noqa: PT017 - either way is right
        assert error.remedy  # noqa: PT017 - either way is right
        return
    assert json.loads(json.dumps(taken)) == taken
    if not isinstance(value, str):
        assert taken == value


@given(name=st.text())
def test_only_identifiers_pass(name: str) -> None:
    try:
        check_parameters({name: 1}, [], False, ())
    except InvalidInput:
        assert not name.isidentifier() or keyword.iskeyword(name)
    else:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)


@given(default=VALUES)
def test_every_default_written_in_a_cell_can_be_given_back(default: Any) -> None:
    """What the form shows unchanged is what the service takes."""
    (found,) = inspect(f"x = {default!r}")
    if found.default is not None:
        assert check(f"x = {default!r}", x=found.default) == {"x": found.default}
