"""Advice of the writing desk as HTML: under a practice text with the model and what to check oneself, or alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from lopso.advice.advising import Advice
from lopso.markup import line_to_html, to_html
from lopso.questions.writing import Criterion
from lopso.words import catalogue

_ = catalogue("pages")


def advice_html(advice: Sequence[Advice]) -> str:
    """Write the lines with what each is about; say so where there is nothing to point out."""
    asked = [one for one in advice if not one.is_note]
    notes = "".join(f"<p>{escape(' '.join((one.line, *one.details)))}</p>" for one in advice if one.is_note)
    lines = "".join(map(_line, asked))
    told = f"<ul>{lines}</ul>" if asked else f"<p>✓ {_('The program found nothing to point out.')}</p>"
    caution = _("A program counts and compares, it does not understand the text and may err; you decide.")
    said = f'<p><strong>{_("Advice")}</strong></p>{notes}{told}<p class="lq-how">{caution}</p>'
    return f'<div class="lq-advice">{said}</div>'


def refusal_html(text: str) -> str:
    """Write why there is no advice."""
    return f'<div class="lq-advice"><p>⚠ {escape(text)}</p></div>'


def model_html(explanation: str, criteria: Sequence[Criterion]) -> str:
    """Write what follows the advice in practice: the explanation, which holds the model, and boxes to tick oneself."""
    return "".join(_model(explanation, criteria))


def _line(one: Advice) -> str:
    details = "".join(f"<li>{escape(detail)}</li>" for detail in one.details)
    return f"<li>{escape(one.line)}{f'<ul>{details}</ul>' if details else ''}</li>"


def _model(explanation: str, criteria: Sequence[Criterion]) -> Iterator[str]:
    if explanation:
        summary = f"<summary>{_('Compare with a model')}</summary>"
        yield f'<details class="lq-model">{summary}{to_html(explanation)}</details>'
    boxes = "".join(f'<li><label><input type="checkbox"> {line_to_html(one.text)}</label></li>' for one in criteria)
    yield f'<div class="lq-self"><p><strong>{_("Check it yourself")}</strong></p><ul>{boxes}</ul></div>'
