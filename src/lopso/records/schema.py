"""Bringing a database to this version's tables, and refusing one that is damaged or newer, untouched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from lopso.errors import OperatorError
from lopso.words import catalogue

if TYPE_CHECKING:  # imported where it is used: it takes longer than many a command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_ = catalogue("core")

#: nbgrader stamps `alembic_version` in the same database, so our own stamp has a name of its own.
VERSION_TABLE = "lopso_version"
COURSE = "lopso"
#: nbgrader has none that begin with the paper: each hand-in would read the marks of everybody before it.
GRADEBOOK_INDEXES = {
    "lopso_grade_paper": "grade (notebook_id)",
    "lopso_grade_given": "grade (manual_score) WHERE manual_score IS NOT NULL",
    "lopso_comment_paper": "comment (notebook_id)",
}
MIGRATIONS = Path(__file__).parent / "migrations"


def ensure_schema(engine: Engine) -> None:
    """Create or upgrade every table; does nothing where all is there.

    Raises OperatorError, before anything is written, for a damaged database or one of a newer version.
    """
    from alembic import command

    _check_whole(engine)
    known = {script.revision for script in _scripts().walk_revisions()}
    stamped = _stamp(engine)
    if stamped and stamped not in known:
        raise OperatorError(
            _("The database is of a newer version of Lớp Số ({version}).").format(version=stamped),
            _("Start the newer version, or restore a backup of this one. Nothing was changed."),
        )
    if stamped != _scripts().get_current_head():
        with engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    ensure_gradebook(engine)


def is_current(engine: Engine) -> bool:
    """Tell whether every table of this version is there, without a look at the rest: cheap however large it is."""
    try:
        return _stamp(engine) == _newest() and "alembic_version" in inspect(engine).get_table_names()
    except (OperatorError, DatabaseError):
        return False


def _newest() -> str:
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def ensure_gradebook(engine: Engine) -> None:
    """Create nbgrader's own tables, its stamp, our course and our indexes in the same database, where not there yet."""
    if "alembic_version" not in inspect(engine).get_table_names():
        _create_gradebook(engine)
    with engine.begin() as connection:
        for name, columns in GRADEBOOK_INDEXES.items():
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}"))


def _create_gradebook(engine: Engine) -> None:
    import nbgrader  # takes seconds: only on the first start
    from nbgrader.api import Base

    head = _scripts(Path(nbgrader.__file__).parent / "alembic").get_current_head()
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": head})
        connection.execute(text("INSERT INTO course (id) VALUES (:id)"), {"id": COURSE})


def _check_whole(engine: Engine) -> None:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or not Path(path).is_file():
        return
    try:
        with closing(_open_unchanged(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise OperatorError(
            _("The database {file} is damaged: {what}.").format(file=Path(path).name, what=found),
            _("Restore a backup. Nothing was changed."),
        )


def _stamp(engine: Engine) -> str | None:
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and Path(path).is_file():
        # Our engine would bring the file into WAL mode; a database that is refused is not to be touched.
        engine = create_engine("sqlite://", creator=lambda: _open_unchanged(path), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if VERSION_TABLE not in inspect(connection).get_table_names():
                return None
            return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    except DatabaseError as error:
        raise OperatorError(
            _("The database does not answer: {error}.").format(error=error.orig),
            _("Check its address and that it runs."),
        ) from error


def _open_unchanged(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)


def _config(folder: Path = MIGRATIONS) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def _scripts(folder: Path = MIGRATIONS) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(folder))
