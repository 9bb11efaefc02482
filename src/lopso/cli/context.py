"""What commands work with: the settings of the current folder, its database, the time."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from sqlalchemy import Engine

from lopso.errors import OperatorError
from lopso.records.engine import make_engine
from lopso.records.schema import ensure_schema, is_current
from lopso.settings import Settings, load
from lopso.words import catalogue, use_language

_ = catalogue("cli")


def read_settings() -> Settings:
    """Read lopso.toml (LOPSO_SETTINGS, else of LOPSO_ROOT or the current folder) and LOPSO_*; choose the language."""
    root = Path(os.environ.get("LOPSO_ROOT", "."))
    named = os.environ.get("LOPSO_SETTINGS")
    path = Path(named) if named else root / "lopso.toml"
    if named and not path.is_file():  # without it everything would go on in another, empty installation
        raise OperatorError(
            _("LOPSO_SETTINGS names a file that is not there: {file}.").format(file=named), _("Check its path.")
        )
    settings = load(path, os.environ)
    use_language(settings.language)
    return settings


def open_database(settings: Settings) -> Engine:
    """Open the database, with this version's tables."""
    settings.var.mkdir(mode=0o700, exist_ok=True)
    engine = make_engine(settings.database_url)
    ensure_schema(engine)
    return engine


def open_for_reading(settings: Settings) -> Engine:
    """Open the database for a command that changes nothing: looked through as a whole only where it must be upgraded.

    Looking through a large one takes seconds; `lopso start` does it.
    """
    engine = make_engine(settings.database_url)
    if is_current(engine):
        return engine
    engine.dispose()
    return open_database(settings)


def now() -> dt.datetime:
    """Give the present time."""
    return dt.datetime.now(dt.UTC)
