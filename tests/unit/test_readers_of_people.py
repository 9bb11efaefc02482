"""Every module that reads rows of people either leaves pupils out, or knows whom it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "lopso"
#: What fills databases to measure or to show, and the tables themselves.
NO_READERS = ("bench", "demo", "sample", "records/tables.py", "records/migrations")
#: The rows of club sessions: these modules are about pupils.
ABOUT_PUPILS = (
    "club",
    "records/pupils.py",
    "records/club",
    "web/play",
    "web/join",
    "web/club",
    "web/live",
    "printing/classes",
    "cli/session",
)
#: Why a module may read people without leaving pupils out.
KNOWS_WHOM = {
    "accounts": "who has an account, which no pupil has",
    "roster": "adds people",
    "scope": "the visitor",
    "certificates": "who completed a course: achievements",
    "organisation": "whoever moves.follow_unit gives",
    "person_record": "one who was found before",
    "personal_data": "whoever is named: a pupil has a right to it, too",
    "assignments/files": "the one of an attempt",
    "attempts/allowances": "one who was found before",
    "attempts/by_hand": "the one of an attempt",
    "attempts/handing_in": "those of attempts",
    "attempts/replay": "the one of an attempt",
    "cli/attempt": "whoever is named: an attempt of a pupil is shown as any other",
    "cli/person": "whoever is named: a pupil has a right to it, too",
    "cli/retaining": "user names that are in use",
    "dashboards/targets_reading": "positions, which no pupil has",
    "dashboards/unit_reading": "whoever learning_counts.people_of gives",
    "people_import/undoing": "whoever an import added or changed",
    "people_import/writing": "whoever an import adds or changes",
    "records/certificates": "who has a certificate, which no pupil has",
    "records/drafts": "who edits a quiz",
    "records/regrades": "everybody who sat a quiz: a pupil's marks are corrected, too",
    "records/sittings": "the one of an attempt",
    "web/filers": "who filed or decided",
    "web/lessons": "the visitor",
    "web/people_lists": "whoever an import added or changed",
    "web/printing": "the visitor",
}


def _modules() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith((*NO_READERS, *ABOUT_PUPILS)):
            yield name.removesuffix(".py"), path.read_text(encoding="utf-8")


def _imported(source: str) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}


def _readers() -> dict[str, bool]:
    """Give each module that uses the table of people, and whether it knows of pupils."""
    found = {}
    for name, source in _modules():
        imported = _imported(source)
        if "lopso.records.tables.Person" in imported:
            found[name] = any(one.startswith("lopso.records.pupils.") for one in imported)
    return found


def test_a_reader_of_people_leaves_pupils_out_or_says_why_it_need_not() -> None:
    undecided = {name for name, leaves_out in _readers().items() if not leaves_out} - set(KNOWS_WHOM)
    assert undecided == set(), "does it list or count people? then leave pupils out (records/pupils.py)"


def test_no_reader_is_excused_that_is_none() -> None:
    assert set(KNOWS_WHOM) - {name for name, leaves_out in _readers().items() if not leaves_out} == set()
