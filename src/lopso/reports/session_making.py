"""Making the files of a session from what somebody wishes."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lopso.club import making
from lopso.club.results import Results, results_of
from lopso.records.achievements import all_units
from lopso.reports.files import file_name, report_file
from lopso.settings import Settings
from lopso.targets import plan_in_force
from lopso.text import fold

Kind = Literal["workbook", "summary", "honours"]
Format = Literal["xlsx", "pdf", "docx"]
#: Which formats there are of each kind.
FORMATS: dict[Kind, tuple[Format, ...]] = {
    "workbook": ("xlsx",),
    "summary": ("pdf",),
    "honours": ("pdf", "docx", "xlsx"),
}
KINDS: tuple[Kind, ...] = get_args(Kind)
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class SessionJob:
    """Which file of which session is wished."""

    club_id: str
    kind: Kind
    format: Format

    def line(self, settings: Settings) -> str:
        """Write it as the line that the process reads which makes files."""
        return json.dumps({"settings": asdict(settings), "session": asdict(self)}, default=str, sort_keys=True)


def session_file(session: Session, settings: Settings, job: SessionJob) -> tuple[str, bytes]:
    """Make the file; give its name, too."""
    held = making.find(session, job.club_id)
    found, zone = results_of(session, held, marks=job.kind == "workbook"), ZoneInfo(settings.timezone)
    if job.kind == "workbook":
        from lopso.reports.session_sheets import session_xlsx

        return _name(found, "ket-qua", "xlsx"), session_xlsx(found, zone)
    if job.kind == "summary":
        from lopso.reports.session_page import session_pdf

        return _name(found, "tong-hop", "pdf"), session_pdf(found, zone)
    from lopso.reports.session_honours import honour_report

    plan = plan_in_force(session, settings, held.plan or settings.plan)
    report = honour_report(found, plan, all_units(session)[held.unit_id])
    return file_name(report, job.format), report_file(report, job.format)


def _name(found: Results, stem: str, format: str) -> str:
    """Make a file's name that any system takes."""
    title = _UNSAFE.sub("-", fold(found.held.title)).strip("-")[:40] or "buoi"
    sample = "-so-lieu-mau" if found.held.sample else ""
    return f"{stem}-{title}-{found.held.id[:6]}{sample}.{format}"
