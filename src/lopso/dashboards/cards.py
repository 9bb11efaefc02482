"""The targets as cards: plain HTML, the state in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lopso.dashboards.vietnamese import clock, date, percent, whole
from lopso.dashboards.viewing import Reading
from lopso.plan import Plan
from lopso.plan.rules import ModelsPublished, PeopleTrained, UnitsReached, WeeksKept
from lopso.targets import Standing, TargetState, goal_count
from lopso.words import catalogue

_ = catalogue("dashboards")


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


def heading_html(reading: Reading) -> str:
    """Write the head of the board: plan, whose, when read, and whether sample data are counted."""
    plan = reading.plan
    badge = f'<span class="lt-tag lt-wait">{_("Sample data")}</span> ' if reading.sample else ""
    read_at = _("Updated at {time} on {date}").format(time=clock(reading.read_at), date=date(reading.read_at.date()))
    return (
        f'<h2 class="lt-title">{escape(plan.title)}</h2>'
        f'<p class="lt-soft">{badge}{escape(plan.issuer)} · <span role="status">{read_at}</span></p>'
    )


def cards_html(reading: Reading) -> str:
    """Write all cards, in the plan's order."""
    return f'<ol class="lt-cards">{"".join(_card(state, reading.plan) for state in reading.states)}</ol>'


def _card(state: TargetState, plan: Plan) -> str:
    target = state.target
    lines = _now(state, plan) if state.numerator is not None else [f'<p class="lt-big">{_("No data yet")}</p>']
    goal = _("Goal: {percent} · due {date}").format(percent=percent(target.goal_percent), date=date(target.due))
    words = f'<summary>{_("Words of the plan")}</summary><p class="lt-soft">{escape(target.text)}</p>'
    return (
        f'<li class="lt-card"><h3>{escape(target.title)}</h3>'
        f"{_badge(state)}{''.join(lines)}<p>{goal}</p><details>{words}</details></li>"
    )


def _badge(state: TargetState) -> str:
    if state.standing == "no_data":
        return ""
    look = {"met": "lt-right", "met_late": "lt-right", "on_track": "lt-right"}.get(
        state.standing, "lt-wrong" if state.standing == "overdue" else "lt-wait"
    )
    sample = f' <span class="lt-tag lt-wait">{_("Sample data")}</span>' if state.sample else ""
    return f'<p class="lt-tags"><span class="lt-tag {look}">{standing_words(state.standing)}</span>{sample}</p>'


def _now(state: TargetState, plan: Plan) -> Sequence[str]:
    done, total, share = state.numerator or 0, state.denominator or 0, state.percent or 0.0
    words = _("{done} of {total} {noun}").format(
        done=whole(done), total=whole(total), noun=escape(counted_noun(state, plan))
    )
    left = goal_count(state.target.goal_percent, total) - done
    lines = [
        f'<p class="lt-big">{percent(share, state.target.goal_percent)}</p>',
        _bar(share, state.target.goal_percent),
        f"<p><b>{words}</b></p>",
    ]
    if state.late:
        lines.append(f"<p>{_('of them {count} after the due date').format(count=whole(state.late))}</p>")
    if left > 0:
        lines.append(f"<p>{_('{count} more needed').format(count=whole(left))}</p>")
    return lines


def _bar(share: float, goal: float) -> str:
    # For the eye only: the same numbers stand beside it in words.
    return (
        f'<div class="lt-bar" aria-hidden="true"><span style="width:{min(share, 100):.1f}%"></span>'
        f'<i style="left:{min(goal, 100):.1f}%"></i></div>'
    )
