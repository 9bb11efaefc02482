"""What a paper and its result show of each item, whoever sits it: a learner, or a pupil in a club session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from lopso import attempts
from lopso.attempts import Item, NotKept, Paper, Showing
from lopso.questions.keys import key_shown
from lopso.questions.question import prompt
from lopso.questions.quiz import Quiz
from lopso.records.tables import ItemMark
from lopso.web.rendering import page
from lopso.web.writing_desk import ASKS_ADVICE, is_advised


@dataclass(frozen=True)
class Addresses:
    """Where a paper is: its `page`, `submit` and `result`, the `api` that takes its answers, its pictures' `media`.

    `advice` is where a text is looked at before it is handed in, empty where that is not done.
    """

    page: str
    api: str
    media: str
    advice: str = ""

    @property
    def submit(self) -> str:
        """Give where handing in is asked for and done."""
        return f"{self.page}/submit"

    @property
    def result(self) -> str:
        """Give where the result is."""
        return f"{self.page}/result"


def of_attempt(attempt_id: str, quiz: str) -> Addresses:
    """Give where a learner's attempt is."""
    api = f"/api/attempts/{attempt_id}"
    return Addresses(f"/attempts/{attempt_id}", api, f"/media/quizzes/{quiz}", f"{api}/advice")


def asked_items(paper: Paper, media: str, left: Mapping[str, NotKept] | None = None) -> list[dict[str, Any]]:
    """Give what the paper shows of its items; what of a form was `left` unread stands in its controls again."""
    numbers = {item.question.id: number for number, item in enumerate(paper.numbered, 1)}
    return [_asked(paper, item, media, numbers, left or {}) for item in paper.items]


def marked_items(
    paper: Paper, media: str, shown: Showing, by: Quiz, rows: Mapping[str, ItemMark]
) -> list[dict[str, Any]]:
    """Give what the result shows of the items marked `by` a version; no key is looked up where it may not be seen."""
    return [_marked(paper, item, media, shown, by, rows[item.question.id]) for item in paper.items]


def paper_shown(
    request: Request,
    paper: Paper,
    at: Addresses,
    seconds: float | None,
    left: Mapping[str, NotKept] | None = None,
    **more: Any,
) -> Response:
    """Show a paper to answer, with the seconds left (None: no limit); `more` is what the page's frame needs."""
    items = asked_items(paper, at.media, left)
    advised = [item.question.id for item in paper.items if at.advice and is_advised(item.question)]
    shown = {"at": at, "paper": paper, "items": items, "all": len(paper.numbered), "left": seconds, **more}
    shown |= {"advised": advised, "asks_advice": ASKS_ADVICE}
    return unstored(page(request, "attempt.html", 422 if left else 200, sequence=attempts.SEQUENCE, **shown))


def unstored(response: Response) -> Response:
    """Keep a paper out of every store: whoever goes back gets the answers as they are, not a form from before."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(paper: Paper, item: Item, media: str) -> dict[str, Any]:
    seed = paper.quiz.option_seed(paper.attempt.seed)
    answer = item.answer
    return {
        "prompt": prompt(item.question, seed, media),
        "value": answer.body if answer else None,
        "seq": answer.seq if answer else 0,
        "answered": item.is_answered,
    }


def _asked(
    paper: Paper, item: Item, media: str, numbers: Mapping[str, int], left: Mapping[str, NotKept]
) -> dict[str, Any]:
    not_kept = left.get(item.question.id)
    said = _shown(paper, item, media) | {"number": numbers.get(item.question.id), "not_kept": not_kept}
    return said | {"value": not_kept.sent} if not_kept and not_kept.problem else said


def _marked(paper: Paper, item: Item, media: str, shown: Showing, by: Quiz, row: ItemMark) -> dict[str, Any]:
    marked = attempts.marked_item(item, by, row)
    said = _shown(paper, item, media) | {"row": row, "mark": marked.mark, "key": (), "explanation": ""}
    if shown.keys:
        said["key"] = key_shown(marked.question, media)
        said["explanation"] = marked.question.explanation
    return said
