"""A report as the bytes of a file in the format asked for."""

from __future__ import annotations

import io
import re

from lopso.errors import Unreadable
from lopso.reports.document import FILL, Heading, Paragraph, Report, Table
from lopso.reports.sheet import Columns, Rows, write_sheets
from lopso.text import fold
from lopso.vietnamese import whole
from lopso.words import catalogue

_ = catalogue("reports")

FORMATS = ("docx", "xlsx", "pdf")
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_UNSAFE = re.compile(r"[^a-z0-9-]+")
#: Rows that a file may hold: a PDF of 5,000 takes 4 seconds and 600 MB while it is set, a DOCX 1 second and 250 MB.
MOST_ROWS = {"pdf": 6_000, "docx": 20_000}


def report_file(report: Report, format: str) -> bytes:
    """Write a report as "docx", "xlsx" or "pdf"; the libraries are loaded when they are needed.

    Raises Unreadable for more rows than the format can carry; a workbook takes any number.
    """
    count = sum(len(table.rows) for table in report.tables)
    if count > MOST_ROWS.get(format, count):
        raise Unreadable(
            _("This list has {count} rows; as {format} it may have {most}.").format(
                count=whole(count), format=format.upper(), most=whole(MOST_ROWS[format])
            ),
            _("Choose Excel (XLSX), or a single unit."),
        )
    if format == "pdf":
        from lopso.reports.pdf import report_pdf

        return report_pdf(report)
    if format == "docx":
        from lopso.reports.docx import report_docx

        return report_docx(report)
    return _xlsx(report)


def file_name(report: Report, format: str) -> str:
    """Give the file's name, safe in a folder and in a header; sample data say so there too."""
    stem = _UNSAFE.sub("-", fold(report.stem))
    return f"{stem}{'-so-lieu-mau' if report.sample else ''}.{format}"


def _xlsx(report: Report) -> bytes:
    """Write the tables as sheets; the sentences stand on the first one."""
    sheets: dict[str, tuple[Columns, Rows]] = {}
    texts = [(block.text,) for block in report.blocks if isinstance(block, Heading | Paragraph)]
    said = [row for row in texts if not FILL.fullmatch(row[0])]
    if said:
        sheets[_("Summary")] = ((_("Content"),), said)
    for table in report.tables:
        sheets[table.sheet] = _sheet(table)
    buffer = io.BytesIO()
    write_sheets(buffer, sheets, sample=report.sample, notes=(f"{report.form.kind}: {report.form.subject}",))
    return buffer.getvalue()


def _sheet(table: Table) -> tuple[Columns, Rows]:
    return tuple(column.name for column in table.columns), table.rows
