"""The targets as cards: plain HTML, the state in words and with a sign."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lopso.dashboards.asking import ask, button
from lopso.dashboards.forecasts import forecast_words
from lopso.plan import Plan
from lopso.plan.rules import ModelsPublished, PeopleTrained, UnitsReached, WeeksKept
from lopso.targets import Standing, TargetState, goal_count
from lopso.vietnamese import date, percent, whole
from lopso.words import catalogue

_ = catalogue("dashboards")

#: Standing → look and sign.
LOOKS: dict[Standing, tuple[str, str]] = {
    "no_data": ("lt-none", "–"),
    "met": ("lt-right", "✓"),
    "met_late": ("lt-right", "✓"),
    "on_track": ("lt-right", "●"),
    "not_met": ("lt-wait", "◐"),
    "overdue": ("lt-wrong", "✗"),
}


def standing_words(standing: Standing) -> str:
    """Say a target's standing."""
    return {
        "no_data": _("No data yet"),
        "met": _("Met"),
        "met_late": _("Met, after the due date"),
        "on_track": _("Kept so far"),
        "not_met": _("Not met yet"),
        "overdue": _("Not met, overdue"),
    }[standing]


def counted_noun(state: TargetState, plan: Plan) -> str:
    """Name what a target counts: people, or the units' kind."""
    rule = state.target.rule
    if isinstance(rule, PeopleTrained):
        return _("people")
    if isinstance(rule, WeeksKept):
        return _("weeks")
    if isinstance(rule, ModelsPublished):
        return _("models and examples")
    if isinstance(rule, UnitsReached) and len(rule.unit_kinds) == 1:
        names = {kind.id: kind.name for kind in plan.unit_kinds}
        return names[rule.unit_kinds[0]].lower()
    return _("units")


def cards_html(plan: Plan, states: Sequence[TargetState], chosen: str = "") -> str:
    """Write all cards, in the plan's order; the one of the target `chosen` is marked."""
    return f'<ol class="lt-cards">{"".join(_card(state, plan, state.target.id == chosen) for state in states)}</ol>'


def _card(state: TargetState, plan: Plan, chosen: bool) -> str:
    target = state.target
    lines = _now(state, plan) if state.numerator is not None else [f'<p class="lt-big">{_("No data yet")}</p>']
    goal = _("Goal: {percent} · due {date}").format(percent=percent(target.goal_percent), date=date(target.due))
    forecast = f"<p>{escape(forecast_words(state))}</p>" if forecast_words(state) else ""
    words = f'<summary>{_("Words of the plan")}</summary><p class="lt-soft">{escape(target.text)}</p>'
    look = "lt-card lt-chosen" if chosen else "lt-card"
    return (
        f'<li class="{look}"><h3>{escape(target.title)}</h3>{_badge(state)}{"".join(lines)}<p>{goal}</p>{forecast}'
        f'<details data-key="words-{escape(target.id)}">{words}</details>{_choice(state, chosen)}</li>'
    )


def _choice(state: TargetState, chosen: bool) -> str:
    if state.numerator is None:
        return ""
    asking = ask("target", state.target.id)
    return button(_("Show on the map"), asking, look="lt-button lt-screen", goto="map", pressed=chosen)


def _badge(state: TargetState) -> str:
    if state.standing == "no_data":
        return ""
    look, sign = LOOKS[state.standing]
    sample = f' <span class="lt-tag lt-wait">{_("Sample data")}</span>' if state.sample else ""
    words = f'<span aria-hidden="true">{sign} </span>{standing_words(state.standing)}'
    return f'<p class="lt-tags"><span class="lt-tag {look}">{words}</span>{sample}</p>'


def _now(state: TargetState, plan: Plan) -> Sequence[str]:
    done, total, share = state.numerator or 0, state.denominator or 0, state.percent or 0.0
    words = _("{done} of {total} {noun}").format(
        done=whole(done), total=whole(total), noun=escape(counted_noun(state, plan))
    )
    left = goal_count(state.target.goal_percent, total) - done
    lines = [
        f'<p class="lt-big">{percent(share, state.target.goal_percent)}</p>',
        _bar(share, state.target.goal_percent),
        f"<p>{_list(state, words, 'done')}</p>",
    ]
    if state.late:
        lines.append(f"<p>{_('of them {count} after the due date').format(count=whole(state.late))}</p>")
    if total > done:
        missing = _("{count} missing: see who").format(count=whole(total - done))
        lines.append(f"<p>{_list(state, missing, 'missing')}</p>")
    if left > 0:
        lines.append(f"<p>{_('{count} more needed').format(count=whole(left))}</p>")
    return lines


def _list(state: TargetState, words: str, which: str) -> str:
    return button(words, ask("list", state.target.id, which), goto="list")


def _bar(share: float, goal: float) -> str:
    # For the eye only: the same numbers stand beside it in words.
    return (
        f'<div class="lt-bar" aria-hidden="true"><span style="width:{min(share, 100):.1f}%"></span>'
        f'<i style="left:{min(goal, 100):.1f}%"></i></div>'
    )
