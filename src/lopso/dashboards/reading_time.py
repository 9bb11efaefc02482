"""How long a radio draft takes to read aloud, as numbers and as one widget."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets

from lopso.text import SYLLABLES_PER_SECOND, reading_seconds, squeeze, syllables
from lopso.words import catalogue

_ = catalogue("reading_time")

#: The plan gives a commune's radio programme up to three minutes (annex, task 4c).
LIMIT_SECONDS = 180
#: Longer sentences are hard to follow by ear; the second lesson of `viet-tin` says why and names its source.
LONG_SENTENCE = 25

# "TP. Hải Phòng" and "PGS.TS. Lan" do not end a sentence at the abbreviation's dot.
_TITLE = re.compile(r"\b(TP|TX|TT|PGS|GS|TS|ThS|BS|KS|LS|Đ/c)\.\s*")
_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+|\s*\n\s*")
# A reader says "2026" and "LGSP" in several syllables, though each is written as one unit.
_SPOKEN_LONGER = re.compile(r"\b(?:\d[\d.,]*|[A-ZĐ]{2,}\d*)\b")

_STYLE = """<style>
.lopso-draft {flex-direction: column; align-items: stretch; height: auto}
.lopso-draft .widget-label {width: auto; max-width: none; text-align: left; font-weight: 600}
.lopso-draft textarea {width: 100%; box-sizing: border-box; font-size: 16px; line-height: 1.5; font-family: inherit}
.lopso-reading {font-size: 16px; line-height: 1.5; overflow-wrap: anywhere}
.lopso-reading .fits {color: #14612b} .lopso-reading .over {color: #9b1c1c}
</style>"""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft."""

    text: str
    syllables: int


@dataclass(frozen=True)
class Reading:
    """What the tool knows of a draft; `seconds` is rounded up, `excess` counts the syllables beyond LIMIT_SECONDS."""

    syllables: int
    seconds: int
    excess: int
    sentences: tuple[Sentence, ...]
    spoken_longer: tuple[str, ...]

    @property
    def longest(self) -> Sentence | None:
        """Give the longest sentence, the first of them when several are equal."""
        return max(self.sentences, key=lambda sentence: sentence.syllables, default=None)

    @property
    def long_sentences(self) -> tuple[Sentence, ...]:
        """Give the sentences above LONG_SENTENCE syllables, in the draft's order."""
        return tuple(sentence for sentence in self.sentences if sentence.syllables > LONG_SENTENCE)


def measure(draft: str, per_second: float = SYLLABLES_PER_SECOND) -> Reading:
    """Count a draft's syllables, seconds and sentences."""
    count = len(syllables(draft))
    return Reading(
        syllables=count,
        seconds=math.ceil(reading_seconds(draft, per_second)),
        excess=max(0, count - math.floor(LIMIT_SECONDS * per_second)),
        sentences=tuple(_sentences(draft)),
        spoken_longer=tuple(dict.fromkeys(_SPOKEN_LONGER.findall(draft))),
    )


def _sentences(text: str) -> Iterable[Sentence]:
    for part in _END.split(_TITLE.sub(r"\1 ", text)):
        if count := len(syllables(part)):
            yield Sentence(squeeze(part), count)


def clock(seconds: int) -> str:
    """Write seconds as minutes:seconds, 167 → '2:47'."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def report(reading: Reading) -> str:
    """Write the result as HTML, the draft's own words escaped."""
    if not reading.syllables:
        return _wrap([f"<p>{_('Type or paste a draft above.')}</p>"])
    lines = [_summary(reading), _verdict(reading), _longest(reading), _long_list(reading), _longer_units(reading)]
    return _wrap(lines)


def _wrap(lines: Iterable[str]) -> str:
    return f'<div class="lopso-reading">{"".join(lines)}</div>'


def _summary(reading: Reading) -> str:
    words = _("<b>{count}</b> syllables · about <b>{clock}</b> (minutes:seconds)")
    return f"<p>{words.format(count=_number(reading.syllables), clock=clock(reading.seconds))}</p>"


def _verdict(reading: Reading) -> str:
    left = LIMIT_SECONDS - reading.seconds
    if not reading.excess:
        return f'<p class="fits"><b>{_("✓ Fits three minutes, {clock} to spare.").format(clock=clock(left))}</b></p>'
    words = _("✗ {clock} over three minutes: cut about {count} syllables.")
    return f'<p class="over"><b>{words.format(clock=clock(-left), count=_number(reading.excess))}</b></p>'


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _longest(reading: Reading) -> str:
    longest = reading.longest
    count = longest.syllables if longest else 0
    return f"<p>{_('Longest sentence: {count} syllables.').format(count=count)}</p>"


def _long_list(reading: Reading) -> str:
    found = reading.long_sentences
    if not found:
        return f"<p>{_('No sentence is longer than {limit} syllables.').format(limit=LONG_SENTENCE)}</p>"
    head = _("Sentences over {limit} syllables, worth splitting: {count}").format(limit=LONG_SENTENCE, count=len(found))
    items = "".join(f"<li><b>{sentence.syllables}</b>: {escape(sentence.text)}</li>" for sentence in found)
    return f"<p>{head}</p><ul>{items}</ul>"


def _longer_units(reading: Reading) -> str:
    if not reading.spoken_longer:
        return ""
    words = _("Figures and abbreviations take longer to say than counted here: {units}.")
    return f"<p>{words.format(units=escape(', '.join(reading.spoken_longer)))}</p>"


def reading_time(draft: str = "") -> widgets.Widget:
    """Build the tool: a text area that starts with `draft`, and its reading time kept up to date."""
    area = widgets.Textarea(value=draft, description=_("Your draft"), rows=10)
    area.layout = widgets.Layout(width="100%", height="auto")
    area.add_class("lopso-draft")
    result = widgets.HTML(value=report(measure(draft)), layout=widgets.Layout(width="100%"))

    def show(change: dict[str, str]) -> None:
        result.value = report(measure(change["new"]))

    area.observe(show, names="value")
    return widgets.VBox([widgets.HTML(_STYLE), area, result], layout=widgets.Layout(width="100%"))
