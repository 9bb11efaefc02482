"""The table of kinds: a new kind is a module and one line here."""

from __future__ import annotations

from lopso.fields import Fields, unique
from lopso.questions.code import Code
from lopso.questions.gaps import Gaps
from lopso.questions.info import Info
from lopso.questions.matching import Matching
from lopso.questions.media import check_media
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.number import Number
from lopso.questions.ordering import Ordering
from lopso.questions.poll import Poll
from lopso.questions.question import Question
from lopso.questions.short_answer import ShortAnswer
from lopso.questions.short_text import ShortText
from lopso.questions.single_choice import SingleChoice
from lopso.questions.true_false import TrueFalse
from lopso.questions.writing import Writing

KINDS: dict[str, type[Question]] = {
    kind.kind: kind
    for kind in (
        *(SingleChoice, MultipleChoice, TrueFalse, ShortAnswer, Number, ShortText, Matching, Ordering, Gaps),
        *(Writing, Code, Poll, Info),
    )
}


def read_question(fields: Fields) -> Question | None:
    """Read one `[[question]]` of any kind; None where the kind itself is unknown (a fault is noted)."""
    kind = fields.one_of("kind", KINDS)
    check_media(fields)
    return KINDS[kind].read(fields) if kind in KINDS else None


def read_questions(fields: Fields, least: int = 1, extra: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """Read every `[[question]]`, ids unique; `extra` names fields that the caller reads himself."""
    entries, questions = [], []
    for entry in fields.tables("question", least=least):
        question = read_question(entry)
        for name in extra:
            entry.text(name)
        if question:
            entry.finish()
            entries.append((question.id, entry))
            questions.append(question)
    unique(entries)
    return tuple(questions)
