"""What a person reads of a question in a notebook, as Markdown: never the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

from lopso.assignments.marking import number
from lopso.questions.gaps import ChoiceGap, Gaps
from lopso.questions.matching import Matching
from lopso.questions.multiple_choice import MultipleChoice
from lopso.questions.number import Number
from lopso.questions.options import Choice
from lopso.questions.ordering import Ordering
from lopso.questions.poll import Poll
from lopso.questions.question import Question, prompt
from lopso.questions.single_choice import SingleChoice
from lopso.questions.true_false import TrueFalse
from lopso.questions.writing import Writing
from lopso.words import catalogue

_ = catalogue("assignments")

_SOUND = re.compile(r"!\[([^\]]*)\]\((media/[^)\s]+\.(?:mp3|ogg|m4a))\)", re.IGNORECASE)
_PLACE = re.compile(r"\[\[([^\[\]]*)\]\]")

#: A question and the document that `prompt` gives of it, whose order of options is the one to keep.
Shower = Callable[[Any, dict[str, Any]], list[str]]


def markdown(text: str) -> str:
    """Give an author's Markdown; notebooks show pictures, but a sound only as a link."""
    return _SOUND.sub(lambda found: f"[🔊 {found[1]}]({found[2]})", text)


def parts(question: Question, seed: str | None) -> list[str]:
    """Give what stands under the prompt, a block of Markdown each."""
    show = _SHOWERS.get(type(question))
    return show(question, prompt(question, seed)) if show else []


def _options(question: SingleChoice | MultipleChoice | Poll, document: dict[str, Any]) -> list[str]:
    return [_listed(question.options, document["options"])]


def _true_false(question: TrueFalse, document: dict[str, Any]) -> list[str]:
    several = [one for one in question.statements if one.text]
    return [_listed(several, document["statements"])] if several else []


def _matching(question: Matching, document: dict[str, Any]) -> list[str]:
    left, right = _("Left column:"), _("Right column:")
    return [left, _listed(question.lefts, document["lefts"]), right, _listed(question.rights, document["rights"])]


def _ordering(question: Ordering, document: dict[str, Any]) -> list[str]:
    return [_listed(question.items, document["items"])]


def _gaps(question: Gaps, document: dict[str, Any]) -> list[str]:
    gaps = {gap.id: gap for gap in question.gaps if isinstance(gap, ChoiceGap)}
    text = _PLACE.sub(lambda found: f"**……({found[1]})**", markdown(question.text))
    shown = [part for part in document["parts"] if part.get("gap") in gaps]
    lists = [
        _("For {gap}:").format(gap=f"`{one['gap']}`") + "\n\n" + _listed(gaps[one["gap"]].options, one["options"])
        for one in shown
    ]
    return [text, *lists]


def _number(_question: Number, document: dict[str, Any]) -> list[str]:
    units = ", ".join(document["units"])
    return [_("Units that may be used: {list}.").format(list=units)] if units else []


def _writing(question: Writing, _document: dict[str, Any]) -> list[str]:
    line = _("- {text} ({points} points)")
    rubric = (line.format(text=_flat(one.text), points=number(one.points)) for one in question.criteria)
    return [*filter(None, [_length(question)]), _("How it is marked:"), "\n".join(rubric)]


def _length(question: Writing) -> str:
    least, most = question.least, question.most
    if question.count == "syllables":
        said = (
            _("Length: {least} to {most} syllables."),
            _("Length: at least {least} syllables."),
            _("Length: at most {most} syllables."),
        )
    else:
        said = (
            _("Length: {least} to {most} words."),
            _("Length: at least {least} words."),
            _("Length: at most {most} words."),
        )
    words = said[0] if least and most else said[1] if least else said[2] if most else ""
    return words.format(least=least, most=most)


def _listed(choices: Iterable[Choice], order: Iterable[dict[str, Any]]) -> str:
    texts = {choice.id: _flat(choice.text) for choice in choices}
    return "\n".join(f"- `{one['id']}`: {texts[one['id']]}" for one in order)


def _flat(text: str) -> str:
    return " ".join(markdown(text).split())


_SHOWERS = cast(
    "dict[type[Question], Shower]",
    {
        SingleChoice: _options,
        MultipleChoice: _options,
        Poll: _options,
        TrueFalse: _true_false,
        Matching: _matching,
        Ordering: _ordering,
        Gaps: _gaps,
        Number: _number,
        Writing: _writing,
    },
)
