"""Policies: which checks guard which aliases of which models, in versions, bound by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ...catalog.models import Principal
from ...clock import Clock, to_iso
from ...errors import Conflict, Forbidden, NotFound
from ...files import make_private, resolve_path, write_atomic
from ...jobs.models import JobRequest
from ...store.engine import Store
from ...store.model_tables import policies
from ..registry.changes import Changes
from .reader import PolicyText, read_policy

if TYPE_CHECKING:
    from ...jobs.service import JobsService
    from ...jobs.snapshot import SnapshotStore
    from .checks.base import Check

__all__ = ["Policies", "Policy"]


@dataclass(frozen=True)
class Policy:
    """A version of a policy.

    document: ``{"notebooks": {path: digest of what it held}, "folder"}``: what its gate notebooks are, and where they
        run.
    """

    name: str
    number: int
    digest: str
    text: str
    document: Mapping[str, Any]
    model: str
    aliases: tuple[str, ...]
    in_force: bool
    created_by: str
    created_at: datetime

    @property
    def checks(self) -> tuple[Check, ...]:
        """Its checks, read again from the text."""
        return read_policy(self.text).checks

    def matches(self, model: str, alias: str) -> bool:
        """Whether it guards an alias of a model."""
        return alias in self.aliases and fnmatchcase(model, _literal(self.model))

    @property
    def specificity(self) -> tuple[bool, int]:
        """How narrowly it names models: a name is narrower than a pattern, a long pattern than a short one."""
        return "*" not in self.model, len(self.model.replace("*", ""))

    @property
    def bound(self) -> dict[str, Any]:
        """What a promotion remembers of it."""
        return {"name": self.name, "number": self.number, "digest": self.digest}

    def to_json(self) -> dict[str, Any]:
        """As the contract has it."""
        return {
            **self.bound,
            "model": self.model,
            "aliases": list(self.aliases),
            "checks": [{"name": item.label, "kind": item.kind, "bound": item.bound} for item in self.checks],
            "text": self.text,
            "in_force": self.in_force,
            "by": self.created_by,
            "at": to_iso(self.created_at),
        }


class Policies:
    """Owns policies; at most one guards an alias of a model: the one that names the model most narrowly.

    Parameters
    ----------
    objects: Where what gate notebooks held is kept.
    """

    def __init__(self, store: Store, clock: Clock, changes: Changes, jobs: JobsService, objects: SnapshotStore) -> None:
        self._store = store
        self._clock = clock
        self._changes = changes
        self._jobs = jobs
        self._objects = objects

    # -- looking ---------------------------------------------------------------------------------------------

    def in_force(self) -> list[Policy]:
        """Those that are in force, by name."""
        with self._store.read() as connection:
            return self._active(connection)

    def versions(self, name: str) -> list[Policy]:
        """All versions of one, newest first.

        Raises
        ------
        NotFound: ``policy_unknown``.
        """
        with self._store.read() as connection:
            return self._versions(connection, name)

    def guarding(self, model: str, alias: str) -> Policy | None:
        """The policy that guards an alias of a model; None where none does."""
        return _narrowest(self.in_force(), model, alias)

    def guarded(self, models: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """By model the aliases that policies guard, and the policies' names."""
        every = self.in_force()
        found: dict[str, dict[str, str]] = {}
        for model in models:
            aliases = sorted({alias for policy in every for alias in policy.aliases if policy.matches(model, alias)})
            guards = {alias: _narrowest(every, model, alias) for alias in aliases}
            found[model] = {alias: policy.name for alias, policy in guards.items() if policy is not None}
        return found

    def at(self, name: str, number: int) -> Policy:
        """A version of a policy.

        Raises
        ------
        NotFound: ``policy_unknown``.
        """
        return next((item for item in self.versions(name) if item.number == number), None) or _raise(name)

    def _active(self, connection: sa.Connection) -> list[Policy]:
        query = sa.select(policies).where(policies.c.in_force).order_by(policies.c.name)
        return [_policy(row) for row in connection.execute(query)]

    def _versions(self, connection: sa.Connection, name: str) -> list[Policy]:
        query = sa.select(policies).where(policies.c.name == name).order_by(policies.c.number.desc())
        return [_policy(row) for row in connection.execute(query)] or _raise(name)

    # -- changing --------------------------------------------------------------------------------------------

    def apply(self, text: str, principal: Principal, *, path: str | None = None, root: Path | None = None) -> Policy:
        """Put a policy in force; a new version where it, or a notebook of it, is another than before.

        Parameters
        ----------
        path: The file that the text is from: notebooks are named relative to its folder.
        root: Out of which neither may lead; None takes any path, for the terminal.

        Raises
        ------
        Forbidden: ``admin_only``.
        InvalidInput: ``policy_invalid``, and what is wrong with a gate notebook.
        NotFound: ``notebook_missing``.
        Conflict: ``policy_clash``.
        """
        found = read_policy(text)
        self._require_admin(principal, "apply-policy", found.name)
        folder = resolve_path(path, root, "path").parent if path else (root or Path.cwd())
        notebooks = {name: self._keep(folder / name, root) for name in found.notebooks}
        digest = _digest(text, notebooks)
        document = {"notebooks": notebooks, "folder": str(folder)}
        with self._store.write() as connection:
            self._require_no_clash(connection, found)
            rows = connection.execute(sa.select(policies).where(policies.c.name == found.name)).all()
            known = sorted((_policy(row) for row in rows), key=lambda item: item.number)
            last = known[-1] if known else None
            if last is not None and last.in_force and last.digest == digest:
                return last
            connection.execute(sa.update(policies).where(policies.c.name == found.name).values(in_force=False))
            made = Policy(
                found.name,
                1 if last is None else last.number + 1,
                digest,
                text,
                document,
                found.model,
                found.aliases,
                True,
                principal.user,
                self._clock.now(),
            )
            connection.execute(sa.insert(policies).values(**{**vars(made), "aliases": list(made.aliases)}))
            before = last.bound if last is not None and last.in_force else None
            resource = f"policy:{made.name}"
            self._changes.audit(connection, principal, "apply-policy", resource, before=before, after=made.bound)
            self._changes.tell(connection, made.model, "policy", state="in force")
        self._changes.ring()
        return made

    def remove(self, name: str, principal: Principal) -> None:
        """Take a policy out of force; its versions stay.

        Raises
        ------
        Forbidden: ``admin_only``.
        NotFound: ``policy_unknown``.
        """
        self._require_admin(principal, "remove-policy", name)
        with self._store.write() as connection:
            last = self._versions(connection, name)[0]
            if not last.in_force:
                raise NotFound(
                    "policy_unknown", f"The policy `{name}` is not in force.", "`jupyter mlx models policy list`."
                )
            connection.execute(sa.update(policies).where(policies.c.name == name).values(in_force=False))
            self._changes.audit(connection, principal, "remove-policy", f"policy:{name}", before=last.bound)
            self._changes.tell(connection, last.model, "policy", state="removed")
        self._changes.ring()

    def _require_admin(self, principal: Principal, action: str, name: str) -> None:
        """Whoever may weaken a gate may override it."""
        if not principal.admin:
            error = Forbidden(
                "admin_only",
                f"`{principal.user}` may not change policies.",
                "Ask one of those that the setting `admins` names.",
            )
            self._changes.refuse(principal, action, f"policy:{name}", error)

    def _keep(self, given: Path, root: Path | None) -> str:
        """Check a gate notebook as a job is checked, and keep what it holds; its digest."""
        inside = root is not None and given.is_relative_to(root.resolve())
        relative = given.relative_to(root.resolve()) if inside and root is not None else given
        path = resolve_path(str(relative), root, "path")
        self._jobs.check(JobRequest(notebook=str(path), track=False))
        return self._objects.put(path.read_bytes())

    def _require_no_clash(self, connection: sa.Connection, found: PolicyText) -> None:
        mine = Policy(found.name, 0, "", "", {}, found.model, found.aliases, True, "", self._clock.now())
        for other in self._active(connection):
            both = sorted(set(other.aliases) & set(mine.aliases))
            equal = other.specificity == mine.specificity
            if other.name != mine.name and both and equal and _overlap(other.model, mine.model):
                raise Conflict(
                    "policy_clash",
                    f"The policy `{other.name}` guards `{both[0]}` of `{other.model}` already.",
                    f"Remove it first (`jupyter mlx models policy rm {other.name}`), or name models more narrowly.",
                    field="text",
                )

    # -- gate notebooks --------------------------------------------------------------------------------------

    def notebook(self, policy: Policy, path: str, folder: Path) -> Path:
        """A gate notebook of a policy as it was when that was applied, as a file.

        Parameters
        ----------
        folder: Where files of gate notebooks are written.

        Raises
        ------
        NotFound: ``snapshot_missing``, ``snapshot_damaged``.
        """
        digest = policy.document["notebooks"][path]
        content = self._objects.get(digest)
        file = make_private(folder / digest.removeprefix("sha256:")[:16]) / Path(path).name
        if not file.exists() or file.read_bytes() != content:
            write_atomic(file, content)
        return file


def _policy(row: Any) -> Policy:
    return Policy(**{**row._mapping, "aliases": tuple(row.aliases)})


def _raise(name: str) -> Any:
    raise NotFound("policy_unknown", f"There is no policy `{name}`.", "List them: `jupyter mlx models policy list`.")


def _narrowest(every: list[Policy], model: str, alias: str) -> Policy | None:
    return max((item for item in every if item.matches(model, alias)), key=lambda item: item.specificity, default=None)


def _digest(text: str, notebooks: Mapping[str, str]) -> str:
    """Of a policy: of its text, and of what its gate notebooks hold."""
    parts = [text, *(f"{path}\0{digest}" for path, digest in sorted(notebooks.items()))]
    return f"sha256:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def _literal(pattern: str) -> str:
    """A pattern in which ``*`` alone is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _overlap(one: str, other: str) -> bool:
    """Whether a name may match both patterns."""
    rows = [[False] * (len(other) + 1) for _ in range(len(one) + 1)]
    rows[0][0] = True
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i and one[i - 1] == "*":
                rows[i][j] |= rows[i - 1][j] or (j > 0 and rows[i][j - 1])
            if j and other[j - 1] == "*":
                rows[i][j] |= rows[i][j - 1] or (i > 0 and rows[i - 1][j])
            if i and j and one[i - 1] == other[j - 1]:
                rows[i][j] |= rows[i - 1][j - 1]
    return rows[-1][-1]
