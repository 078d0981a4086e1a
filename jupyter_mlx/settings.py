"""Settings: traitlets on `MlxApp`, or ``JUPYTER_MLX_…`` in the environment; one frozen value everywhere else."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from .errors import InvalidInput

__all__ = ["Settings"]

PREFIX = "JUPYTER_MLX_"


@dataclass(frozen=True)
class Settings:
    """What an installation is configured to do.

    Empty texts mean the default below `state_dir`. Times are seconds, sizes bytes.
    """

    state_dir: Path
    db_url: str = ""
    artifact_root: str = ""
    mlflow_tracking_uri: str = ""
    gpus: str = ""
    """Device names, separated by commas, in place of NVML's inventory; ``none`` for no GPU."""
    launcher: str = "local"
    max_parallel: int = 0
    """Attempts that run at once on this host; 0 means one a CPU core, two at least."""
    lease_s: float = 45.0
    heartbeat_s: float = 10.0
    agent_idle_s: float = 600.0
    """An agent with nothing to run and no schedule ends after this long."""
    stop_grace_s: float = 10.0
    """How long a stopped attempt may take to save what it has."""
    cell_output_bytes: int = 1_000_000
    """Stream text that one cell may put in the notebook; the rest is in the log."""
    notebook_output_bytes: int = 50_000_000
    """All outputs that a run may put in the notebook."""
    catalog_access: str = "open"
    """``open``: whoever may use the server may see all data of the catalog. ``grants``: only what grants say."""
    admins: str = ""
    """Users who may do everything, separated by commas; the owner of the process where it is empty."""
    groups: str = ""
    """Groups for grants: ``risk=ada,bob;ops=carol``."""
    catalog_hosts: str = ""
    """Hosts and networks (``db.internal``, ``10.0.0.0/8``), separated by commas, that crawls asked for over HTTP may
    reach besides public addresses."""
    feast_repo: str = ""
    """The Feast repository that is applied where none is named; the present folder where it is empty."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Read ``JUPYTER_MLX_…``; keyword arguments that are not None win.

        Raises
        ------
        InvalidInput: ``setting_invalid`` where a number can't be read.
        """
        env = os.environ if env is None else env
        values: dict[str, Any] = {}
        for field in fields(cls):
            text = env.get(PREFIX + field.name.upper(), "")
            if text:
                values[field.name] = _convert(field.name, str(field.type), text)
        values.update({key: value for key, value in overrides.items() if value is not None})
        if not values.get("state_dir"):
            from jupyter_core.paths import jupyter_data_dir

            values["state_dir"] = Path(jupyter_data_dir()) / "mlx"
        values["state_dir"] = Path(values["state_dir"]).expanduser().resolve()
        return cls(**values).resolved()

    def resolved(self) -> Settings:
        """The same with every default below `state_dir` spelled out."""
        return replace(
            self,
            db_url=self.db_url or f"sqlite:///{self.state_dir / 'mlx.db'}",
            artifact_root=self.artifact_root or str(self.state_dir / "artifacts"),
            mlflow_tracking_uri=self.mlflow_tracking_uri or f"sqlite:///{self.state_dir / 'mlflow.db'}",
            max_parallel=self.max_parallel or max(2, os.cpu_count() or 2),
        )

    def to_env(self) -> dict[str, str]:
        """The environment from which `from_env` reads these settings again."""
        return {PREFIX + field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    @property
    def artifacts(self) -> Path:
        """Where attempts write and keep their results."""
        return Path(self.artifact_root)

    @property
    def objects(self) -> Path:
        """The content-addressed files of snapshots."""
        return self.artifacts / "objects"

    @property
    def site(self) -> str:
        """Who can execute what is submitted here: this user, this Python environment, these artifacts.

        Runs of one environment are executed in it, also where several share the store.
        """
        return hashlib.sha256(f"{os.getuid()}\n{sys.prefix}\n{self.artifact_root}".encode()).hexdigest()[:16]

    def own_files(self) -> list[Path]:
        """Where the workbench keeps its own: `state_dir`, and the store's files where it is SQLite's."""
        own = [self.state_dir]
        kind, _, file = self.db_url.partition(":///")
        if kind.startswith("sqlite") and file:
            store = Path(file).resolve()
            own += [store.with_name(store.name + ending) for ending in ("", "-wal", "-shm")]
        return own

    @property
    def key(self) -> str:
        """Short name of this store on this host, for sockets and locks."""
        return hashlib.sha256(f"{self.state_dir}\n{self.db_url}".encode()).hexdigest()[:16]


def _convert(name: str, kind: str, text: str) -> Any:
    converters: dict[str, Any] = {"int": int, "float": float, "Path": Path}
    try:
        return converters.get(kind, str)(text)
    except ValueError as error:
        raise InvalidInput(
            "setting_invalid",
            f"{PREFIX}{name.upper()}={text!r} is no {kind}.",
            f"Set {PREFIX}{name.upper()} to a number.",
        ) from error
