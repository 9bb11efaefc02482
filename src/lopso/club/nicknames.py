"""Nicknames: what may be one, and what look-alikes have in common."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from lopso.errors import PersonError
from lopso.text import new_tone_placement, squeeze
from lopso.words import catalogue

_ = catalogue("club_rules")

LONGEST = 30
#: Longer than this is no slip of the hand; it is not even looked at.
MOST_TYPED = 400
#: One letter may carry that many marks that do not go into it: enough for every script, too few to draw with.
MOST_MARKS = 2

RUDE = Path(__file__).with_name("rude.txt")
#: Letters that nobody sees, though Unicode counts them as letters or signs.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
#: Of digits no two mean the same letter, so that class numbers stay apart.
_DIGITS = str.maketrans("01345789@$!|", "oieastbgasii")
_FOREIGN = str.maketrans(
    "авеёзікмнорстухѕјԁԛԝһαβεηικμνορτυχγωɑɡı",  # Cyrillic, Greek and Latin letters that look like these:
    "abeeeikmhopctyxsjdqwhabehikmvoptuxywagi",
)
_WORD = re.compile(r"[^\W_]+")


class BadNickname(PersonError):
    """A nickname that cannot be taken."""

    status = 422


def checked(nickname: str) -> str:
    """Give the nickname as it is kept: composed, blanks folded; raises BadNickname, saying politely why."""
    if len(nickname) > MOST_TYPED:
        raise _too_long()
    name = squeeze(nickname)
    if not name:
        raise BadNickname(_("Type a name first."), _("Your first name or your number in the class will do."))
    if len(name) > LONGEST:
        raise _too_long()
    if not _is_plain(name) or not folded(name):
        raise BadNickname(
            _("This name holds signs that cannot be read."), _("Use letters and digits, such as “Lan 6A”.")
        )
    if _is_rude(name):
        raise BadNickname(_("This name cannot be shown in class."), _("Please choose another one."))
    return name


def folded(nickname: str) -> str:
    """Give what look-alikes have in common: no case, no diacritics, no blanks, letters for look-alike signs."""
    letters = _plain_letters(nickname).translate(_DIGITS).replace("l", "i")
    return "".join(char for char in letters if char.isalnum())


def _too_long() -> BadNickname:
    return BadNickname(_("This name is too long."), _("It may have {n} characters at most.").format(n=LONGEST))


def _plain_letters(text: str) -> str:
    """Drop case and diacritics, also of wide and decorated letters, and put Latin letters for those that look alike."""
    spread = unicodedata.normalize("NFKD", text.casefold()).casefold().replace("đ", "d").translate(_FOREIGN)
    return "".join(char for char in spread if not unicodedata.combining(char))


def _is_plain(name: str) -> bool:
    """Tell whether everything in a name is seen, in the order in which it was typed."""
    marks = 0
    for char in name:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category[0] == "C" or char in _BLANK or marks > MOST_MARKS:  # controls, bidi, zero width, unassigned
            return False
    return True


def _is_rude(name: str) -> bool:
    toned, plain = _rude()
    spoken = _joined(_WORD.findall(new_tone_placement(name)))
    letters = _plain_letters(name)
    as_typed, decoded = (_joined(_WORD.findall(text)) for text in (letters, letters.translate(_DIGITS)))
    return _holds(spoken, toned) or _holds(as_typed, plain) or _holds(decoded, plain)


def _joined(words: list[str]) -> str:
    """Write words with one blank between, single letters in a row as the word they spell, repeated letters once."""
    text = " " + " ".join(words) + " "
    text = re.sub(r"(?<= )\S(?: \S)+(?= )", lambda found: found[0].replace(" ", ""), text)
    return re.sub(r"([^\W\d])\1+", r"\1", text)


def _holds(text: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in text for phrase in phrases)


@cache
def _rude() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read the phrases: those with diacritics, and those that are refused in any tone."""
    lines = [line.strip() for line in RUDE.read_text(encoding="utf-8").splitlines()]
    phrases = [line for line in lines if line and not line.startswith("#")]
    toned = tuple(_joined(new_tone_placement(phrase).split()) for phrase in phrases if not phrase.isascii())
    return toned, tuple(_joined(phrase.split()) for phrase in phrases if phrase.isascii())
