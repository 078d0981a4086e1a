"""What counts as the same when a notebook is executed twice, and what does not."""

from __future__ import annotations

import base64
import io
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image

from jupyter_mlx.models.replay.comparing import Execution, cell_at, compare_metrics, compare_outputs
from jupyter_mlx.models.replay.files import compare_files
from jupyter_mlx.models.replay.fingerprints import fingerprint
from jupyter_mlx.models.replay.state import find_culprit
from jupyter_mlx.models.replay.text import Likeness, Names, compare_text, is_clock

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def names(**given: str) -> Names:
    return Names({text: word for word, text in given.items()}, BEGAN, BEGAN + timedelta(minutes=5))


def pair() -> tuple[Names, Names]:
    one = names(run="0a" * 16, place="/data/runs/aaa", job="aaaaaaaaaaaa")
    return one, names(run="1b" * 16, place="/scratch/replay-1", job="bbbbbbbbbbbb")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"run {'0a' * 16} in /data/runs/aaa/x", f"run {'1b' * 16} in /scratch/replay-1/x"),
        ("<Axes at 0x7f3a2b4c5d6e>", "<Axes at 0x7fffffff0000>"),
        ("/tmp/tmpab12cd34/weights", "/tmp/tmpzz99yy88/weights"),
    ],
)
def test_ids_addresses_and_folders_do_not_count(before: str, after: str) -> None:
    assert compare_text(before, after, pair(), 0.0) is Likeness.EQUAL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("epoch 1  loss 0.4  12.3 s", "epoch 1  loss 0.4  0.9 s"),
        ("CPU times: user 3 ms\nWall time: 1min 3s", "CPU times: user 9.5 ms\nWall time: 4min 12s"),
        ("done at 2026-03-01 12:00:03", "done at 2026-03-01 12:03:04"),
    ],
)
def test_times_are_no_difference_and_said(before: str, after: str) -> None:
    assert compare_text(before, after, pair(), 0.0) is Likeness.TIMES


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mean delay 12.3 min", "mean delay 12.4 min"),
        ("flights up to 2013-01-01", "flights up to 2013-01-02"),
        ("crc32 0xdeadbeef", "crc32 0xcafebabe"),
        ("hash 0x1234567890abcdef", "hash 0x1234567890abcdee"),
        ("digest 9e107d9d372bb6826bd81d3542a419d6", "digest e4d909c290d0fb1ca068ffaddf22cbd0"),
    ],
)
def test_what_is_a_result_is_a_difference(before: str, after: str) -> None:
    assert compare_text(before, after, pair(), 0.0) is Likeness.DIFFERENT


def test_numbers_in_texts_are_held_against_the_tolerance() -> None:
    assert compare_text("AUC 0.75000001", "AUC 0.75000002", pair(), 1e-6) is Likeness.WITHIN
    assert compare_text("AUC 0.75", "AUC 0.76", pair(), 1e-6) is Likeness.DIFFERENT


def test_ids_that_libraries_make_up_for_pages_do_not_count_there() -> None:
    before, after = ('<td id="T_0a1b2_row0_col0">1</td>', '<td id="T_9f8e7_row0_col0">1</td>')
    assert compare_text(before, after, pair(), 0.0, page=True) is Likeness.EQUAL
    assert compare_text(before, after, pair(), 0.0) is Likeness.DIFFERENT


def test_metrics_that_are_times_are_told_by_their_names() -> None:
    assert all(map(is_clock, ("epoch_seconds", "training_time", "samples_per_second", "system/cpu")))
    assert not any(map(is_clock, ("val_auc", "arrival_time_mae", "mae_seconds", "timeouts")))


def test_metrics_are_compared_by_name() -> None:
    before = {"auc": 0.75, "loss": float("nan"), "epoch_seconds": 3.0}
    assert compare_metrics(before, {**before, "epoch_seconds": 9.0}, 0.0) == (Likeness.TIMES, [])
    assert compare_metrics(before, {**before, "auc": 0.76}, 0.0) == (Likeness.DIFFERENT, ["auc"])
    assert compare_metrics(before, {**before, "auc": 0.75 + 1e-9}, 1e-6)[0] is Likeness.WITHIN
    assert compare_metrics(before, {"loss": 1.0, "epoch_seconds": 3.0}, 0.0) == (Likeness.DIFFERENT, ["auc", "loss"])


def picture(value: int, size: int = 8, compression: int = 6) -> str:
    file = io.BytesIO()
    Image.fromarray(np.full((size, size, 3), value, dtype="uint8")).save(file, "PNG", compress_level=compression)
    return base64.b64encode(file.getvalue()).decode()


def execution(*outputs: list[Any], which: int = 0) -> Execution:
    cells = [nbformat.v4.new_markdown_cell("# text")]
    for number, shown in enumerate(outputs):
        times = {"start_time": BEGAN + timedelta(minutes=number), "end_time": BEGAN + timedelta(minutes=number + 1)}
        cell = nbformat.v4.new_code_cell(f"cell {number}", outputs=shown)
        cell.metadata["papermill"] = {key: moment.isoformat() for key, moment in times.items()}
        cells.append(cell)
    return Execution(nbformat.v4.new_notebook(cells=cells), {}, pair()[which])


def said(text: str, name: str = "stdout") -> Any:
    return nbformat.v4.new_output("stream", name=name, text=text)


def shown(**data: Any) -> Any:
    return nbformat.v4.new_output("display_data", data={key.replace("_", "/"): value for key, value in data.items()})


def test_outputs_are_compared_cell_by_cell() -> None:
    before = execution([said("a\n")], [said("x 1\n"), said("warning 1", "stderr")], [shown(text_plain="2")])
    after = execution([said("a\n")], [said("x 1\n"), said("warning 2", "stderr")], [shown(text_plain="3")], which=1)
    (found,) = compare_outputs(before, after, 0.0)
    assert (found.index, found.number, found.source) == (2, 4, "cell 2")
    assert found.why == "it showed `2`, and now `3`"


def test_progress_that_is_written_over_counts_by_what_is_left_of_it() -> None:
    before, after = (execution([said(f"{steps}done\n")]) for steps in ("10%\r90%\r", "50%\r"))
    assert compare_outputs(before, after, 0.0) == []


def test_pictures_are_compared_by_pixels() -> None:
    before = execution([shown(image_png=picture(10))])
    assert compare_outputs(before, execution([shown(image_png=picture(10, compression=1))]), 0.0) == []
    (found,) = compare_outputs(before, execution([shown(image_png=picture(11))]), 0.0)
    assert (found.likeness, found.why) == (Likeness.DIFFERENT, "its picture (image/png) is another one")
    (near,) = compare_outputs(before, execution([shown(image_png=picture(11))]), 0.01)
    assert near.likeness is Likeness.WITHIN


def test_a_cell_that_raises_now_is_a_difference() -> None:
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    (found,) = compare_outputs(execution([said("ok")]), execution([error]), 0.0)
    assert found.why == "it raised KeyError: 'x', as it did not before"


def test_a_moment_tells_the_cell_that_was_executed_then() -> None:
    found = execution([], [], [])
    assert cell_at(found, BEGAN + timedelta(seconds=90)) == (1, 3)
    assert cell_at(found, BEGAN + timedelta(hours=2)) is None


# -- files -----------------------------------------------------------------------------------------------------


def model(folder: Path, *, run: str, place: str, weights: bytes = b"w", requirements: str = "numpy==2.0") -> Path:
    folder.mkdir()
    (folder / "MLmodel").write_text(
        f"run_id: {run}\nutc_time_created: '{place}'\nflavors: {{python_function: {{artifacts: {{w: {{uri: {place}, "
        f"path: w.bin}}}}, loader_module: m}}}}\n"
    )
    (folder / "w.bin").write_bytes(weights)
    (folder / "requirements.txt").write_text(requirements)
    return folder


def test_what_tells_one_logging_from_another_is_no_difference_of_models(tmp_path: Path) -> None:
    one = model(tmp_path / "one", run="0a" * 16, place="/tmp/tmpaaaaaaaa")
    two = model(tmp_path / "two", run="1b" * 16, place="/tmp/tmpbbbbbbbb")
    found = compare_files(one, two, pair(), 0.0)
    assert found.likeness is Likeness.EQUAL
    assert [file["path"] for file in found.files] == ["MLmodel", "requirements.txt", "w.bin"]


def test_a_model_that_names_other_packages_is_equal_but_for_them(tmp_path: Path) -> None:
    one = model(tmp_path / "one", run="0a" * 16, place="a")
    two = model(tmp_path / "two", run="0a" * 16, place="a", requirements="numpy==2.1")
    found = compare_files(one, two, pair(), 0.0)
    assert (found.likeness, found.message) == (Likeness.WITHIN, "the model names other packages (requirements.txt)")


def test_a_file_that_is_missing_is_a_difference(tmp_path: Path) -> None:
    one = model(tmp_path / "one", run="0a" * 16, place="a")
    two = model(tmp_path / "two", run="0a" * 16, place="a")
    (two / "w.bin").unlink()
    assert compare_files(one, two, pair(), 0.0).message == "one of the models lacks w.bin"


def test_models_whose_files_are_gone_are_not_equal(tmp_path: Path) -> None:
    found = compare_files(tmp_path / "one", tmp_path / "two", pair(), 0.0)
    assert (found.likeness, found.message) == (Likeness.DIFFERENT, "the files of both models are gone")


@pytest.fixture(scope="module")
def _pyfunc() -> None:
    """MLflow warns of its own annotations when this is imported first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow.pyfunc
        import mlflow.sklearn  # noqa: F401


@pytest.mark.usefixtures("_pyfunc")
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
def test_models_of_other_bytes_are_compared_by_what_they_predict(tmp_path: Path) -> None:
    import mlflow.sklearn
    from sklearn.linear_model import LinearRegression

    rows = np.arange(12.0).reshape(6, 2) ** 2
    folders = []
    for number, noise in enumerate((0.0, 1e-9, 1.0)):
        fitted = LinearRegression().fit(rows, rows @ [1.0, 2.0 + noise])
        folders.append(tmp_path / str(number))
        mlflow.sklearn.save_model(fitted, folders[-1], input_example=rows[:2], pip_requirements=["scikit-learn"])
    same = compare_files(folders[0], folders[1], pair(), 1e-6)
    assert (same.likeness, same.message.rpartition(", ")[2]) == (
        Likeness.WITHIN,
        "their predictions on the input example are within 1e-06",
    )
    other = compare_files(folders[0], folders[2], pair(), 1e-6)
    assert (other.likeness, other.message.rpartition(", ")[2]) == (
        Likeness.DIFFERENT,
        "and so do their predictions on the input example",
    )


# -- state -----------------------------------------------------------------------------------------------------


def test_fingerprints_tell_values_apart_and_leave_out_what_is_no_result() -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    assert fingerprint(frame) == fingerprint(frame.copy())
    assert fingerprint(frame) != fingerprint(frame.assign(a=[1, 3]))
    assert fingerprint({"rng": np.random.default_rng(1)}) == fingerprint({"rng": np.random.default_rng(1)})
    assert fingerprint(np.random.default_rng()) != fingerprint(np.random.default_rng())
    assert fingerprint({"b", "a", 1}) == fingerprint({1, "a", "b"})
    assert fingerprint(f"/tmp/tmpaaaaaaaa/{'0a' * 16}") == fingerprint(f"/tmp/tmpbbbbbbbb/{'1b' * 16}")
    assert fingerprint(np) is None
    assert fingerprint(lambda: 1) is None


def test_a_fitted_model_is_told_by_what_it_learned() -> None:
    from sklearn.ensemble import RandomForestClassifier

    rows = np.arange(40).reshape(20, 2)
    fitted = [RandomForestClassifier(5, random_state=seed).fit(rows, rows[:, 0] > 9) for seed in (1, 1, 2)]
    assert fingerprint(fitted[0]) == fingerprint(fitted[1]) != fingerprint(fitted[2])


def test_the_cell_is_blamed_whose_value_is_used_and_not_the_one_that_reads_the_clock() -> None:
    sources = ["started = time.time()", "noise = np.random.rand()", "other = noise + 1", "print(other)"]
    one = [{"started": "a"}, {"started": "a", "noise": "a"}, {"started": "a", "noise": "a", "other": "a"}, None]
    two = [{"started": "b"}, {"started": "b", "noise": "b"}, {"started": "b", "noise": "b", "other": "b"}, None]
    found = find_culprit(one, two, sources, 3)
    assert found is not None
    assert (found.index, found.names) == (1, ("noise",))
    assert find_culprit(one, one, sources, 3) is None


def test_where_the_syntax_is_not_known_every_variable_matters() -> None:
    one, two = [{"x": "a"}], [{"x": "b"}]
    found = find_culprit(one, two, ["x <- rnorm(1)"], 0)
    assert found is not None
    assert found.names == ("x",)
