"""`python -m lopso.hub.singleuser`: one person's JupyterLab behind the hub."""

from lopso.hub.startup import skip_uri_grammar

skip_uri_grammar()
from jupyterhub.singleuser import main  # noqa: E402 - after the grammar is left out

main()
