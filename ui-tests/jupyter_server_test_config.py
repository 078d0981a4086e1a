"""The server that the user stories run against: an own folder, an own store, no token."""

import os
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821 - traitlets gives it

configure_jupyter_server(c)

c.ServerApp.allow_root = True
c.ServerApp.port = int(os.environ.get("MLX_UI_PORT", "8888"))
c.LabApp.news_url = None

# Everything that the stories make lies in one folder, which the runner may name.
state = Path(os.environ.get("MLX_UI_STATE", c.ServerApp.root_dir)) / ".mlx"
os.environ.setdefault("JUPYTER_DATA_DIR", str(state / "data"))
