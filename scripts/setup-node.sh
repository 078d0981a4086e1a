#!/usr/bin/env bash
# The locked npm packages of a folder.
set -euo pipefail
export PATH="$PWD/.venv/bin:$PATH" YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_PROGRESS_BARS=0
cd "$1"
echo "installing the front end's packages ($1) …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
jlpm install --immutable >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
