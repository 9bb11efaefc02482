"""What a print of a quiz shows: its texts, pictures and sounds, and what of it paper cannot hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lopso.markup import to_html
from lopso.printing import answers, trees
from lopso.printing.typeset import MEDIA
from lopso.questions.question import prompt
from lopso.questions.quiz import Quiz
from lopso.words import catalogue

_ = catalogue("printing")

#: Stands where our fonts have no form for a sign.
NO_SIGN = "□"
#: Where a kind shows things that have a text.
LISTS = ("options", "statements", "lefts", "rights", "items")


@dataclass(frozen=True)
class Drawable:
    """What can be drawn: names of pictures that can, signs that cannot."""

    pictures: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()

    def of(self, html: str) -> trees.Tree:
        """Read HTML and put a description in place of each picture that cannot be drawn."""
        return [self._node(node) for node in trees.tree(html)]

    def text(self, text: str) -> str:
        """Put a box in place of each sign without a form."""
        return "".join(NO_SIGN if char in self.missing else char for char in text)

    def _node(self, node: trees.Node) -> trees.Node:
        if isinstance(node, str):
            return self.text(node)
        if node["t"] == "img" and node["src"].removeprefix(f"{MEDIA}/") not in self.pictures:
            return _("[Picture: {text}]").format(text=self.text(node["alt"]))
        if node["t"] == "audio":
            return _("[Listen: {text}]").format(text=self.text(node["label"]))
        return node | {"c": [self._node(child) for child in node["c"]]}


def html_of(quiz: Quiz) -> Iterator[str]:
    """Give all HTML that a print of the quiz may show."""
    yield html(quiz.intro)
    for question in quiz.questions:
        shown = prompt(question, None, MEDIA)
        yield shown["html"]
        for name in LISTS:
            yield from (one["html"] for one in shown.get(name, ()))
        for part in shown.get("parts", ()):
            yield part.get("html", "")
            yield from (one["html"] for one in part.get("options", ()))


def texts_of(quiz: Quiz) -> Iterator[str]:
    """Give all texts that a print of the quiz may show, keys too."""
    yield quiz.title
    for html in html_of(quiz):
        nodes = trees.tree(html)
        yield trees.plain(nodes)
        yield from (picture["alt"] for picture in trees.pictures(nodes))
        yield from trees.sounds(nodes)
    for question in quiz.questions:
        yield from question.key_texts()
        yield from (one["text"] for one in prompt(question, None).get("criteria", ()))


def sounds(quiz: Quiz) -> list[str]:
    """List the sounds that somebody must play, by what they are called."""
    return [label for html in html_of(quiz) for label in trees.sounds(trees.tree(html))]


def refused(quiz: Quiz) -> list[str]:
    """List the ids of the questions that paper cannot hold."""
    return [question.id for question in quiz.questions if question.kind not in answers.SORTS]


def picture_names(quiz: Quiz) -> set[str]:
    """List the files of the pictures that a print of the quiz shows."""
    found = (picture["src"] for html in html_of(quiz) for picture in trees.pictures(trees.tree(html)))
    return {source.removeprefix(f"{MEDIA}/") for source in found if source}


def html(markdown: str) -> str:
    """Render Markdown with its pictures beside the templates."""
    return to_html(markdown, MEDIA)
