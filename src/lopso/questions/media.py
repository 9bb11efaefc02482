"""Pictures and sounds in a question's texts: where they may stand, and that each one says what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lopso.fields import Fields
from lopso.markup import MEDIA, suffix
from lopso.notebook import pictures
from lopso.toml import Place
from lopso.words import catalogue

_ = catalogue("questions")

#: The texts that are shown beside the quiz's media; remarks, hints and explanations travel without.
SHOWN = ("prompt", "text")
#: Programs, in which these signs mean something else.
CODE = ("starter", "solution", "tests")


@dataclass(frozen=True)
class Found:
    """A picture or sound that the text `field` of the table `at` names."""

    at: Fields
    field: str
    address: str
    description: str
    is_shown: bool


def check_media(fields: Fields) -> None:
    """Note a fault at each picture or sound of a question that could not be shown to everybody."""
    for one in found_media(fields):
        name = one.address.removeprefix("media/")
        if not one.is_shown:
            one.at.fault(one.field, _("a picture or sound cannot stand here"), _("in the prompt or in an option"))
        elif name == one.address or "/" in name or suffix(name) not in MEDIA:
            problem = _("{name} is neither a picture nor a sound of ours").format(name=one.address)
            one.at.fault(one.field, problem, "media/….svg, .png, .jpg, .webp, .mp3, .ogg, .m4a")
        if not one.description:
            one.at.fault(one.field, _("a picture or sound needs a description"), f"![…]({one.address})")


def found_media(fields: Fields) -> Iterator[Found]:
    """Find every picture and sound in the texts of a question."""
    for place, text in _texts(fields.data, ()):
        names = [part for part in place if isinstance(part, str)]
        if names[-1] not in CODE and "![" in text:
            at = Fields(fields.source, {}, (*fields.place, *place[:-1]), fields.faults)
            is_shown = names[-1] in SHOWN and "criterion" not in names
            for address, description in pictures(text):
                yield Found(at, names[-1], address, description, is_shown)


def _texts(data: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(data, str):
        yield place, data
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from _texts(value, (*place, key))
