"""What a typed answer is compared with: the accepted texts, and what does not matter about a spelling."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.text import new_tone_placement, squeeze
from lopso.words import catalogue

_ = catalogue("questions")

LONGEST = 200
#: Marks one letter may carry; no writing has more, and putting thousands of them in order takes a second.
MOST_MARKS = 30


@dataclass(frozen=True, kw_only=True)
class Accepting:
    """Accepted texts with their policy. Blanks at the ends and a final full stop never matter.

    `ignore_spaces`: blanks inside do not matter either (2 FA = 2FA); otherwise several count as one.
    `ignore_tone_placement`: hòa = hoà. `ignore_diacritics` (hoà = hoa) includes it.
    """

    accept: tuple[str, ...]
    ignore_case: bool
    ignore_diacritics: bool
    ignore_spaces: bool
    ignore_tone_placement: bool
    example_wrong: str

    def accepts(self, text: str) -> bool:
        """Tell whether `text` is one of the accepted texts, as far as the policy looks."""
        return self.key(text) in {self.key(one) for one in self.accept}

    def key(self, text: str) -> str:
        """Give equal keys to texts that count as the same."""
        bare = squeeze(text).rstrip(".").rstrip()
        if self.ignore_spaces:
            bare = bare.replace(" ", "")
        if self.ignore_tone_placement:
            bare = _keeping_case(bare, new_tone_placement(bare))
        if self.ignore_diacritics:
            bare = _without_diacritics(bare)
        return bare.casefold() if self.ignore_case else bare


def accepting_fields(fields: Fields) -> dict[str, Any]:
    """Read accepted texts and policy, as keyword arguments; the example of a wrong answer must be wrong."""
    values: dict[str, Any] = {
        "accept": fields.texts("accept"),
        "ignore_case": fields.flag("ignore_case", True),
        "ignore_diacritics": fields.flag("ignore_diacritics", False),
        "ignore_spaces": fields.flag("ignore_spaces", False),
        "ignore_tone_placement": fields.flag("ignore_tone_placement", True),
        "example_wrong": fields.text("example_wrong"),
    }
    if Accepting(**values).accepts(values["example_wrong"]):
        fields.fault("example_wrong", _("this answer would be accepted"))
    for name, texts in (("accept", values["accept"]), ("example_wrong", (values["example_wrong"],))):
        if any(len(text) > LONGEST for text in texts):
            fields.fault(name, _("too long"), _("at most {n} characters").format(n=LONGEST))
    return values


def read_text(raw: Any, longest: int = LONGEST) -> str | None:
    """Read a text of at most `longest` characters; None is blank. Raises Unreadable.

    Half characters (lone surrogates) and NUL can be neither stored nor shown, so they are no text.
    """
    if raw is not None and not isinstance(raw, str):
        raise Unreadable(_("This answer is not a text."), _("Type the answer again."))
    if raw and len(raw) > longest:
        raise Unreadable(_("This answer is longer than {n} characters.").format(n=longest), _("Shorten it."))
    if raw and not _is_writing(raw):
        raise Unreadable(_("This answer holds signs that are not writing."), _("Type the answer again."))
    return raw if raw and raw.strip() else None


def _is_writing(text: str) -> bool:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if char == "\0" or "\ud800" <= char <= "\udfff" or marks > MOST_MARKS:
            return False
    return True


def _keeping_case(text: str, changed: str) -> str:
    if len(text) != len(changed):  # a letter that folding makes longer (ß): then its case cannot be kept
        return changed
    return "".join(new.upper() if old.isupper() else new for old, new in zip(text, changed, strict=True))


def _without_diacritics(text: str) -> str:
    spread = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in spread if not unicodedata.combining(char))
