"""What a board shows before its kernel runs: a stored render for exactly what the viewer may see, as of these data.

It holds numbers a commune and no person's name. Its key is made of everything it depends on: the code and words it
was made with, the plan, the day, the versions of the data and the very units within the viewer's scope. So a render
is right for as long as it is found, and nobody else's is ever found.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
import threading
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from lopso.dashboards.style import STYLE
from lopso.dashboards.targets_reading import reading_of
from lopso.dashboards.targets_top import first_target, targets_top_html
from lopso.dashboards.viewing import Standpoint, Viewer, standpoint
from lopso.records.engine import reading

#: The notebooks that have one.
PAINTED = frozenset({"voila_apps/targets.ipynb"})
#: How many are kept; a render is some ten thousand bytes.
MOST_KEPT = 200
PACKAGE = Path(__file__).parents[1]
_MAKING = threading.Lock()


def painted(viewer: Viewer, path: str, now: dt.datetime) -> str:
    """Give the first paint of the notebook `path` for a viewer, stored or made; empty for one that has none.

    Raises NotAllowed for whoever may not see it.
    """
    if path not in PAINTED:
        return ""
    with reading(viewer.engine) as session:
        stand = standpoint(session, viewer, now)
        file = viewer.settings.var / "renders" / f"{_key(stand, path)}.html"
        stored = _read(file) or _made(session, viewer, stand, file)
    return f'{STYLE}<div class="lopso-board"><div class="lt-panel">{stored}</div></div>'


def _made(session: Session, viewer: Viewer, stand: Standpoint, file: Path) -> str:
    with _MAKING:  # the second of two who open it at once finds what the first one made
        stored = _read(file)
        if stored is None:
            view = reading_of(session, viewer, stand, stand.today)
            stored = targets_top_html(view, stand.roles, first_target(view))
            _store(file, stored)
        return stored


def _key(stand: Standpoint, path: str) -> str:
    units = "*" if stand.scope.unit_ids is None else ",".join(map(str, sorted(stand.scope.unit_ids)))
    roles = ",".join(sorted(stand.roles))
    versions = ",".join(f"{topic}={number}" for topic, number in sorted(stand.versions.items()))
    parts = (_code(), path, repr(stand.plan), stand.plan.name, stand.today.isoformat(), versions, roles, units)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _code() -> str:
    """Hash what a render is made with."""
    files = [*PACKAGE.glob("dashboards/*"), *PACKAGE.glob("targets/*.py"), *PACKAGE.glob("locale/*/dashboards.po")]
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file()):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _store(file: Path, text: str) -> None:
    """Keep a render, whole or not at all, and let the oldest ones go."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as part:
        part.write(text)
    Path(name).replace(file)
    kept = sorted(file.parent.glob("*.html"), key=_age)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # another process has just let it go
        return 0.0
