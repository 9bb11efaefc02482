"""The form of a plan's report, and of one unit's own: who issues it, under what number, where, who signs."""

from __future__ import annotations

import re

from lopso.plan import Plan
from lopso.records.achievements import UnitEntry
from lopso.reports.decree import issuer_lines
from lopso.reports.document import Form
from lopso.sample import MARK
from lopso.words import catalogue

_ = catalogue("reports")

_COMMITTEE = "Ủy ban nhân dân"
_OF_A_PLACE = re.compile(
    rf"(?:{_COMMITTEE}|UBND)?\s*(?:huyện|quận|thị xã|thành phố|tỉnh|xã|phường|thị trấn|đặc khu)\s+(.+)", re.IGNORECASE
)


def plan_form(plan: Plan, kind: str, subject: str, year: int) -> Form:
    """Make the form of what the plan's own body issues."""
    return _form("", plan.issuer, plan.issuer, kind, subject, year)


def unit_form(plan: Plan, unit: UnitEntry, kind: str, subject: str, year: int) -> Form:
    """Make the form of what a unit issues; a commune does so through its people's committee."""
    if unit.kind in plan.area_kinds:
        return _form("", f"{_COMMITTEE} {unit.name}", unit.name, kind, subject, year)
    return _form(plan.issuer, unit.name, plan.issuer, kind, subject, year)


def _form(superior: str, issuer: str, place: str, kind: str, subject: str, year: int) -> Form:
    committee = issuer.lower().startswith(_COMMITTEE.lower())
    name = issuer.replace(MARK, "").strip()
    return Form(
        superior=superior.replace(MARK, "").strip().upper(),
        issuer=issuer_lines(name),
        symbol="BC-UBND" if committee else "BC-[…]",
        place=_place(place),
        year=year,
        kind=kind,
        subject=subject,
        addressee=_("[… the body above]"),
        signer=(_("ON BEHALF OF THE PEOPLE'S COMMITTEE"), _("[… OFFICE OF WHO SIGNS]"))
        if committee
        else (_("[… OFFICE OF WHO SIGNS]"),),
        recipients=(_("- As above;"), _("- [… others];"), _("- Kept: records, [… who drafted it].")),
    )


def _place(name: str) -> str:
    match = _OF_A_PLACE.fullmatch(name.replace(MARK, "").strip())
    return match[1] if match else _("[… place]")
