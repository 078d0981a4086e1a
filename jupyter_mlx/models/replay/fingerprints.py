"""What a notebook's variables hold after each cell, as digests: two executions that differ are compared by them.

This file is executed in the notebook's own kernel, before its first cell. It imports nothing of this package, which
that kernel's environment may not have, and no library that the notebook did not import itself. It draws no random
number and calls no method that could: fields are read, data is hashed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import sys
import types
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any

__all__ = ["fingerprint", "install"]

MAX_DEPTH = 12
MAX_ITEMS = 500_000
"""Items of containers that are looked at for one variable."""
MAX_BYTES = 256_000_000
"""Of an array that is larger, blocks spread over it are hashed."""
# Clients, figures and what is on the screen: their state is not the notebook's result.
SKIPPED = {"matplotlib", "mlflow", "jupyter_mlx", "IPython", "ipykernel", "ipywidgets", "logging", "threading"}
SKIPPED |= {"sqlalchemy", "requests", "urllib3", "boto3", "botocore", "plotly", "altair", "bokeh", "seaborn", "asyncio"}
SKIPPED |= {"tqdm", "concurrent", "multiprocessing", "subprocess", "tempfile", "weakref", "_thread", "_io", "io"}
SKIPPED |= {"socket", "ssl", "http", "urllib"}
_CODE: tuple[type, ...] = (
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.CodeType,
    type,
)
_CODE += (types.GeneratorType, types.CoroutineType, types.FrameType, types.TracebackType)
# Ids and folders that are new each time: of runs, of temporary files.
_NEVER_TWICE = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/tmp[a-z0-9_]{8}\b|(?<=0x)[0-9a-f]{6,16}"
    r"|/replay-\d+(?=/|\b)"
)


def install(path: str) -> None:
    """Write a line of JSON after each cell: ``{"source", "values": {name: digest or null}}``."""
    from IPython import get_ipython

    shell = get_ipython()

    def after(result: Any) -> None:
        hidden = shell.user_ns_hidden
        values = {
            name: fingerprint(value)
            for name, value in list(shell.user_ns.items())
            if not name.startswith("_") and name not in hidden and name not in ("In", "Out", "exit", "quit", "open")
        }
        source = hashlib.sha256(str(result.info.raw_cell).encode()).hexdigest()
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"source": source, "values": values}) + "\n")

    shell.events.register("post_run_cell", after)


def fingerprint(value: Any) -> str | None:
    """A digest of what a variable holds; None for code, clients, figures, and what can't be read."""
    if isinstance(value, _CODE) or _skipped(value):
        return None
    reader = _Reader()
    try:
        reader.read(value, 0)
    except Exception:  # noqa: BLE001 - an object that can't be read says nothing; the notebook goes on
        return None
    return reader.hash.hexdigest()


def _library(value: Any) -> str:
    return str(getattr(type(value), "__module__", "")).partition(".")[0]


def _skipped(value: Any) -> bool:
    return _library(value) in SKIPPED


class _Reader:
    """Feeds a hash with what an object holds."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=16)
        self._items = 0
        self._seen: dict[int, int] = {}

    def read(self, value: Any, depth: int) -> None:
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS or isinstance(value, _CODE) or _skipped(value):
            return
        if value is None or isinstance(value, (bool, int, complex, Decimal, Fraction, dt.tzinfo)):
            self._say(type(value).__name__, repr(value))
        elif isinstance(value, float):
            self._say("float", value.hex())
        elif isinstance(value, str):
            self._say("str", _NEVER_TWICE.sub("#", value))
        elif isinstance(value, (bytes, bytearray, memoryview)):
            self._bytes("bytes", memoryview(value).cast("B"))
        elif isinstance(value, (dt.date, dt.time, dt.timedelta)):
            self._say(type(value).__name__, str(value))
        elif isinstance(value, PurePath):
            self._say("path", _NEVER_TWICE.sub("#", str(value)))
        elif id(value) in self._seen:
            self._say("again", str(self._seen[id(value)]))
        else:
            self._seen[id(value)] = len(self._seen)
            self._container(value, depth)

    def _container(self, value: Any, depth: int) -> None:
        if isinstance(value, dict):
            self._say("dict", str(len(value)))
            for key, item in value.items():
                self.read(key, depth + 1)
                self.read(item, depth + 1)
        elif isinstance(value, (list, tuple)):
            self._say(type(value).__name__, str(len(value)))
            for item in value:
                self.read(item, depth + 1)
        elif isinstance(value, (set, frozenset)):
            # Their order is another in each process.
            self._say("set", " ".join(sorted(str(fingerprint(item)) for item in value)))
        elif not self._library_value(value, depth):
            self._object(value, depth)

    def _object(self, value: Any, depth: int) -> None:
        self._say("object", f"{type(value).__module__}.{type(value).__qualname__}")
        fields = getattr(value, "__dict__", None)
        if isinstance(fields, dict):
            self._fields(fields, depth)
            return
        slots = [name for kind in type(value).__mro__ for name in _names(kind.__dict__.get("__slots__", ()))]
        if slots:
            self._fields({name: getattr(value, name) for name in slots if hasattr(value, name)}, depth)
            return
        try:
            # One of a compiled library: what it would be saved as.
            state = value.__getstate__()
        except Exception:  # noqa: BLE001 - it can't be saved; its kind is all that is known
            return
        self.read(state, depth + 1)

    def _fields(self, fields: dict[str, Any], depth: int) -> None:
        for name in sorted(fields, key=str):
            self._say("field", str(name))
            self.read(fields[name], depth + 1)

    def _library_value(self, value: Any, depth: int) -> bool:
        """Read what a library keeps outside of fields; whether it was such."""
        library, kind = _library(value), type(value).__name__
        numpy, pandas, torch = (sys.modules.get(name) for name in ("numpy", "pandas", "torch"))
        if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
            self._array(value, depth)
        elif numpy is not None and isinstance(value, numpy.random.Generator):
            self.read(value.bit_generator.state, depth + 1)
        elif numpy is not None and isinstance(value, numpy.random.RandomState):
            self.read(value.get_state(), depth + 1)
        elif pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series, pandas.Index)):
            self._frame(pandas, value, depth)
        elif torch is not None and isinstance(value, torch.Tensor):
            self._tensor(torch, value)
        elif torch is not None and isinstance(value, (torch.nn.Module, torch.optim.Optimizer)):
            self._say("state", kind)
            self.read(dict(value.state_dict()), depth + 1)
        elif torch is not None and isinstance(value, torch.Generator):
            self._tensor(torch, value.get_state())
        elif library == "random" and hasattr(value, "getstate"):
            self.read(value.getstate(), depth + 1)
        elif library == "polars" and kind == "DataFrame":
            self.read(list(value.columns), depth + 1)
            self.read(value.hash_rows(seed=0).to_numpy(), depth + 1)
        elif library == "pyarrow" and kind in ("Table", "RecordBatch"):
            self.read(value.schema.names, depth + 1)
            for column in value.columns:
                self.read(column.to_numpy(zero_copy_only=False), depth + 1)
        else:
            return False
        return True

    def _array(self, value: Any, depth: int) -> None:
        self._say("array", f"{value.dtype} {value.shape}")
        if value.dtype.hasobject:
            self.read(value.tolist(), depth + 1)
        else:
            self._bytes("data", memoryview(value.tobytes()))

    def _tensor(self, torch: Any, value: Any) -> None:
        self._say("tensor", f"{value.dtype} {tuple(value.shape)}")
        if value.numel() and value.layout == torch.strided:
            flat = value.detach().cpu().contiguous().reshape(-1)
            self._bytes("data", memoryview(flat.view(torch.uint8).numpy()))

    def _frame(self, pandas: Any, value: Any, depth: int) -> None:
        self._say("frame", f"{type(value).__name__} {value.shape}")
        if isinstance(value, pandas.DataFrame):
            self.read([str(name) for name in value.columns], depth + 1)
            self.read([str(dtype) for dtype in value.dtypes], depth + 1)
        try:
            self.read(pandas.util.hash_pandas_object(value, index=True).to_numpy(), depth + 1)
        except TypeError:  # it holds lists or dicts
            self.read(value.to_numpy().tolist(), depth + 1)

    def _say(self, kind: str, text: str) -> None:
        self.hash.update(f"{kind}:{len(text)}:{text};".encode(errors="surrogatepass"))

    def _bytes(self, kind: str, data: memoryview) -> None:
        self._say(kind, str(data.nbytes))
        if data.nbytes <= MAX_BYTES:
            self.hash.update(data)
            return
        block, blocks = 1_000_000, MAX_BYTES // 1_000_000
        for number in range(blocks):
            start = (data.nbytes - block) * number // (blocks - 1)
            self.hash.update(data[start : start + block])


def _names(slots: Any) -> tuple[str, ...]:
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(name for name in names if name not in ("__dict__", "__weakref__"))
