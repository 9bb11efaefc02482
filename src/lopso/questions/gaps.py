"""A text with gaps, each to be filled by choosing or by typing."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields, unique
from lopso.markup import line_to_html
from lopso.questions.accepting import LONGEST, Accepting, accepting_fields, read_text
from lopso.questions.form import part_values
from lopso.questions.options import Option, known_ids, read_options, refuse_more, shown_options
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("questions")

_PLACE = re.compile(r"\[\[([^\[\]]*)\]\]")


@dataclass(frozen=True, kw_only=True)
class TypedGap(Accepting):
    """A gap to type into."""

    id: str

    def shown(self, rng: random.Random | None) -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give id and longest answer."""
        return {"gap": self.id, "longest": LONGEST}

    def read(self, raw: Any) -> str:
        """Read what was typed; blank is empty."""
        return squeeze(read_text(raw) or "")

    def is_right(self, answer: str) -> bool:
        """Tell whether the answer is accepted."""
        return self.accepts(answer)

    def remark(self, answer: str) -> str:  # noqa: ARG002 - the same for all
        """Give no remark: whoever types writes what no author foresees."""
        return ""

    def examples(self) -> tuple[str, str]:
        """Give a right and a wrong filling."""
        return self.accept[0] if self.accept else "", self.example_wrong

    def key_texts(self) -> tuple[str, ...]:
        """List the accepted texts."""
        return self.accept


@dataclass(frozen=True, kw_only=True)
class ChoiceGap:
    """A gap with a list to choose from."""

    id: str
    options: tuple[Option, ...]

    def shown(self, rng: random.Random | None) -> dict[str, Any]:
        """Give id and options."""
        return {"gap": self.id, "options": shown_options(self.options, rng)}

    def read(self, raw: Any) -> str:
        """Read an option id; blank is empty."""
        return "" if raw in (None, "") else next(iter(known_ids(self.options, [raw])))

    def is_right(self, answer: str) -> bool:
        """Tell whether the right option was chosen."""
        return any(option.right and option.id == answer for option in self.options)

    def remark(self, answer: str) -> str:
        """Give the remark of the chosen option."""
        return next((option.why for option in self.options if option.id == answer), "")

    def examples(self) -> tuple[str, str]:
        """Give a right and a wrong filling."""
        right, wrong = ([one.id for one in self.options if one.right is wanted] for wanted in (True, False))
        return right[0], wrong[0]

    def key_texts(self) -> tuple[str, ...]:
        """List the remarks."""
        return tuple(option.why for option in self.options if option.why)


Gap = TypedGap | ChoiceGap


@dataclass(frozen=True, kw_only=True)
class Gaps(Question):
    """The answer document is {gap id: text typed or option id}; in `text`, [[ID]] is the place of a gap."""

    kind = "gaps"
    text: str
    gaps: tuple[Gap, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; every gap has one place in the text."""
        common, text = common_fields(fields), fields.text("text")
        entries = list(fields.tables("gap", least=1))
        gaps = tuple(_read_gap(entry) for entry in entries)
        unique(list(zip([gap.id for gap in gaps], entries, strict=True)))
        refuse_more(fields, "gap", len(gaps), 20)
        _check_places(fields, text, gaps)
        return cls(**common, text=text, gaps=gaps)

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:
        """Give the text in parts: HTML within one line (a new paragraph is two <br>), and gaps."""
        gaps = {gap.id: gap for gap in self.gaps}
        parts: list[dict[str, Any]] = []
        for number, part in enumerate(_PLACE.split(self.text)):
            if number % 2:
                parts.append(gaps[part].shown(rng))
            elif part:
                parts.append({"html": _line(part, media)})
        return {"parts": parts}

    def read_form(self, form: Mapping[str, list[str]]) -> dict[str, str]:
        """Give what was chosen or typed for each gap."""
        return part_values(form)

    def read_answer(self, raw: Any) -> dict[str, str] | None:
        """Read fillings by gap id; blank ones are left out."""
        if raw is not None and not isinstance(raw, dict):
            raise Unreadable(_("This answer does not say what fills the gaps."), _("Reload the page."))
        given, gaps = raw or {}, {gap.id: gap for gap in self.gaps}
        if not given.keys() <= gaps.keys():
            raise Unreadable(_("This answer does not say what fills the gaps."), _("Reload the page."))
        read = {name: gaps[name].read(value) for name, value in given.items()}
        return {name: value for name, value in read.items() if value} or None

    def mark_answer(self, answer: dict[str, str]) -> Mark:
        """Give (right gaps / gaps) of the points."""
        right = sum(gap.is_right(answer[gap.id]) for gap in self.gaps if gap.id in answer)
        said = {gap.id: gap.remark(answer[gap.id]) for gap in self.gaps if gap.id in answer}
        reason = _("{n} of {all} gaps are right.").format(n=right, all=len(self.gaps))
        return self.marked(right / len(self.gaps), {name: text for name, text in said.items() if text}, reason)

    def examples(self) -> Examples:
        """Give every gap filled rightly, every one wrongly, and a text."""
        right, wrong = ({gap.id: gap.examples()[which] for gap in self.gaps} for which in (0, 1))
        return Examples(right, wrong, "?")

    def key_texts(self) -> tuple[str, ...]:
        """List explanation, remarks and accepted texts."""
        return tuple(text for text in (self.explanation, *(t for gap in self.gaps for t in gap.key_texts())) if text)


def _read_gap(fields: Fields) -> Gap:
    name = fields.identifier("id")
    gap: Gap
    if fields.has("option"):
        gap = ChoiceGap(id=name, options=read_options(fields))
        if sum(option.right for option in gap.options) != 1:
            fields.fault("option", _("exactly one option must be right"))
    else:
        gap = TypedGap(id=name, **accepting_fields(fields))
    fields.finish()
    return gap


def _check_places(fields: Fields, text: str, gaps: tuple[Gap, ...]) -> None:
    places, ids = _PLACE.findall(text), [gap.id for gap in gaps]
    for name in dict.fromkeys(places):
        if name not in ids:
            fields.fault("text", _("there is no gap {id}").format(id=f"[[{name}]]"), ", ".join(ids))
        elif places.count(name) > 1:
            fields.fault("text", _("the gap {id} stands twice").format(id=f"[[{name}]]"))
    for name in ids:
        if name and name not in places:
            fields.fault("text", _("the text has no place for the gap {id}").format(id=f"[[{name}]]"))


def _line(text: str, media: str) -> str:
    """Render a part of the text as one line, with the blanks at its ends, which part words from gaps."""
    html = "<br><br>".join(line_to_html(paragraph, media) for paragraph in re.split(r"\n\s*\n", text))
    return f"{' ' if text[:1].isspace() else ''}{html}{' ' if text[-1:].isspace() else ''}"
