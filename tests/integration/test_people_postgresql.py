"""Lists, moves, units by date and erasure on PostgreSQL: the same rules, on a server of the test's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import Engine, select
from test_people_import import (
    LAN,
    MAI,
    NOW,
    TODAY,
    compared,
    stand,  # noqa: F401 - a fixture
    states,
    test_a_change_is_told_and_keeps_the_history,  # noqa: F401
    test_an_import_is_not_taken_back_where_something_would_be_lost,  # noqa: F401
    test_an_import_is_taken_back,  # noqa: F401
    test_importing_twice_changes_nothing,  # noqa: F401
    test_new_people_get_names_places_roles_and_accounts,  # noqa: F401
    test_what_was_compared_with_people_of_before_is_not_written,  # noqa: F401
    workbook,
    written,
)
from test_postgresql import engine, server  # noqa: F401 - fixtures

from lopso import toml
from lopso.directory import Directory, Wish
from lopso.organisation import apply, read_changes
from lopso.personal_data import NOBODY, collect, erase
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.people import by_username, people_on
from lopso.records.tables import Person, Unit
from lopso.records.units import units_on
from lopso.retention import retain
from lopso.scope import EVERYTHING
from lopso.settings import load

MERGE = """
on = 2026-11-01
basis = "thử"
[[end]]
codes = ["11854"]
into = ["11824"]
"""


def test_a_list_a_merger_and_an_erasure(stand: Engine, tmp_path: Path) -> None:  # noqa: F811
    before = {"on": dt.date(2026, 1, 1)}
    written(stand, compared(stand, workbook(tmp_path, LAN, MAI), **before, occupation="reporter"))
    with writing(stand) as session:
        changes = read_changes(toml.parse(MERGE, "a.toml"), ["commune", "town", "district"])
        assert apply(session, changes, "operator", NOW, TODAY).moved == 1
    with reading(stand) as session:
        units = {unit.code: unit.id for unit in session.scalars(select(Unit))}
        then, now = dt.date(2026, 10, 31), dt.date(2026, 11, 1)
        seen = [[one.unit_id for one in people_on(session, ["reporter"], day)] for day in (then, now)]
        assert seen == [[units["11854"], units["11824"]], [units["11824"], units["11824"]]]
        assert [units["11854"] in units_on(session, day) for day in (then, now)] == [True, False]
    assert [one.username for one in Directory(stand).find(Wish(name="lan"), EVERYTHING, TODAY)] == ["lan.nt"]
    with writing(stand) as session:
        lan = by_username(session, "lan.nt")
        assert lan is not None
        assert {"person", "person_former", "people_import_change"} <= set(collect(session, lan, Gradebook(stand)))
        erase(session, lan, Gradebook(stand), "operator", NOW, dt.UTC)
    with reading(stand) as session:
        assert set(session.scalars(select(Person.full_name))) == {NOBODY, "Trần Thị Mai"}
    assert states(compared(stand, workbook(tmp_path, MAI))) == ["unchanged"]


def test_retention(stand: Engine, tmp_path: Path) -> None:  # noqa: F811
    written(stand, compared(stand, workbook(tmp_path, LAN)))
    settings = load(
        None, {"LOPSO_ROOT": str(tmp_path), "LOPSO_RETAIN_LEAVERS_DAYS": "1", "LOPSO_RETAIN_PRACTICE_DAYS": "1"}
    )
    with writing(stand) as session:
        lan = by_username(session, "lan.nt")
        assert lan is not None
        lan.left_on = TODAY
    with writing(stand) as session:
        done = retain(session, lambda: Gradebook(stand), settings, "system", NOW + dt.timedelta(400))
    assert (done.erased, done.imports) == (("lan.nt",), 1)
