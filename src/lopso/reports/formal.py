"""The fixed words of an administrative document, with what is left to be filled in by hand."""

from __future__ import annotations

from dataclasses import dataclass

from lopso.reports.document import Appendix, Report
from lopso.words import catalogue

_ = catalogue("reports")

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Formal:
    """The words around a report's content; `sample` and `sample_note` are empty for real data."""

    number: str
    date: str
    to: str
    recipients: str
    signature: str
    goes_with: str
    sample: str
    sample_note: str


def formal_words(report: Report) -> Formal:
    """Give the words around the content of `report`."""
    form = report.form
    return Formal(
        number=_("No.: […]/{symbol}").format(symbol=form.symbol),
        date=_("{place}, day […] month […] year […]").format(place=form.place),
        to=_("To: {addressee}").format(addressee=form.addressee) if form.addressee else "",
        recipients=_("Recipients:"),
        signature=_("[… signature, full name]"),
        goes_with=_("(Goes with the report No. […]/{symbol} of […])").format(symbol=form.symbol),
        sample=_("SAMPLE DATA") if report.sample else "",
        sample_note=_("SAMPLE DATA: the people, units and activities are invented. Not to be sent.")
        if report.sample
        else "",
    )


def appendix_label(report: Report, appendix: Appendix) -> str:
    """Give "Phụ lục", with a number where there are several."""
    if len(report.appendices) == 1:
        return _("Appendix")
    return _("Appendix {number}").format(number=_ROMAN[report.appendices.index(appendix)])
