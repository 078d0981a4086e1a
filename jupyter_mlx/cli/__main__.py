"""``python -m jupyter_mlx.cli``."""

import sys

from . import main

sys.exit(main())
