"""What stands in a cell of an answer sheet, and the answer document it means; both by what the paper shows."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lopso.errors import Unreadable
from lopso.questions.question import Question, prompt
from lopso.questions.quiz import Quiz
from lopso.text import nfc
from lopso.words import catalogue

_ = catalogue("printing")

LETTERS = string.ascii_uppercase
#: Written where a pupil left a question blank, or wrote what nobody can read.
BLANK = "-"
#: Written where a person has not marked a text yet.
WAITING = "?"
#: Longer than any answer that fits into a cell; what is typed in full has the question's own limit.
LONGEST = 2000

#: How each kind is answered on paper; none: nothing to answer. Kinds that are not here cannot stand on paper.
SORTS = {
    "single_choice": "option",
    "multiple_choice": "options",
    "poll": "option",
    "true_false": "verdicts",
    "short_answer": "text",
    "number": "text",
    "short_text": "text",
    "matching": "pairs",
    "ordering": "order",
    "gaps": "gaps",
    "writing": "points",
    "info": "none",
}

Shown = Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """What a cell says: an answer document or, for what a person marked on the paper, its points (None: not yet)."""

    raw: Any = None
    points: float | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Asked:
    """A question with its number on the paper of one order, and what that paper shows of it."""

    number: int
    question: Question
    shown: Shown

    @property
    def sort(self) -> str:
        """How it is answered on paper."""
        return sort_of(self.shown)


def asked(quiz: Quiz, seed: str) -> tuple[Asked, ...]:
    """Number the questions of one order, mere information apart, as the page numbers an attempt with `seed`."""
    questions = [question for question in quiz.order(seed) if question.kind != "info"]
    options = quiz.option_seed(seed)
    return tuple(Asked(number, one, prompt(one, options)) for number, one in enumerate(questions, 1))


def sort_of(shown: Shown) -> str:
    """Tell how a question is answered on paper; raises KeyError for a kind that paper cannot hold."""
    return "options" if shown.get("several") else SORTS[shown["kind"]]


def read(one: Asked, cell: str) -> Given:
    """Read a cell; raises Unreadable, which never means wrong."""
    text = " ".join(nfc(cell).split())
    if len(text) > LONGEST:
        raise Unreadable(_("This is longer than {n} characters.").format(n=LONGEST), how(one))
    if text in ("", BLANK, "–", "−"):
        return Given()
    if one.sort == "points":
        return _points(one, text)
    try:
        raw = _READERS[one.sort](one.shown, text)
    except Unreadable as error:
        raise Unreadable(error.message, how(one)) from error
    one.question.read_answer(raw)
    return Given(raw)


def written(one: Asked, given: Given) -> str:
    """Write what a cell says, so that reading it gives the same again; nothing is empty."""
    if one.sort == "points":
        return (
            "" if not given.by_hand and given.raw is None else WAITING if given.points is None else number(given.points)
        )
    return "" if given.raw in (None, "", [], {}) else _WRITERS[one.sort](one.shown, given.raw)


def how(one: Asked) -> str:
    """Say how the answer is written into a cell."""
    shown = one.shown
    match one.sort:
        case "option":
            return _("One letter, A to {last}.").format(last=LETTERS[len(shown["options"]) - 1])
        case "options":
            return _("Every letter that was ticked, such as AC; A to {last}.").format(
                last=LETTERS[len(shown["options"]) - 1]
            )
        case "verdicts":
            count = len(shown["statements"])
            example = "ĐSĐĐSĐ"[:count]
            return (
                _("Đ or S.")
                if count == 1
                else _("{n} letters Đ or S in order, “-” where none was ticked: {example}.").format(
                    n=count, example=example
                )
            )
        case "pairs":
            return _("The letters beside 1 to {n} in order, “-” where there is none: {example}.").format(
                n=len(shown["lefts"]), example=" ".join(LETTERS[: len(shown["lefts"])][::-1])
            )
        case "order":
            return _("All {n} letters in the order written: {example}.").format(
                n=len(shown["items"]), example=LETTERS[: len(shown["items"])][::-1]
            )
        case "gaps":
            return _("The {n} gaps in order, with “;” between them; a letter where there is a list.").format(
                n=len(gaps_of(shown))
            )
        case "points":
            return _("The points that you gave, 0 to {most}; “?”: not marked yet.").format(most=number(shown["points"]))
    return _("As it stands on the sheet.")


def _option(shown: Shown, text: str) -> Any:
    return _by_letter(shown["options"], text.rstrip(".)").upper())


def _options(shown: Shown, text: str) -> list[str]:
    letters = re.sub(r"[\s,;.+/&]+", "", text.upper()) or text
    if len(set(letters)) < len(letters):
        raise Unreadable(_("A letter stands twice."))
    return [_by_letter(shown["options"], letter) for letter in letters]


def _verdicts(shown: Shown, text: str) -> dict[str, bool]:
    names = [one["id"] for one in shown["statements"]]
    small = re.sub(r"đúng|dung", "đ", text.lower()).replace("sai", "s").replace("d", "đ")
    judged = re.sub(r"[\s,;/.]+", "", small)
    if len(judged) != len(names) or set(judged) - set("đs-"):
        raise Unreadable(_("“{text}” is not {n} letters Đ or S.").format(text=text[:40], n=len(names)))
    return {name: judge == "đ" for name, judge in zip(names, judged, strict=True) if judge != BLANK}


def _pairs(shown: Shown, text: str) -> dict[str, str]:
    lefts = [left["id"] for left in shown["lefts"]]
    small = text.upper()
    if any(char.isdigit() for char in small):
        found = re.findall(r"(\d+)\s*[-–:.)=]?\s*([A-Z])", small)
        rest = re.sub(r"(\d+)\s*[-–:.)=]?\s*([A-Z])|[\s,;]|\d+\s*[-–:.)=]", "", small)
        places = [int(number) for number, _letter in found]
        if rest or len(set(places)) < len(places) or not set(places) <= set(range(1, len(lefts) + 1)):
            raise Unreadable(_("“{text}” does not say which letter belongs to which number.").format(text=text[:40]))
        return {lefts[int(number) - 1]: _by_letter(shown["rights"], letter) for number, letter in found}
    letters = re.sub(r"[\s,;/.]+", "", small).replace("–", BLANK)
    if len(letters) != len(lefts):
        raise Unreadable(_("“{text}” is not {n} letters.").format(text=text[:40], n=len(lefts)))
    paired = zip(lefts, letters, strict=True)
    return {left: _by_letter(shown["rights"], letter) for left, letter in paired if letter != BLANK}


def _order(shown: Shown, text: str) -> list[str]:
    letters = re.sub(r"[\s,;.>→/–-]+", "", text.upper()) or text
    return [_by_letter(shown["items"], letter) for letter in letters]


def _gaps(shown: Shown, text: str) -> dict[str, str]:
    gaps = gaps_of(shown)
    parts = re.split(r"[|]" if "|" in text else r";", text) if len(gaps) > 1 else [text]
    if len(parts) != len(gaps):
        raise Unreadable(_("There are {n} gaps, and {found} parts are written.").format(n=len(gaps), found=len(parts)))
    numbered = zip(range(1, len(gaps) + 1), gaps, parts, strict=True)
    filled = {gap["gap"]: re.sub(rf"^\s*\(?{number}\)", "", part).strip() for number, gap, part in numbered}
    choices = {gap["gap"]: gap.get("options") for gap in gaps}
    return {
        name: _by_letter(options, text.rstrip(".)").upper()) if (options := choices[name]) else text
        for name, text in filled.items()
        if text not in ("", BLANK)
    }


def gaps_of(shown: Shown) -> list[Shown]:
    return [part for part in shown["parts"] if "gap" in part]


def _by_letter(options: Sequence[Shown], letter: str) -> Any:
    place = LETTERS.find(letter) if len(letter) == 1 else -1
    if not 0 <= place < len(options):
        raise Unreadable(
            _("“{text}” is none of the letters A to {last}.").format(text=letter[:40], last=LETTERS[len(options) - 1])
        )
    return options[place]["id"]


def _points(one: Asked, text: str) -> Given:
    # The text itself stays on paper; that it is there is kept, so that marking again waits for a person too.
    there = _("(the text is on paper)")
    if text == WAITING:
        return Given(there)
    said = text.replace(",", ".")
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", said) or float(said) > one.shown["points"]:
        raise Unreadable(_("“{text}” cannot be the points.").format(text=text[:40]), how(one))
    return Given(there, float(said), by_hand=True)


def _letter(options: Sequence[Shown], name: Any) -> str:
    return next((LETTERS[place] for place, option in enumerate(options) if option["id"] == name), BLANK)


def _write_gaps(shown: Shown, raw: Mapping[str, str]) -> str:
    parts = [
        _letter(gap["options"], raw.get(gap["gap"])) if "options" in gap else raw.get(gap["gap"]) or BLANK
        for gap in gaps_of(shown)
    ]
    return ("|" if any(";" in part for part in parts) else "; ").join(parts)


def number(value: float) -> str:
    """Write a number with a decimal comma."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")


_READERS: dict[str, Callable[[Shown, str], Any]] = {
    "option": _option,
    "options": _options,
    "verdicts": _verdicts,
    "text": lambda _shown, text: text,
    "pairs": _pairs,
    "order": _order,
    "gaps": _gaps,
}
_WRITERS: dict[str, Callable[[Shown, Any], str]] = {
    "option": lambda shown, raw: _letter(shown["options"], raw),
    "options": lambda shown, raw: "".join(sorted(_letter(shown["options"], name) for name in raw)),
    "verdicts": lambda shown, raw: "".join(
        BLANK if one["id"] not in raw else "Đ" if raw[one["id"]] else "S" for one in shown["statements"]
    ),
    "text": lambda _shown, raw: str(raw),
    "pairs": lambda shown, raw: " ".join(_letter(shown["rights"], raw.get(left["id"])) for left in shown["lefts"]),
    "order": lambda shown, raw: "".join(_letter(shown["items"], name) for name in raw),
    "gaps": _write_gaps,
}
