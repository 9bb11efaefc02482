"""A report as the bytes of a file in the format asked for."""

from __future__ import annotations

import io

from lopso.reports.document import FILL, Heading, Paragraph, Report, Table
from lopso.reports.sheet import Columns, Rows, write_sheets
from lopso.words import catalogue

_ = catalogue("reports")

FORMATS = ("docx", "xlsx", "pdf")
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def report_file(report: Report, format: str) -> bytes:
    """Write a report as "docx", "xlsx" or "pdf"; the libraries are loaded when they are needed."""
    if format == "pdf":
        from lopso.reports.pdf import report_pdf

        return report_pdf(report)
    if format == "docx":
        from lopso.reports.docx import report_docx

        return report_docx(report)
    return _xlsx(report)


def file_name(report: Report, format: str) -> str:
    """Give the file's name; sample data say so there too."""
    return f"{report.stem}{'-so-lieu-mau' if report.sample else ''}.{format}"


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
