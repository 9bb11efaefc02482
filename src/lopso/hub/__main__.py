"""`python -m lopso.hub`: JupyterHub with our configuration."""

import sys
from pathlib import Path

from lopso.hub.startup import skip_uri_grammar

skip_uri_grammar()
from jupyterhub.app import main  # noqa: E402 - after the grammar is left out

main(["-f", str(Path(__file__).with_name("jupyterhub_config.py")), *sys.argv[1:]])
