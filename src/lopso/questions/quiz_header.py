"""The header of a quiz: how it is sat and what it shows, without its questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lopso.fields import Fields
from lopso.questions.timing import Timing, read_timing
from lopso.toml import Source
from lopso.words import catalogue

_ = catalogue("attempts")

COUNTS = ("best", "last", "first")
#: Each shows what those before it show, and more.
SHOW_AFTER = ("nothing", "marks", "explanations", "keys")
SHOW_WHEN = ("at_once", "after_close")


@dataclass(frozen=True)
class QuizHeader:
    """`tries` 0 is without limit; `counts` says which attempt counts.

    `show_after` says what a learner sees afterwards, `show_when` when. A `sample` is there to look at.
    A quiz for a `club` is played in its sessions; learners find it by its address only.
    `pass_percent` 0: nobody passes or fails.
    """

    name: str
    version: str
    title: str
    course: str
    sample: bool
    club: bool
    pass_percent: float
    tries: int
    counts: str
    show_after: str
    show_when: str
    timing: Timing


def header_fields(fields: Fields, name: str, version: str) -> dict[str, Any]:
    """Read the header, as keyword arguments, noting every fault in `fields`."""
    header = {
        "name": name,
        "version": version,
        "title": fields.text("title"),
        "course": fields.text("course", ""),
        "sample": fields.flag("sample", False),
        "club": fields.flag("club", False),
        "pass_percent": fields.number("pass_percent", 80, high=100),
        "tries": fields.whole("tries", 0, high=100),
        "counts": fields.one_of("counts", COUNTS, "best"),
        "show_after": fields.one_of("show_after", SHOW_AFTER, "explanations"),
        "show_when": fields.one_of("show_when", SHOW_WHEN, "at_once"),
        "timing": read_timing(fields),
    }
    if header["show_when"] == "after_close" and not fields.has("closes"):
        fields.fault("show_when", _("a quiz that never closes would never show anything"), _("closes as well"))
    return header


def stored_header(body: dict[str, Any], name: str, version: str) -> QuizHeader:
    """Read the header again from the data kept in the database; the questions are not looked at."""
    fields = Fields(Source(name, body, {}))
    header = QuizHeader(**header_fields(fields, name, version))
    fields.raise_faults()
    return header
