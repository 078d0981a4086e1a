"""The server that the user stories run against: an own folder, an own store, no token, loopback only."""

import os
import tempfile
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821 - traitlets gives it

configure_jupyter_server(c)

c.ServerApp.ip = "localhost"
c.ServerApp.allow_root = True
c.Application.log_level = "ERROR"
c.ServerApp.port = int(os.environ.get("MLX_UI_PORT", "8888"))
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"

# Everything that the stories make lies in one folder, which the runner may name.
state = Path(os.environ.get("MLX_UI_STATE") or tempfile.mkdtemp(prefix="mlx-ui-"))
# The server's root lies beside the store: what lies in a store is no file of a user's.
os.environ["JUPYTER_MLX_STATE_DIR"] = str(state / "store")
# One GPU that need not exist, so that jobs can wait for it.
os.environ.setdefault("JUPYTER_MLX_GPUS", "gpu-0")
# The agent outlives the server by design; should the teardown not reach it, it ends by itself.
os.environ.setdefault("JUPYTER_MLX_AGENT_IDLE_S", "120")
