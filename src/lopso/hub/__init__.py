"""The door: JupyterHub, and the Voilà service beside it."""
