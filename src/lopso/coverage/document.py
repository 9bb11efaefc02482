"""The page docs/coverage.md: each content area of the plan with the lessons that teach it, and each lesson measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import shorten

from lopso.coverage.items import Item
from lopso.coverage.survey import Row, Survey
from lopso.plan import ContentArea
from lopso.sentences import LONG
from lopso.words import catalogue

_ = catalogue("coverage")

FILE = "docs/coverage.md"
#: So much of an item of the plan is shown, in characters.
SHOWN = 110


def page(found: Survey) -> str:
    """Write the page, as Markdown."""
    parts = [f"# {_('What the courses cover, and how they read')}", _("Written by `lopso coverage`, not by hand.")]
    areas = (_("Area"), _("Content"), _("Lessons"))
    parts += [f"## {_('The plan, area by area')}", _table(areas, (_area(found, one) for one in found.areas))]
    if found.items:
        items = (_("Area"), _("Item of the plan"), _("Lessons that speak of it"))
        parts += [f"## {_('The plan, item by item')}", _table(items, (_item(found, one) for one in found.items))]
    parts.append(f"## {_('The lessons')}")
    for title, rows in groupby(found.rows, key=lambda row: row.course.title):
        parts += [f"### {title}", _table(_head(), (_lesson(row) for row in rows))]
    parts += [f"## {_('What is counted')}", "\n".join(f"- {line}" for line in _counted())]
    return "\n\n".join(parts) + "\n"


def _area(found: Survey, area: ContentArea) -> Sequence[str]:
    parts = [one.label for one in found.areas if one.parent == area.id and found.teaching(one.id)]
    if parts:
        return area.label, area.title, _("in its parts: {list}").format(list=", ".join(parts))
    return area.label, area.title, "<br>".join(_link(row) for row in found.teaching(area.id)) or "–"


def _item(found: Survey, item: Item) -> Sequence[str]:
    told = ", ".join(_short_link(row) for row in found.speaking_of(item))
    left_out = _("no longer taught: {why}").format(why=item.left_out) if item.left_out and not told else ""
    return item.label, shorten(item.text, SHOWN, placeholder=" …"), told or left_out or "–"


def _link(row: Row) -> str:
    return f"[{row.course.title}: {row.lesson.title}](../{row.notebook.file})"


def _short_link(row: Row) -> str:
    return f"[{row.course.name} {row.lesson.name.partition('-')[0]}](../{row.notebook.file})"


def _head() -> Sequence[str]:
    return (
        _("Lesson"),
        _("Minutes"),
        _("Cells"),
        _("Practice questions"),
        _("Syllables a sentence"),
        _("Long sentences"),
        _("Terms explained at once"),
    )


def _lesson(row: Row) -> Sequence[str]:
    kinds = Counter(question.kind for question in row.questions)
    said = ", ".join(f"`{kind}` {count}" for kind, count in sorted(kinds.items()))
    reading = row.reading
    return (
        row.lesson.title,
        str(row.lesson.minutes),
        str(len(row.notebook.cells)),
        f"{len(row.questions)}: {said}" if row.questions else "–",
        f"{reading.per_sentence:.1f}".replace(".", ","),
        f"{reading.long}/{reading.sentences}",
        _terms(row),
    )


def _terms(row: Row) -> str:
    reading = row.reading
    explained = f"{len(reading.terms) - len(reading.unexplained)}/{len(reading.terms)}"
    return f"{explained} ({_('not')}: {', '.join(reading.unexplained)})" if reading.unexplained else explained


def _counted() -> Iterator[str]:
    yield _("A lesson teaches the areas that course.toml names as its topics; II.4 is taught where a part of it is.")
    yield _(
        "A lesson speaks of an item of the plan if it teaches the item's area and its text or questions have one of "
        "the words that courses/items.toml lists for the item; its list of sources does not count."
    )
    yield _("Practice questions are those to answer; after the number, how many there are of each kind.")
    yield _(
        "Syllables a sentence: the mean over the paragraphs and list items of the lesson, without its opening, "
        "headings, tables and sources. A word, a number or a date is one; an item of a list is at least one sentence."
    )
    yield _("Long sentences: those of more than {n} syllables, of all.").format(n=LONG)
    yield _(
        "Terms: English words and abbreviations that src/lopso/loan_words.txt does not list as a name, a sign or a "
        "word that everybody uses. One is explained at once if the sentence where it first stands, or the next one, "
        "says what it is: in brackets, after a colon, or with words such as “là”, “tức là”, “nghĩa là”, “gọi là”."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
