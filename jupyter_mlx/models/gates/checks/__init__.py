"""The kinds of checks that a policy may have."""

from __future__ import annotations

from .base import Check
from .data import FreshData, NoLeakage
from .metrics import Metric, NoWorseThan, SliceFloor
from .record import Approvals, Notebook, Packages, Reproducible

__all__ = ["KINDS"]

KINDS: dict[str, type[Check]] = {
    kind.kind: kind
    for kind in (Metric, NoWorseThan, SliceFloor, FreshData, NoLeakage, Packages, Reproducible, Approvals, Notebook)
}
"""By the name that policies call them."""
