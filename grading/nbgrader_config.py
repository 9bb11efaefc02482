"""nbgrader for this project; found through JUPYTER_CONFIG_PATH, which `lopso start` sets for JupyterLab."""

import os
from importlib.util import find_spec
from pathlib import Path

from lopso.assignments import source
from lopso.records.engine import make_engine
from lopso.settings import load

here = Path(__file__).resolve().parent
settings = load(here.parent / "lopso.toml", {"LOPSO_ROOT": str(here.parent), **os.environ})

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets gives it
c.CourseDirectory.course_id = "lopso"
c.CourseDirectory.root = str(here)
# The engine knows which driver we have for PostgreSQL.
c.CourseDirectory.db_url = make_engine(settings.database_url).url.render_as_string(hide_password=False)
c.Exchange.root = str(settings.var / "exchange")
# Not ours: "+07", as nbgrader writes Asia/Ho_Chi_Minh, breaks the names of its exchange.
c.Exchange.timezone = "UTC"
# What a learner finds in place of a solution: the empty answer line stands above it already.
c.ClearSolutions.code_stub = {"python": source.STUB}
c.ClearSolutions.text_stub = source.STUB
# Formgrader's and feedback's pages without scripts from other hosts: our templates before nbgrader's.
nbgrader = Path(find_spec("nbgrader").origin).parent  # not imported: that takes seconds
c.HTMLExporter.extra_template_basedirs = [
    str(Path(source.__file__).parent / "templates"),
    str(nbgrader / "server_extensions" / "formgrader" / "templates"),
]
