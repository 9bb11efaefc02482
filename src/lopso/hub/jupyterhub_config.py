"""Read by `jupyterhub -f`: LOPSO_ROOT names the project, LOPSO_RUN the folder of `run.json`."""

import os
from pathlib import Path

from lopso.hub.configuration import hub_traits, read_run
from lopso.settings import load
from lopso.words import use_language

settings = load(Path(os.environ["LOPSO_ROOT"]) / "lopso.toml", os.environ)
use_language(settings.language)
run = read_run(Path(os.environ.get("LOPSO_RUN") or settings.run))
for section, traits in hub_traits(settings, run, as_root=os.geteuid() == 0).items():
    c[section].update(traits)  # type: ignore[name-defined]  # noqa: F821 - `c` is traitlets'
