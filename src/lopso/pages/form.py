"""A practice question as the plain form of a page: works without any script, and question.js takes it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from lopso.markup import line_to_html, to_html
from lopso.pages.fieldset import bare, fieldset
from lopso.questions.question import Mark
from lopso.words import catalogue

_ = catalogue("pages")

SYMBOLS = {
    "right": "✓",
    "partly": "◐",
    "wrong": "✗",
    "unanswered": "○",
    "waiting": "…",
    "recorded": "•",
    "problem": "⚠",
}
_SORTS = ("options", "statements", "lefts", "items")


def practice_form(course: str, prompt: Mapping[str, Any], answer: Any = None, result: str = "") -> str:
    """Write the question element with its form; `answer` is ticked or filled in, `result` is `mark_html`'s."""
    name = str(prompt["id"])
    element = f'<lopso-question id="cau-{name}" course="{course}" question="{name}" check>'
    form = f'<form method="post" action="/practice/{course}/{name}#cau-{name}">'
    asked = fieldset(prompt, answer, name="answer")
    if prompt["kind"] == "info":
        return f"{element}{asked}</lopso-question>"
    button = f'<button type="submit" class="lq-check">{_("Check")}</button>'
    return f"{element}{form}{asked}{button}{result or RESULT}</form></lopso-question>"


RESULT = '<div class="lq-result"></div>'


def mark_document(mark: Mark, advice: str = "") -> dict[str, Any]:
    """Give a mark as the JSON that question.js shows: texts are safe HTML, and so is `advice` on a text."""
    return {
        "outcome": mark.outcome,
        "points": mark.points,
        "max_points": mark.max_points,
        "reason": bare(to_html(mark.reason)) if mark.reason else "",
        "hint": line_to_html(mark.hint) if mark.hint else "",
        "advice": advice,
        "options": {name: line_to_html(text) for name, text in mark.options.items()},
        "html": True,
    }


def mark_html(mark: Mark, prompt: Mapping[str, Any], advice: str = "") -> str:
    """Write a mark as question.js would show it: outcome in words and with a sign, reason, hint, remarks, advice."""
    said = mark_document(mark)
    remarks = "".join(_remarks(said, prompt))
    reason = f'<div class="lq-reason">{said["reason"]}</div>' if said["reason"] else ""
    hint = f'<div class="lq-hint"><strong>{_("Hint:")}</strong> {said["hint"]}</div>' if said["hint"] else ""
    verdict = f'<p class="lq-verdict">{SYMBOLS[mark.outcome]} {outcome_words()[mark.outcome]}</p>'
    return f'<div class="lq-result" data-outcome="{mark.outcome}">{verdict}{reason}{remarks}{hint}{advice}</div>'


def problem_html(text: str) -> str:
    """Write a problem that is neither right nor wrong."""
    return f'<div class="lq-result" data-outcome="problem"><p>{SYMBOLS["problem"]} {escape(text)}</p></div>'


def outcome_words() -> dict[str, str]:
    """Give the word for each outcome."""
    return {
        "right": _("Right"),
        "partly": _("Partly right"),
        "wrong": _("Not right yet"),
        "unanswered": _("Not answered"),
        "waiting": _("Waiting for a marker"),
        "recorded": _("Recorded"),
    }


def _remarks(said: Mapping[str, Any], prompt: Mapping[str, Any]) -> Iterator[str]:
    texts = dict(_parts(prompt))
    for name, remark in said["options"].items():
        if said["reason"] != remark:
            yield f'<div class="lq-remark">{texts.get(name, "")}{remark}</div>'


def _parts(prompt: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give how a remark on each option or part begins, by its id."""
    for part in (one for sort in _SORTS for one in prompt.get(sort, ())):
        if part["html"]:
            yield part["id"], f"“{part['html']}” – "
    gaps = [part["gap"] for part in prompt.get("parts", ()) if "gap" in part]
    for number, gap in enumerate(gaps, 1):
        yield gap, f"{_('Gap {n}').format(n=number)}: "
