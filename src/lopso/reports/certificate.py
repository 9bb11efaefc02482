"""A certificate as PDF: name, course, day, number, and a QR code to the page that confirms it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lopso.reports import decree
from lopso.reports.pdf import set_pdf
from lopso.reports.qr import qr_svg
from lopso.reports.values import plain_text
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("certificates")


@dataclass(frozen=True)
class CertificateFace:
    """What stands on a certificate; `address` is the page that confirms it, `issued_on` the local day of issue."""

    number: str
    full_name: str
    course_title: str
    completed_on: dt.date
    issued_on: dt.date
    issuer: str
    place: str
    address: str
    sample: bool


def certificate_pdf(face: CertificateFace) -> bytes:
    """Set a certificate."""
    day = face.issued_on
    signed = _("{place}, day {day} month {month} year {year}").format(
        place=face.place, day=f"{day.day:02d}", month=f"{day.month:02d}" if day.month < 3 else day.month, year=day.year
    )
    data = {
        "nation": decree.NATION_WORDS,
        "motto": decree.MOTTO_WORDS,
        "issuer": face.issuer.upper(),
        "title": _("CERTIFICATE"),
        "confirms": _("It is confirmed that"),
        "name": plain_text(face.full_name),
        "has": _("has completed the course"),
        "course": plain_text(face.course_title),
        "on": _("on {day}").format(day=date(face.completed_on)),
        "number": _("No.: {number}").format(number=face.number),
        "check": _("Check at:"),
        "address": face.address,
        "signed": signed,
        "qr": qr_svg(face.address),
        "sample": _("SAMPLE") if face.sample else "",
    }
    return set_pdf("certificate.typ", data)
