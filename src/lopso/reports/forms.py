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

#: Kinds of documents; the decree's abbreviation (appendix III) stands in the symbol of the first.
REPORT, LIST = "BÁO CÁO", "DANH SÁCH"
_SYMBOL = "BC"
_COMMITTEE = "Ủy ban nhân dân"
_OF_A_PLACE = re.compile(
    rf"(?:{_COMMITTEE}|UBND)?\s*(?:huyện|quận|thị xã|thành phố|tỉnh|xã|phường|thị trấn|đặc khu)\s+(.+)", re.IGNORECASE
)


def plan_form(plan: Plan, kind: str, subject: str) -> Form:
    """Make the form of what the plan's own body issues."""
    return _form("", plan.issuer, plan.issuer, kind, subject)


def unit_form(plan: Plan, unit: UnitEntry, kind: str, subject: str) -> Form:
    """Make the form of what a unit issues; a commune does so through its people's committee."""
    if unit.kind in plan.area_kinds:
        return _form("", f"{_COMMITTEE} {unit.name}", unit.name, kind, subject)
    return _form(plan.issuer, unit.name, plan.issuer, kind, subject)


def _form(superior: str, issuer: str, place: str, kind: str, subject: str) -> Form:
    committee = issuer.lower().startswith(_COMMITTEE.lower())
    office = _("[… OFFICE OF WHO SIGNS]")
    goes_up = kind == REPORT
    kept = (_("- [… others];"), _("- Kept: records, [… who drafted it]."))
    return Form(
        superior=issuer_lines(_real(superior)) if superior else (),
        issuer=issuer_lines(_real(issuer)),
        symbol=(_SYMBOL + "-UBND" if committee else f"{_SYMBOL}-[…]") if goes_up else "[…]",
        place=place_of(place),
        kind=kind,
        subject=subject,
        addressee=_("[… the body above]") if goes_up else "",
        signer=(_("ON BEHALF OF THE PEOPLE'S COMMITTEE"), office) if committee else (office,),
        recipients=(_("- As above;"), *kept) if goes_up else kept,
    )


def _real(name: str) -> str:
    return name.replace(MARK, "").strip()


def place_of(name: str) -> str:
    """Give the place in the name of a people's committee or of an area, else what is to be filled in."""
    match = _OF_A_PLACE.fullmatch(_real(name))
    return match[1] if match else _("[… place]")
