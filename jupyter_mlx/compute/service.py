"""GPUs of this host and the leases on them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ..clock import to_iso
from ..store.engine import Store
from ..store.tables import jobs, leases, runs
from .gpus import Inventory

__all__ = ["ComputeService"]


class ComputeService:
    """Answers who holds which device. Claims and releases are the agent's, in its own transactions."""

    def __init__(self, store: Store, inventory: Callable[[], Inventory]) -> None:
        self._store = store
        self._inventory = inventory

    def gpus(self) -> dict[str, Any]:
        """``GpuList`` of the contract."""
        inventory = self._inventory()
        held = {lease["device"]: lease for lease in self.leases()}
        document: dict[str, Any] = {
            "items": [
                {"id": gpu.id, "name": gpu.name, "memory_bytes": gpu.memory_bytes, "lease": held.get(gpu.id)}
                for gpu in inventory.gpus
            ],
            "source": inventory.source,
        }
        if inventory.reason:
            document["reason"] = inventory.reason
        return document

    def leases(self) -> list[dict[str, Any]]:
        """The leases that are held on this host, as ``Lease`` of the contract."""
        query = (
            sa.select(leases, jobs.c.name)
            .join(runs, runs.c.id == leases.c.run_id)
            .join(jobs, jobs.c.id == runs.c.job_id)
            .where(leases.c.host == os.uname().nodename)
            .order_by(leases.c.device)
        )
        with self._store.read() as connection:
            return [
                {
                    "device": row.device,
                    "run_id": row.run_id,
                    "run_name": row.name,
                    "attempt": row.attempt,
                    "since": to_iso(row.since),
                }
                for row in connection.execute(query)
            ]
