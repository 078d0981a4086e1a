"""The GPUs of this host: by NVML, or by a configured list, so that leases can be tried anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Gpu", "Inventory", "gpu_memory_of", "read_inventory"]


@dataclass(frozen=True)
class Gpu:
    """A device that a lease can be on. `memory_bytes` is None where it isn't known."""

    id: str
    name: str
    memory_bytes: int | None


@dataclass(frozen=True)
class Inventory:
    """The devices, where they are known from (nvml, configured, none), and why there is none."""

    gpus: tuple[Gpu, ...]
    source: str
    reason: str = ""

    @property
    def ids(self) -> list[str]:
        """The devices' ids, as `CUDA_VISIBLE_DEVICES` takes them."""
        return [gpu.id for gpu in self.gpus]


def read_inventory(configured: str) -> Inventory:
    """The GPUs of this host.

    Parameters
    ----------
    configured: Names separated by commas in place of NVML's list; ``none`` for no GPU; empty asks NVML.
    """
    if configured.strip().lower() == "none":
        return Inventory((), "none", "The configuration says that there is no GPU.")
    if configured.strip():
        names = [name.strip() for name in configured.split(",") if name.strip()]
        return Inventory(tuple(Gpu(name, name, None) for name in dict.fromkeys(names)), "configured")
    return _nvml_inventory()


def _nvml_inventory() -> Inventory:
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        return Inventory((), "none", f"NVML: {error}. No NVIDIA driver is the normal case without a GPU.")
    broken: list[str] = []
    found: list[Gpu] = []
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            try:
                device = pynvml.nvmlDeviceGetHandleByIndex(index)
                found += _mig_devices(pynvml, device) or [_gpu(pynvml, device)]
            except pynvml.NVMLError as error:
                # A GPU that is lost must not take the others, or the jobs without one, along.
                broken.append(f"GPU {index}: {error}")
    except pynvml.NVMLError as error:
        broken.append(str(error))
    finally:
        pynvml.nvmlShutdown()
    reason = "; ".join(broken) or ("" if found else "NVML lists no device.")
    return Inventory(tuple(found), "nvml" if found else "none", reason)


def _gpu(pynvml: Any, device: Any) -> Gpu:
    name = pynvml.nvmlDeviceGetName(device)
    try:
        memory: int | None = int(pynvml.nvmlDeviceGetMemoryInfo(device).total)
    except pynvml.NVMLError:  # boards that share the system's memory do not say
        memory = None
    return Gpu(pynvml.nvmlDeviceGetUUID(device), name, memory)


def _mig_devices(pynvml: Any, device: Any) -> list[Gpu]:
    try:
        current, _ = pynvml.nvmlDeviceGetMigMode(device)
    except pynvml.NVMLError:
        return []
    if current != pynvml.NVML_DEVICE_MIG_ENABLE:
        return []
    found = []
    for index in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(device)):
        try:
            found.append(_gpu(pynvml, pynvml.nvmlDeviceGetMigDeviceHandleByIndex(device, index)))
        except pynvml.NVMLError:
            continue  # the slot is empty
    return found


def gpu_memory_of(pids: set[int]) -> int:
    """Bytes of GPU memory that processes hold now, over all devices; 0 without a driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return 0
    total = 0
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            device = pynvml.nvmlDeviceGetHandleByIndex(index)
            for process in pynvml.nvmlDeviceGetComputeRunningProcesses(device):
                if process.pid in pids:
                    total += int(process.usedGpuMemory or 0)
    except pynvml.NVMLError:
        return total
    finally:
        pynvml.nvmlShutdown()
    return total
