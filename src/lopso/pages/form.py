"""A practice question as the plain form of a page: works without any script, and question.js takes it over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from lopso.markup import line_to_html, to_html
from lopso.questions.question import Mark
from lopso.words import catalogue

_ = catalogue("pages")

SYMBOLS = {"right": "✓", "partly": "◐", "wrong": "✗", "unanswered": "○", "waiting": "…", "problem": "⚠"}
_INPUTS = {"single_choice": "radio", "multiple_choice": "checkbox"}
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


def practice_form(course: str, prompt: Mapping[str, Any], answer: Any = None, result: str = "") -> str:
    """Write the question element with its form; `answer` is ticked or filled in, `result` is `mark_html`'s."""
    name = str(prompt["id"])
    fieldset = (
        f'<fieldset><legend class="lq-prompt">{_bare(prompt["html"])}</legend>{_controls(prompt, answer)}</fieldset>'
    )
    button = f'<button type="submit" class="lq-check">{_("Check")}</button>'
    return (
        f'<lopso-question id="cau-{name}" course="{course}" question="{name}" check>'
        f'<form method="post" action="/practice/{course}/{name}#cau-{name}">{fieldset}{button}{result or RESULT}</form>'
        "</lopso-question>"
    )


RESULT = '<div class="lq-result"></div>'


def mark_document(mark: Mark) -> dict[str, Any]:
    """Give a mark as the JSON that question.js shows: texts are safe HTML."""
    return {
        "outcome": mark.outcome,
        "points": mark.points,
        "max_points": mark.max_points,
        "reason": _bare(to_html(mark.reason)) if mark.reason else "",
        "hint": line_to_html(mark.hint) if mark.hint else "",
        "options": {name: line_to_html(text) for name, text in mark.options.items()},
        "html": True,
    }


def mark_html(mark: Mark, prompt: Mapping[str, Any]) -> str:
    """Write a mark as question.js would show it: outcome in words and with a sign, reason, hint, remarks."""
    said = mark_document(mark)
    remarks = "".join(_remarks(said, prompt))
    reason = f'<div class="lq-reason">{said["reason"]}</div>' if said["reason"] else ""
    hint = f'<div class="lq-hint"><strong>{_("Hint:")}</strong> {said["hint"]}</div>' if said["hint"] else ""
    verdict = f'<p class="lq-verdict">{SYMBOLS[mark.outcome]} {outcome_words()[mark.outcome]}</p>'
    return f'<div class="lq-result" data-outcome="{mark.outcome}">{verdict}{reason}{remarks}{hint}</div>'


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
    }


def _controls(prompt: Mapping[str, Any], answer: Any) -> str:
    if "options" not in prompt:
        value = escape(answer if isinstance(answer, str) else "")
        box = (
            f'<input type="text" name="answer" value="{value}" maxlength="{prompt["longest"]}" lang="vi" '
            'autocomplete="off" autocapitalize="off" spellcheck="false">'
        )
        return f'<label class="lq-box"><span class="lq-how">{_("Your answer")}</span>{box}</label>'
    how = _("Several answers may be chosen.") if prompt["kind"] == "multiple_choice" else _("Choose one answer.")
    return f'<p class="lq-how">{how}</p>' + "".join(_options(prompt, answer))


def _options(prompt: Mapping[str, Any], answer: Any) -> Iterator[str]:
    chosen = answer if isinstance(answer, list) else [answer]
    for option in prompt["options"]:
        ticked = " checked" if option["id"] in chosen else ""
        control = f'<input type="{_INPUTS[prompt["kind"]]}" name="answer" value="{option["id"]}"{ticked}>'
        yield f'<label class="lq-option">{control}<span class="lq-text">{option["html"]}</span></label>'


def _remarks(said: Mapping[str, Any], prompt: Mapping[str, Any]) -> Iterator[str]:
    texts = {option["id"]: option["html"] for option in prompt.get("options", ())}
    for name, remark in said["options"].items():
        if said["reason"] != remark:
            yield f'<div class="lq-remark">“{texts[name]}” – {remark}</div>'


def _bare(html: str) -> str:
    """Take away the paragraph around a text of one paragraph."""
    found = _ONE_PARAGRAPH.fullmatch(html)
    return found[1] if found else html
