"""The rules of jobs: keys, clones, removals, retries, pages. Nothing here is executed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyter_mlx.clock import ManualClock
from jupyter_mlx.errors import Conflict, InvalidInput, NotFound
from jupyter_mlx.jobs.lifecycle import State
from jupyter_mlx.jobs.models import JobRequest, Run
from jupyter_mlx.jobs.spec import AttemptFiles
from jupyter_mlx.store.engine import Store

from ..support import parameters, write_notebook
from .queue import FAILED, SUCCEEDED, Queue


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 2, 12, tzinfo=UTC))


@pytest.fixture
def queue(tmp_path: Path, any_store: Store, clock: ManualClock) -> Queue:
    made = Queue(tmp_path, any_store, clock)
    write_notebook(made.path, parameters("lr = 0.1\nname = 'a'"), "1")
    return made


def submit(queue: Queue, key: str | None = None, owner: str = "me", **request: object) -> Run:
    return queue.jobs.submit(JobRequest(str(queue.path), **request), owner=owner, idempotency_key=key)  # type: ignore[arg-type]


def ended(queue: Queue, run: Run) -> Run:
    agent = queue.agent()
    _, fence = queue.claim(agent)
    assert fence.run_id == run.id
    agent.publish(fence, SUCCEEDED)
    return queue.get(run)


# -- idempotency -----------------------------------------------------------------------------------------------


def test_a_key_makes_one_run(queue: Queue) -> None:
    first = submit(queue, "k")
    assert submit(queue, "k").id == first.id
    assert submit(queue, "other").id != first.id
    assert submit(queue, "k", owner="she").id != first.id
    assert len(queue.jobs.page()[0]) == 3


def test_a_key_makes_one_run_when_many_ask_at_once(queue: Queue) -> None:
    found: list[str] = []
    askers = [threading.Thread(target=lambda: found.append(submit(queue, "k").id)) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_the_same_notebook_may_be_submitted_by_many_at_once(queue: Queue) -> None:
    found: list[str] = []
    askers = [threading.Thread(target=lambda: found.append(submit(queue).id)) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(set(found)) == 6


# -- clone, retry, remove --------------------------------------------------------------------------------------


def test_a_clone_runs_the_same_version_with_other_parameters(queue: Queue) -> None:
    run = submit(queue, parameters={"lr": 0.5, "name": "x"}, tags={"team": "a"})
    queue.path.write_text("changed since")
    clone = queue.jobs.clone(run.id, owner="she", parameters={"lr": 0.7}, name="again")
    assert clone.job.parameters == {"lr": 0.7, "name": "x"}
    assert (clone.job.snapshot, clone.job.tags, clone.job.request) == (run.job.snapshot, run.job.tags, run.job.request)
    assert (clone.job.name, clone.owner, clone.state) == ("again", "she", State.QUEUED)
    assert queue.jobs.notebook(clone.id) == queue.jobs.notebook(run.id)


def test_a_clones_parameters_are_checked(queue: Queue) -> None:
    run = submit(queue)
    with pytest.raises(InvalidInput) as caught:
        queue.jobs.clone(run.id, owner="me", parameters={"rl": 1})
    assert caught.value.code == "parameter_unknown"


def test_a_retry_allows_one_more_attempt(queue: Queue, clock: ManualClock) -> None:
    run = submit(queue)
    agent = queue.agent()
    for number in (1, 2):
        _, fence = queue.claim(agent)
        assert fence.number == number
        agent.publish(fence, FAILED)
        assert queue.get(run).state is State.FAILED
        again = queue.jobs.retry(run.id)
        assert (again.state, again.ended_at, again.cancel_requested) == (State.QUEUED, None, False)
    _, fence = queue.claim(agent)
    agent.publish(fence, SUCCEEDED)
    assert queue.get(run).error is None


def test_a_run_that_has_not_ended_is_neither_retried_nor_removed(queue: Queue) -> None:
    run = submit(queue)
    queue.claim(queue.agent())
    for act in (queue.jobs.retry, queue.jobs.remove):
        with pytest.raises(Conflict) as caught:
            act(run.id)
        assert caught.value.code == "run_not_ended"


def test_a_removed_run_takes_its_files_along_and_no_others(queue: Queue) -> None:
    run, other = submit(queue), submit(queue)
    for one in (run, other):
        files = AttemptFiles.of(queue.settings.artifacts, one.id, 1)
        files.out.mkdir(parents=True)
        files.notebook.write_text("{}")
        queue.jobs.cancel(one.id)
    queue.jobs.remove(run.id)
    with pytest.raises(NotFound) as caught:
        queue.get(run)
    assert caught.value.code == "run_unknown"
    assert [path.name for path in (queue.settings.artifacts / "runs").iterdir()] == [other.id]
    assert queue.jobs.notebook(other.id)
    with queue.store.read() as connection:
        last = queue.jobs.log.after(connection, 0)[-1]
    assert (last.kind, last.subject) == ("job.removed", run.id)


def test_a_queued_run_is_cancelled_at_once(queue: Queue) -> None:
    run = queue.jobs.cancel(submit(queue).id)
    assert (run.state, run.cancel_requested) == (State.CANCELLED, True)
    assert run.ended_at is not None
    assert queue.agent().claim([]) is None


# -- reading ---------------------------------------------------------------------------------------------------


def test_a_run_is_found_by_the_beginning_of_its_id(queue: Queue) -> None:
    run = submit(queue)
    assert queue.jobs.get(run.id[:6]).id == run.id
    for unknown in ("nothing", "", run.id[:2], "%", "___"):
        with pytest.raises(NotFound):
            queue.jobs.get(unknown)


def test_pages_show_every_run_once_newest_first(queue: Queue, clock: ManualClock) -> None:
    made = []
    for number in range(7):
        if number % 2:  # some were made in the same moment
            clock.advance(seconds=1)
        made.append(queue.add().id)
    seen: list[Run] = []
    cursor = None
    while True:
        page, cursor, _, counts = queue.jobs.page(limit=3, cursor=cursor)
        seen += page
        assert counts == {"QUEUED": 7}
        if cursor is None:
            break
    assert sorted(run.id for run in seen) == sorted(made)
    assert [run.created_at for run in seen] == sorted((run.created_at for run in seen), reverse=True)


def test_a_page_is_filtered_by_state_words_and_notebook(queue: Queue) -> None:
    train = submit(queue, name="Train 100%", tags={"team": "żółw"})
    other = submit(queue, name="Other")
    queue.jobs.cancel(other.id)

    def found(**query: object) -> list[str]:
        return [run.job.name for run in queue.jobs.page(**query)[0]]  # type: ignore[arg-type]

    assert found(states=["CANCELLED"]) == ["Other"]
    assert found(words="train") == ["Train 100%"]
    assert found(words="100%") == ["Train 100%"]
    assert found(words="0_%") == []
    assert found(words="team") == ["Train 100%"]
    assert found(words=train.id[:5]) == ["Train 100%"]
    assert sorted(found(words="a.ipynb")) == ["Other", "Train 100%"]
    assert found(notebook="/nowhere.ipynb") == []


@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"cursor": "żółw"}, {"states": ["HAPPY"]}])
def test_a_page_that_cannot_be_is_refused(queue: Queue, query: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        queue.jobs.page(**query)  # type: ignore[arg-type]
    assert caught.value.code in ("cursor_invalid", "state_unknown")


@pytest.mark.parametrize("name", ["../input.ipynb", "/etc/passwd", "", ".", "..", "nothing.txt", ".hidden"])
def test_only_outputs_are_given_out(queue: Queue, name: str) -> None:
    run = submit(queue)
    ended(queue, run)
    files = AttemptFiles.of(queue.settings.artifacts, run.id, 1)
    files.out.mkdir(parents=True)
    files.input.write_text("{}")
    (files.out / ".hidden").write_text("")
    with pytest.raises(NotFound) as caught:
        queue.jobs.output_file(run.id, name)
    assert caught.value.code == "output_unknown"


def test_an_unknown_attempt_is_refused(queue: Queue) -> None:
    run = submit(queue)
    with pytest.raises(NotFound) as caught:
        queue.jobs.output_file(run.id, "notebook.ipynb")
    assert caught.value.code == "attempt_unknown"
    assert queue.jobs.log_file(run.id) is None


def test_the_form_remembers_the_last_request(queue: Queue) -> None:
    submit(queue, parameters={"lr": 0.5}, gpus=0, tags={"a": "b"}, timeout_s=9.0)
    told = queue.jobs.inspect(str(queue.path), root=None)
    assert told["last"]["parameters"] == {"lr": 0.5}
    assert told["last"]["timeout_s"] == 9.0
    assert [parameter["name"] for parameter in told["parameters"]] == ["lr", "name"]
    assert "forecast" not in told


@pytest.mark.parametrize("name", ["n" * 300, "żółw\n\t"])
def test_long_and_strange_names_are_no_trouble(queue: Queue, name: str) -> None:
    path = write_notebook(queue.path.with_name("x" * 240 + ".ipynb"), "1")
    assert submit(queue, name=name).job.name.startswith(name[:100])
    assert queue.jobs.submit(JobRequest(str(path)), owner="o" * 150).state is State.QUEUED


def test_a_row_written_by_a_request_reads_back_the_same(queue: Queue) -> None:
    run = submit(queue, parameters={"lr": 1, "name": "\u2028żółw\x01"}, tags={"a": "b"}, include=("*.ipynb",))
    assert queue.get(run) == run
    assert queue.get(run).to_json() == run.to_json()
