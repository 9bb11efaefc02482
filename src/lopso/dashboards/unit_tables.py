"""A unit's page as HTML and as sheets."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from lopso.dashboards.asking import ask, button
from lopso.dashboards.board import title_html
from lopso.dashboards.cards import LOOKS, counted_noun, standing_words
from lopso.dashboards.member_rows import evidence_html
from lopso.dashboards.paging import Page, pager_html
from lopso.dashboards.unit_reading import Trained, UnitReading
from lopso.plan import Plan
from lopso.records.achievements import UnitEntry
from lopso.records.tables import Activity
from lopso.targets import Member, TargetState
from lopso.vietnamese import date, percent, whole
from lopso.words import catalogue

if TYPE_CHECKING:
    from lopso.reports.sheet import Columns, Rows

_ = catalogue("dashboards")

#: How many members of a target a unit's page lists; the targets board has all of them in pages.
MOST_MEMBERS = 60


def activity_words(state: str) -> str:
    """Say the state of something filed."""
    return {
        "filed": _("Waits for a decision"),
        "accepted": _("Accepted"),
        "returned": _("Sent back"),
    }.get(state, state)


SIGNS = {"filed": "◔", "accepted": "✓", "returned": "✗"}


def where_html(reading: UnitReading, reach: Mapping[int, UnitEntry]) -> str:
    """Write name, kind and what the unit belongs to, with the way up as far as the viewer's scope goes."""
    steps = [
        button(escape(each.name), ask("unit", each.id)) if each.id in reach else escape(each.name)
        for each in reversed(reading.above)
    ]
    between = ' <span aria-hidden="true">›</span> '
    name = escape(reading.unit.name)
    inside = sorted((each for each in reach.values() if each.parent_id == reading.unit.id), key=lambda each: each.name)
    return (
        f'<h2 class="lt-title">{name}</h2><p class="lt-crumbs">{between.join([*steps, f"<b>{name}</b>"])}</p>'
        f'<p class="lt-soft">{escape(reading.kind)}</p>{_inside(inside)}'
    )


def _inside(units: list[UnitEntry]) -> str:
    if not units:
        return ""
    entries = "".join(f"<li>{button(escape(each.name), ask('unit', each.id))}</li>" for each in units)
    summary = _("What belongs to it: {count}").format(count=whole(len(units)))
    return f'<details data-key="inside" class="lt-screen"><summary>{summary}</summary><ul>{entries}</ul></details>'


def sentence(reading: UnitReading) -> str:
    """Say how the unit stands."""
    mine = [state for state in reading.states if state.denominator]
    full = [state for state in mine if state.numerator == state.denominator]
    said = _("{full} of the {all} targets that concern this unit are complete here.").format(
        full=whole(len(full)), all=whole(len(mine))
    )
    waiting = sum(each.state == "filed" for each in reading.activities)
    returned = sum(each.state == "returned" for each in reading.activities)
    filed = _("{all} filings: {waiting} wait for a decision, {returned} were sent back.").format(
        all=whole(len(reading.activities)), waiting=whole(waiting), returned=whole(returned)
    )
    return f"{said} {filed}"


def targets_html(reading: UnitReading, plan: Plan) -> str:
    """Write how far the unit is in each target, with the list behind each number."""
    mine = [state for state in reading.states if state.denominator]
    if not mine:
        return title_html(_("Targets")) + f"<p>{_('No target concerns this unit.')}</p>"
    return title_html(_("Targets")) + "".join(_target(state, plan) for state in mine)


def _target(state: TargetState, plan: Plan) -> str:
    done, total = state.numerator or 0, state.denominator or 0
    look, sign = LOOKS["met"] if done == total else LOOKS[state.standing]
    words = _("Complete here") if done == total else standing_words(state.standing)
    counted = _("{done} of {total} {noun}").format(
        done=whole(done), total=whole(total), noun=escape(counted_noun(state, plan))
    )
    members = sorted(state.members, key=lambda member: member.done_on is not None)
    rows = "".join(_member(member) for member in members[:MOST_MEMBERS])
    more = _("and {count} more").format(count=whole(total - MOST_MEMBERS)) if total > MOST_MEMBERS else ""
    summary = f"<summary>{counted} ({percent(100 * done / total)})</summary>"
    return (
        f'<section class="lt-figure"><h3>{escape(state.target.title)}</h3>'
        f'<p class="lt-tags"><span class="lt-tag {look}"><span aria-hidden="true">{sign} </span>{words}</span></p>'
        f'<details data-key="target-{escape(state.target.id)}">{summary}<ul>{rows}</ul>{more}</details></section>'
    )


def _member(member: Member) -> str:
    name, proof = escape(member.name), evidence_html(member.evidence, member.link)
    if member.done_on is None:
        return f'<li><b class="lt-missing"><span aria-hidden="true">✗ </span>{_("Missing")}</b> {name}</li>'
    day = (_("Done {date}, late") if member.late else _("Done {date}")).format(date=date(member.done_on))
    return f'<li><span aria-hidden="true">✓ </span>{name}: {day}{f" · {proof}" if proof else ""}</li>'


def activities_html(reading: UnitReading, plan: Plan, number: int) -> str:
    """Write a page of what the unit filed, the newest first."""
    page = Page.of(len(reading.activities), number)
    kinds = {kind.id: kind.name for kind in plan.activity_kinds}
    head = "".join(f'<th scope="col">{words}</th>' for words in (_("Day"), _("What"), _("State")))
    rows = "".join(_activity(each, kinds) for each in reading.activities[page.span])
    table = f'<table class="lt-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else ""
    said = page.summary(_("This unit has filed nothing yet."))
    return title_html(_("Filings"), "filings") + f"<p>{said}</p>{table}{pager_html(page)}"


def _activity(each: Activity, kinds: Mapping[str, str]) -> str:
    counted = [
        _("{count} minutes").format(count=whole(each.minutes)) if each.minutes else "",
        _("{count} took part").format(count=whole(each.attendance)) if each.attendance else "",
    ]
    below = " · ".join([escape(kinds.get(each.kind, each.kind)), *(text for text in counted if text)])
    sign = f'<span aria-hidden="true">{SIGNS.get(each.state, "")} </span>'
    reason = f'<br><span class="lt-missing">{escape(each.reason)}</span>' if each.state == "returned" else ""
    return (
        f'<tr><td class="lt-day">{date(each.occurred_on)}</td>'
        f'<td>{evidence_html(each.title, each.link)}<br><span class="lt-soft">{below}</span></td>'
        f"<td>{sign}{activity_words(each.state)}{reason}</td></tr>"
    )


def people_html(reading: UnitReading, number: int) -> str:
    """Write a page of the unit's people with their training."""
    page = Page.of(len(reading.people), number)
    head = "".join(f'<th scope="col">{words}</th>' for words in (_("Person"), _("Training")))
    rows = "".join(_person(each) for each in reading.people[page.span])
    table = f'<table class="lt-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else ""
    said = page.summary(_("Nobody is registered in this unit."))
    return title_html(_("People and their training"), "people") + f"<p>{said}</p>{table}{pager_html(page, 'people')}"


def _person(each: Trained) -> str:
    role = f'<br><span class="lt-soft">{escape(each.role)}</span>' if each.role else ""
    far = [f"{escape(title)}: {words}" for title, words in each.courses]
    done = [f'<span aria-hidden="true">✓ </span>{_("Completed")}: {escape(title)}' for title in each.completed]
    return f"<tr><td>{escape(each.name)}{role}</td><td>{'<br>'.join([*done, *far]) or _('Has not begun')}</td></tr>"


def unit_sheets(reading: UnitReading, plan: Plan) -> dict[str, tuple[Columns, Rows]]:
    """Give targets, filings and people as sheets."""
    kinds = {kind.id: kind.name for kind in plan.activity_kinds}
    filed = [
        (
            *(each.occurred_on, kinds.get(each.kind, each.kind), each.title, each.minutes, each.attendance),
            *(activity_words(each.state), each.reason, each.link),
        )
        for each in reading.activities
    ]
    targets = [
        (state.target.title, member.name, member.done_on, member.evidence, member.link)
        for state in reading.states
        for member in state.members
    ]
    people = [
        (each.name, each.role, "\n".join(f"{title}: {far}" for title, far in each.courses), "\n".join(each.completed))
        for each in reading.people
    ]
    heads = (_("Day"), _("Kind"), _("Title"), _("Minutes"), _("Took part"), _("State"), _("Reason"), _("Link"))
    return {
        _("Targets"): ((_("Target"), _("What counts"), _("Done on"), _("Evidence"), _("Link")), targets),
        _("Filings"): (heads, filed),
        _("People"): ((_("Person"), _("Position"), _("Training"), _("Completed")), people),
    }
