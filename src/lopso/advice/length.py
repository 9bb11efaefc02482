"""How long the text and its parts are."""

from __future__ import annotations

from lopso.advice.check import ARTICLES, HEARD, NEWS, Found, check, listed, quoted
from lopso.advice.item import NewsItem
from lopso.sentences import LONG
from lopso.text import reading_seconds, syllables
from lopso.words import catalogue

_ = catalogue("advice")

#: Syllables a second, as the lessons cite them.
SLOW, FAST = 3.5, 4.0
ON_AIR_SECONDS = 180
#: The limits the course "Viết tin" teaches.
HEADLINE, LEAD = 14, 50


@check(*ARTICLES, is_note=True)
def reading_time(item: NewsItem) -> Found:
    """Length, and how long it takes to read aloud at 3.5 to 4 syllables a second:"""
    low, high = (round(reading_seconds(item.text, speed)) for speed in (FAST, SLOW))
    said = _("{n} syllables, {low} to {high} seconds.")
    return (said.format(n=len(syllables(item.text)), low=low, high=high),)


@check(*ARTICLES)
def length_asked(item: NewsItem) -> Found:
    """Bring the text to the length asked for."""
    n = len(syllables(item.text))
    if n < item.least:
        return (_("{n} syllables; at least {least} are asked for.").format(n=n, least=item.least),)
    if item.most and n > item.most:
        return (_("{n} syllables; at most {most} are asked for.").format(n=n, most=item.most),)
    return None


@check(*HEARD)
def time_on_air(item: NewsItem) -> Found:
    """Shorten it: an item for loudspeakers takes three minutes at most, also when read slowly."""
    seconds = round(reading_seconds(item.text, SLOW))
    return (_("{n} seconds.").format(n=seconds),) if seconds > ON_AIR_SECONDS else None


@check(*NEWS)
def long_headline(item: NewsItem) -> Found:
    """Shorten the headline: up to 14 syllables are read in one breath."""
    return _over(item.headline, HEADLINE)


@check(*NEWS)
def long_lead(item: NewsItem) -> Found:
    """Shorten the lead: up to 50 syllables, the rest belongs into the body."""
    return _over(item.lead, LEAD)


@check(*ARTICLES)
def long_sentences(item: NewsItem) -> Found:
    """Cut these sentences in two: they have more than 25 syllables."""
    counted = [(len(syllables(sentence)), sentence) for sentence in item.sentences]
    return listed([f"{quoted(said)} ({_('{n} syllables').format(n=n)})" for n, said in counted if n > LONG])


def _over(part: str, limit: int) -> Found:
    n = len(syllables(part))
    return (_("{n} syllables").format(n=n),) if n > limit else None
