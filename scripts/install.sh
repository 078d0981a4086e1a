#!/usr/bin/env bash
# Put this checkout into the environment: the package as it stands here, the built front end, the server's configuration.
set -euo pipefail
extension=.venv/share/jupyter/labextensions/jupyter-mlx
# A link to the build (`jlpm develop` makes one) would have the installer write into the build.
[ ! -L "$extension" ] || rm "$extension"
rm -f jupyter_mlx/labextension/install.json
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --reinstall-package jupyter_mlx -e .
