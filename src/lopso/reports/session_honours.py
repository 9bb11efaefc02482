"""The honour list of a session: pupils, classes and, of a contest, schools by criteria that stand in it."""

from __future__ import annotations

from lopso.club.results import LEAST_ENTRIES, GroupResult, Results
from lopso.plan import Plan
from lopso.records.achievements import UnitEntry
from lopso.reports.document import Block, Cell, Column, Heading, Paragraph, Report, Table
from lopso.reports.forms import LIST, unit_form
from lopso.reports.values import Share
from lopso.words import catalogue

_ = catalogue("club_after")

#: Places named.
PUPILS, GROUPS = 10, 3


def honour_report(found: Results, plan: Plan, school: UnitEntry) -> Report:
    """Make the honour list in the form of a document that `school` issues; whoever did not pass is not named."""
    sample = found.held.sample or school.sample
    blocks: list[Block] = [
        Paragraph(_("[… who decided on the list, and when; whether it is only a proposal]")),
        Heading(_("I. PUPILS")),
        Paragraph(_criteria(found)),
        _pupils(found),
    ]
    if len(found.classes) > 1:
        blocks += [Heading(_("II. CLASSES")), Paragraph(_("Order: mean share of points of all who took part."))]
        blocks.append(_groups(_("Class"), _("Classes"), found.classes))
    if found.schools:
        words = _("Order: mean share of points of all entries; schools with at least {n} entries are compared.")
        number = "III" if len(found.classes) > 1 else "II"
        blocks += [Heading(_("{number}. SCHOOLS").format(number=number)), Paragraph(words.format(n=LEAST_ENTRIES))]
        blocks.append(_groups(_("School"), _("Schools"), found.schools))
    blocks.append(Paragraph(_("Equals share a place.")))
    subject = _("Honoured in “{quiz}”, {title}").format(quiz=found.quiz.title, title=found.held.title)
    form = unit_form(plan, school, LIST, subject)
    return Report(f"vinh-danh-{found.held.title}-{found.held.id[:6]}", form, tuple(blocks), sample=sample)


def _criteria(found: Results) -> str:
    """Say by what pupils are ordered."""
    if found.held.mode == "together":
        return _(
            "Criteria: passed the quiz. Order: points for right answers; where they are equal, the points of the game, "
            "which count quickness. The first {places} places, by the names the pupils chose."
        ).format(places=PUPILS)
    return _(
        "Criteria: passed the quiz. Order: points for right answers. The first {places} places, by the names the "
        "pupils chose."
    ).format(places=PUPILS)


def _pupils(found: Results) -> Table:
    named = [one for one in found.pupils if one.place <= PUPILS and found.quiz.passed(one.points)]
    rows: list[tuple[Cell, ...]] = []
    for one in named:
        place = _("{place} (shared)").format(place=one.place) if one.shared else str(one.place)
        share = None if one.percent is None else Share(one.percent)
        rows.append((place, one.nickname, one.school or one.team, one.points, share))
    columns = (
        Column(_("Place"), 1.5, "center"),
        Column(_("Nickname"), 3.0),
        Column(_("School") if found.schools else _("Class"), 2.4),
        Column(_("Points"), 1.0, "right"),
        Column(_("Share"), 1.0, "right"),
    )
    return Table(_("Pupils"), _("Pupils"), columns, tuple(rows), _("Nobody meets the criteria."))


def _groups(name: str, title: str, groups: tuple[GroupResult, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.place, one.name or _("(none named)"), one.pupils, None if one.mean is None else Share(one.mean))
        for one in groups
        if one.place is not None and one.place <= GROUPS
    ]
    columns = (
        Column(_("Place"), 1.0, "center"),
        Column(name, 3.0),
        Column(_("Pupils"), 1.2, "right"),
        Column(_("Mean share of points"), 1.6, "right"),
    )
    return Table(title, title, columns, tuple(rows), _("Nobody meets the criteria."))
