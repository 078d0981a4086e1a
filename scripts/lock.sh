#!/usr/bin/env bash
# Resolve the dependencies: one lock for CUDA, one for machines without it.
set -euo pipefail
uv=.venv/bin/uv
common=(--quiet --extra dev --no-annotate --no-emit-find-links --custom-compile-command 'make lock')
constraint=$(mktemp)
trap 'rm -f "$constraint"' EXIT
echo 'torch==2.13.0' >"$constraint"
$uv pip compile pyproject.toml "${common[@]}" -c "$constraint" -o requirements/lock-cuda.txt
# Every package that only CUDA needs gets a marker that no platform has.
$uv pip compile pyproject.toml "${common[@]}" -c "$constraint" --override requirements/no-cuda.txt -o requirements/lock-cpu.txt
# A local build's suffix is one machine's, not the lock's.
sed -i.bak -E 's/^(torch==[0-9.]+)\+cpu/\1/' requirements/lock-*.txt
rm -f requirements/lock-*.txt.bak
