"""Deployments: what is served to whom, as revisions; the rules are the same wherever it is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...backends import TARGETS, load_backend
from ...clock import Clock
from ...errors import Conflict, InvalidInput, MlxError, NotFound
from ...files import resolve_path
from ...jobs.models import new_id
from ...settings import Settings
from ...store.bell import ring
from ...store.engine import Store
from ..targets.calling import with_example
from ..targets.hosts import check_hosts
from ..targets.port import Deployment, Revision, RouteShare, Status, TargetPort
from .rules import check_routes, deployment_exists, read_routes, require_expected
from .shown import deployment_document
from .store import DeploymentStore, this_host

if TYPE_CHECKING:
    from ...catalog.models import Principal
    from ..port import RegistryPort

__all__ = ["DeploymentService"]

_OWN_CARE = "local"
"""What is served there is looked after by the agent; everywhere else the service itself looks, when asked."""


class DeploymentService:
    """Owns the rules of deployments.

    Parameters
    ----------
    registry: Where versions of models are.
    record: Writes an entry of the audit log (`AccessService.record`).
    door: Through which is asked, for it.
    wake: Makes sure that an agent runs, and looks.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        registry: Callable[[], RegistryPort],
        record: Callable[..., None],
        door: str,
        wake: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._registry = registry
        self._write_down = record
        self._door = door
        self._wake = wake
        self._rows = DeploymentStore()
        self._targets: dict[str, TargetPort] = {}

    def _target(self, name: str) -> TargetPort:
        if name not in self._targets:
            made = load_backend(TARGETS, name, "jupyter_mlx.targets")
            self._targets[name] = made(self._settings, self._registry())
        return self._targets[name]

    # -- looking ---------------------------------------------------------------------------------------------

    def needs_agent(self) -> bool:
        """Whether something is, or is to be, served by the agent of this host and environment."""
        with self._store.read() as connection:
            return bool(self._rows.looked_after(connection, self._settings.site))

    def keep_agent(self) -> None:
        """Make sure that an agent is there, where one is needed."""
        if self.needs_agent():
            self._wake()

    def listing(self) -> list[dict[str, Any]]:
        """``Deployment`` of the contract each, by name; as whoever looked last saw those elsewhere."""
        with self._store.read() as connection:
            found = self._rows.all(connection)
            revisions = self._rows.revisions_of_all(connection)
        return [deployment_document(row, self._seen(row), revisions[row.id]) for row in found]

    def get(self, name: str) -> dict[str, Any]:
        """One, as it is now.

        Raises
        ------
        NotFound: ``deployment_unknown``.
        """
        with self._store.read() as connection:
            row = self._rows.get(connection, name)
        if row.target != _OWN_CARE:
            row = self._look_elsewhere(row)
        with self._store.read() as connection:
            revisions = self._rows.revisions(connection, row.id)
        return deployment_document(row, self._seen(row), revisions)

    def _seen(self, row: Deployment) -> Status:
        return self._target(row.target).look(row) if row.target == _OWN_CARE else row.status

    def _look_elsewhere(self, row: Deployment) -> Deployment:
        """How it is at its target; written down where it is news.

        Raises
        ------
        NotFound: ``deployment_unknown``: nothing is left of it.
        """
        target = self._target(row.target)
        try:
            seen = target.remove(row) if row.wanted == "removed" else target.look(row)
        except MlxError as error:
            if row.wanted != "removed":
                # What was seen last is shown, with what keeps one from seeing more.
                return replace(row, status=replace(row.status, message=error.message))
            seen = replace(row.status, state="REMOVING", message=error.message)
        if seen is None:
            self._take_out(row)
            raise NotFound("deployment_unknown", f"`{row.name}` is removed.", "Deploy it anew.", field="name")
        return self._note(row, seen)

    def _note(self, row: Deployment, seen: Status) -> Deployment:
        if (seen.state, seen.to_json()) == (row.status.state, row.status.to_json()):
            return row
        with self._store.write() as connection:
            row = self._rows.change(connection, row, self._clock.now(), status=seen)
        ring(self._settings.key)
        return row

    # -- changing --------------------------------------------------------------------------------------------

    def create(self, request: Mapping[str, Any], principal: Principal, *, root: Path | None = None) -> dict[str, Any]:
        """Deploy a version of a model: ``DeploymentRequest`` of the contract.

        Parameters
        ----------
        root: The folder that a build context stays below; wherever in the terminal.

        Raises
        ------
        Forbidden: ``path_outside_root``, ``host_refused``.
        NotFound: ``model_unknown``, ``model_version_unknown``, ``alias_unknown``.
        Conflict: ``deployment_exists``; ``port_taken``.
        InvalidInput: ``deployment_option_invalid``, ``deployment_option_missing``.
        Unavailable: ``mlflow_unavailable``; the target does not answer.
        """
        name, model = request["name"], request["model"]
        target = self._target(request.get("target", _OWN_CARE))
        self._require_free(name)
        version = request.get("version")
        if version is None:
            version = self._registry().resolve(model, request.get("alias") or "champion")
        signature = self._registry().version(model, version)["signature"]
        options = dict(request.get("options") or {})
        if "folder" in options:
            options["folder"] = str(resolve_path(options["folder"], root, "options.folder"))
        if root is not None:
            check_hosts(options, self._settings.catalog_hosts, root)
        options = target.check(options)
        now = self._clock.now()
        first = Revision(1, (RouteShare(version, 1.0),), principal.user, now, request.get("why", ""), signature)
        made = Deployment(
            id=new_id(),
            name=name,
            target=request.get("target", _OWN_CARE),
            model=model,
            wanted="running",
            revision=1,
            options=options,
            status=Status("STARTING", f"Version {version} is being started."),
            site=self._settings.site,
            host=this_host(),
            owner=principal.user,
            created_at=now,
            updated_at=now,
        )
        with self._store.write() as connection:
            if self._rows.find(connection, name) is not None:
                raise deployment_exists(name)
            self._rows.add(connection, made, first)
            self._record(connection, principal, "deployment.create", name, after={**first.to_json(), "model": model})
        self._bring_about(made, first)
        return self.get(name)

    def _require_free(self, name: str) -> None:
        with self._store.read() as connection:
            if self._rows.find(connection, name) is not None:
                raise deployment_exists(name)

    def update(self, name: str, patch: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
        """Serve something else, or to others, as a new revision; stop or start: ``DeploymentPatch`` of the contract.

        Raises
        ------
        NotFound: ``deployment_unknown``, ``model_version_unknown``.
        Conflict: ``deployment_changed``: its revision is not the one that was expected; ``deployment_removed``.
        InvalidInput: ``routes_invalid``; ``request_empty``.
        """
        if not {"routes", "running"} & set(patch):
            raise InvalidInput("request_empty", "Nothing is to be changed.", "Give `routes`, or `running`.")
        routes = None
        signature = None
        if "routes" in patch:
            with self._store.read() as connection:
                seen = self._rows.get(connection, name)
            routes = read_routes(patch["routes"])
            check_routes(routes, self._target(seen.target))
            found = {route.version: self._registry().version(seen.model, route.version) for route in routes}
            signature = found[max(routes, key=lambda route: route.share).version]["signature"]
        return self._change(name, principal, patch, lambda _: (routes, signature))

    def rollback(self, name: str, request: Mapping[str, Any], principal: Principal) -> dict[str, Any]:
        """Serve what an earlier revision served, the one before by default, as a new one.

        Raises
        ------
        NotFound: ``deployment_unknown``, ``revision_unknown``.
        Conflict: ``nothing_before``; ``deployment_removed``.
        """

        def choose(revisions: Sequence[Revision]) -> tuple[tuple[RouteShare, ...], Mapping[str, Any] | None]:
            number = request.get("to", revisions[0].number - 1)
            if number < 1 and "to" not in request:
                raise Conflict(
                    "nothing_before",
                    f"`{name}` has one revision only.",
                    "Change its routes, or deploy another version.",
                )
            for revision in revisions:
                if revision.number == number:
                    return revision.routes, revision.signature
            known = ", ".join(str(revision.number) for revision in revisions)
            raise NotFound("revision_unknown", f"`{name}` has no revision {number}.", f"Known: {known}.", field="to")

        why = request.get("why") or "rollback"
        return self._change(name, principal, {"why": why, "running": True}, choose, action="deployment.rollback")

    def _change(
        self,
        name: str,
        principal: Principal,
        patch: Mapping[str, Any],
        choose: Callable[[Sequence[Revision]], tuple[tuple[RouteShare, ...] | None, Mapping[str, Any] | None]],
        action: str = "deployment.update",
    ) -> dict[str, Any]:
        """Write a new revision, and what is wanted, in one transaction; then bring it about."""
        now = self._clock.now()
        with self._store.write() as connection:
            before = self._rows.get(connection, name)
            revisions = self._rows.revisions(connection, before.id)
            require_expected(before, patch)
            routes, signature = choose(revisions)
            revision = revisions[0]
            values: dict[str, Any] = {}
            if routes is not None:
                number = before.revision + 1
                revision = Revision(number, routes, principal.user, now, patch.get("why", ""), signature)
                self._rows.add_revision(connection, before.id, revision)
                values["revision"] = number
            if "running" in patch:
                values["wanted"] = "running" if patch["running"] else "stopped"
            if values.get("wanted", before.wanted) == "running" or before.wanted == "running":
                values["status"] = replace(before.status, state="UPDATING", message="The change is being made.")
            after = self._rows.change(connection, before, now, **values)
            told = {"revision": after.revision, "wanted": after.wanted, "why": patch.get("why", "")}
            told["routes"] = [route.to_json() for route in revision.routes]
            was = {"revision": before.revision, "wanted": before.wanted}
            was["routes"] = [route.to_json() for route in revisions[0].routes]
            self._record(connection, principal, action, name, before=was, after=told)
        self._bring_about(after, revision)
        return self.get(name)

    def remove(self, name: str, principal: Principal) -> None:
        """Stop it, and take it away.

        Raises
        ------
        NotFound: ``deployment_unknown``.
        """
        with self._store.write() as connection:
            before = self._rows.get(connection, name)
            revisions = self._rows.revisions(connection, before.id)
            told = {"model": before.model, "revisions": [revision.to_json() for revision in revisions]}
            status = replace(before.status, state="REMOVING", message="It is being removed.")
            row = self._rows.change(connection, before, self._clock.now(), wanted="removed", status=status)
            self._record(connection, principal, "deployment.remove", name, before=told)
        ring(self._settings.key)
        if row.target == _OWN_CARE:
            self._wake()
        else:
            try:
                self._look_elsewhere(row)
            except NotFound:
                return  # nothing is left of it

    # -- using -----------------------------------------------------------------------------------------------

    def token(self, name: str, principal: Principal) -> dict[str, Any]:
        """``DeploymentToken`` of the contract; who asked is written in the audit log.

        Raises
        ------
        NotFound: ``deployment_unknown``.
        Conflict: ``deployment_not_ready``, ``deployment_elsewhere``.
        """
        with self._store.read() as connection:
            row = self._rows.get(connection, name)
            signature = self._rows.revisions(connection, row.id, row.revision)[0].signature
        document = with_example(self._target(row.target).access(row), signature)
        with self._store.write() as connection:
            self._record(connection, principal, "deployment.token", name)
        return document

    def score(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """What the model answers to rows: ``ScoreRequest`` → ``Scored`` of the contract.

        Raises
        ------
        NotFound: ``deployment_unknown``.
        InvalidInput: ``input_invalid``, with what is wrong with the rows.
        Conflict: ``deployment_not_ready``, ``deployment_elsewhere``.
        Unavailable: ``deployment_unavailable``.
        ExecutionFailed: ``scoring_failed``.
        """
        if not request["inputs"]:
            raise InvalidInput("input_invalid", "No row was sent.", "Send one at least.", field="inputs")
        row = self._row(name)
        target = self._target(row.target)
        return target.score(row, request["inputs"], request.get("parameters") or {}, request.get("version"))

    def requests(
        self, name: str, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """The last requests that were logged, newest first, and where the next page begins.

        Raises
        ------
        NotFound: ``deployment_unknown``.
        """
        row = self._row(name)
        target = self._target(row.target)
        return target.requests(row, limit=limit, cursor=cursor) if target.supports_log else ([], None)

    def log(self, name: str, version: int | None) -> str:
        """The end of the log of a version, or of what is in front of all of them.

        Raises
        ------
        NotFound: ``deployment_unknown``, ``version_not_served``.
        """
        row = self._row(name)
        target = self._target(row.target)
        return target.log(row, version) if target.supports_log else ""

    # -- parts -----------------------------------------------------------------------------------------------

    def _row(self, name: str) -> Deployment:
        with self._store.read() as connection:
            return self._rows.get(connection, name)

    def _bring_about(self, row: Deployment, revision: Revision) -> None:
        """Have the target do what is wanted; what it refuses is told by the deployment's state."""
        try:
            status = self._target(row.target).apply(row, revision)
        except MlxError as error:
            status = replace(row.status, state="FAILED", message=f"{error.message} {error.remedy}".strip())
        if row.target != _OWN_CARE or status.state == "FAILED":
            self._note(row, status)
        else:
            ring(self._settings.key)
            self._wake()

    def _take_out(self, row: Deployment) -> None:
        with self._store.write() as connection:
            self._rows.remove(connection, row, self._clock.now())
        ring(self._settings.key)

    def _record(self, connection: Any, principal: Principal, action: str, name: str, **change: Any) -> None:
        self._write_down(
            principal, action, f"deployment {name}", allowed=True, door=self._door, connection=connection, **change
        )
