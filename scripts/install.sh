#!/usr/bin/env bash
# Put this checkout into the environment: the package as it stands here, the built front end, the server's configuration.
set -euo pipefail
uv=.venv/bin/uv
site=.venv/share/jupyter/labextensions
config=.venv/etc/jupyter/jupyter_server_config.d
$uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
mkdir -p "$site" "$config"
rm -rf "$site/jupyter-mlx"
ln -s "$PWD/jupyter_mlx/labextension" "$site/jupyter-mlx"
cp jupyter-config/server-config/*.json "$config/"
