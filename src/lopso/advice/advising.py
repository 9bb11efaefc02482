"""Advice on a text: every check of its genre, in the order a writer would work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lopso.advice import answers, facts, length, privacy, wording
from lopso.advice.check import Check
from lopso.advice.item import LONGEST, read_item
from lopso.errors import Unreadable
from lopso.text import syllables
from lopso.vietnamese import whole
from lopso.words import catalogue

_ = catalogue("advice")

CHECKS: tuple[Check, ...] = (
    *(length.reading_time, length.length_asked, length.time_on_air, length.long_headline, length.long_lead),
    *(length.long_sentences, answers.who, answers.what, answers.when, answers.where),
    *(wording.abbreviations, wording.not_for_the_ear, facts.figures_without_source, facts.only_in_the_headline),
    *(facts.place_names, privacy.phone_numbers, privacy.identity_numbers, privacy.birth_dates),
    *(privacy.home_addresses, privacy.named_children, wording.spelling, wording.without_marks, wording.tone_places),
)


@dataclass(frozen=True)
class Advice:
    """One check's line with what it is about; `is_note` asks for nothing."""

    check: str
    line: str
    details: tuple[str, ...]
    is_note: bool


def advise(text: str, genre: str, least: int = 0, most: int = 0, places: Collection[str] = ()) -> tuple[Advice, ...]:
    """Look at a text of `genre`; nothing is said about an empty one. Limits are syllables, 0 is none.

    Raises Unreadable for a text of more than 10,000 characters.
    """
    if len(text) > LONGEST:
        problem = _("Advice is for texts of up to {n} characters.").format(n=whole(LONGEST))
        raise Unreadable(problem, _("Shorten the text, or look at a part of it."))
    item = read_item(text, genre, least, most, places)
    if not syllables(item.text):
        return ()
    found = [(check, check.look(item)) for check in CHECKS if genre in check.genres]
    return tuple(Advice(check.name, check.line, said, check.is_note) for check, said in found if said is not None)
