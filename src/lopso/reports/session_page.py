"""A session on one page of A4, to be printed and filed: what it was, who came, how it went, what was hard."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from lopso.club.results import BANDS, GroupResult, PupilResult, Results
from lopso.reports.cells import cell_text
from lopso.reports.pdf import set_pdf
from lopso.reports.session_sheets import facts_of
from lopso.reports.values import Share, plain_text
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("club_after")

#: What fits on the page, whatever the session was like.
MOST_GROUPS, MOST_HARD, MOST_NAMES = 10, 5, 10
LONGEST = 110
#: Longer than any word of Vietnamese; what was typed without a blank.
_UNBROKEN = re.compile(r"(\S{14})(?=\S)")


def session_pdf(found: Results, zone: dt.tzinfo) -> bytes:
    """Set the page."""
    groups = found.schools or found.classes
    data: dict[str, Any] = {
        "title": _("SUMMARY OF A CONTEST") if found.held.contest else _("SUMMARY OF A CLUB SESSION"),
        "sample": _("SAMPLE DATA") if found.held.sample else "",
        "facts": [[name, short(cell_text(value))] for name, value in facts_of(found, zone)],
        "bands_title": _("Pupils by share of points"),
        "bands": _bands(found.bands),
        "groups_title": _("Schools") if found.schools else _("Classes"),
        "groups_head": [_("Place"), _("School") if found.schools else _("Class"), _("Pupils"), _("Mean")],
        "groups": [_group(one) for one in groups[:MOST_GROUPS]],
        "groups_more": _("and {n} more").format(n=len(groups) - MOST_GROUPS) if len(groups) > MOST_GROUPS else "",
        "hard_title": _("Questions that were hardest: worth explaining once more"),
        "hard_head": [_("Question"), _("Share right")],
        "hard": [[f"{one.number}. {short(one.text)}", _share(one.percent)] for one in found.hardest[:MOST_HARD]],
        "names_title": _("First {n} by points").format(n=MOST_NAMES),
        "names": [_name(found, one) for one in _honoured(found)],
        "open": _open(found),
        "signers": [_("Teacher"), _("Confirmed by the school")],
        "signer": plain_text(found.teacher),
    }
    return set_pdf("session.typ", data)


def short(text: str) -> str:
    """Cut a text to what fits on a line or two."""
    said = squeeze(plain_text(text))
    cut = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
    return _UNBROKEN.sub("\\1\u200b", cut)  # where a line may be broken within


def _bands(bands: tuple[int, ...]) -> list[dict[str, Any]]:
    width, most = 100 // BANDS, max(bands, default=0) or 1
    return [
        {
            "label": f"{width * band}–{width * (band + 1)}%",
            "count": cell_text(count),
            "share": count / most,
        }
        for band, count in enumerate(bands)
    ]


def _group(one: GroupResult) -> list[str]:
    place = "–" if one.place is None else str(one.place)
    return [place, short(one.name or _("(none named)")), cell_text(one.pupils), _share(one.mean)]


def _share(percent: float | None) -> str:
    return cell_text(None if percent is None else Share(percent))


def _honoured(found: Results) -> list[PupilResult]:
    """Name only those who passed: nobody's failing is told on a page that is hung up."""
    return [one for one in found.pupils if found.quiz.passed(one.points)][:MOST_NAMES]


def _name(found: Results, one: PupilResult) -> list[str]:
    where = one.school if found.schools else one.team
    said = f"{one.nickname}, {where}" if where else one.nickname
    return [f"{one.place}.", short(said), _("{points} points").format(points=cell_text(one.points))]


def _open(found: Results) -> str:
    """Say what is not final yet."""
    if found.held.handed_in_at is None:
        return _("Papers are still being handed in: these numbers are not final.")
    if found.waiting:
        return _("{n} papers wait for a marker: these numbers are not final.").format(n=found.waiting)
    return ""
