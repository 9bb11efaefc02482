"""A table of a DOCX, written as XML at once: cell by cell five thousand rows would take minutes."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from lopso.reports import decree
from lopso.reports.cells import cell_text
from lopso.reports.document import Table
from lopso.reports.values import plain_text

#: Twentieths of a point in a millimetre, in which Word measures.
_TWIPS = 1440 / 25.4
_SPACING = '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>'
_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def table_xml(table: Table) -> Any:
    """Write a table with its heading on every page."""
    whole = sum(column.width for column in table.columns)
    widths = [round(column.width / whole * decree.TEXT_WIDTH * _TWIPS) for column in table.columns]
    sides = [column.align for column in table.columns]
    head = [_cell(column.name, width, "center", bold=True) for column, width in zip(table.columns, widths, strict=True)]
    rows = [_row(head, head=True)]
    for row in table.rows:
        if len(row) == 1:
            rows.append(_row([_cell(cell_text(row[0]), sum(widths), "left", bold=True, span=len(widths))]))
        else:
            rows.append(_row([_cell(cell_text(v), w, s) for v, w, s in zip(row, widths, sides, strict=True)]))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblInd w:w="60" w:type="dxa"/>'
        f'<w:tblBorders>{_LINES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: list[str], *, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, width: int, align: str, *, bold: bool = False, span: int = 1) -> str:
    size = round(decree.TABLE * 2)
    look = f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    joined = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{joined}</w:tcPr>'
        f'<w:p><w:pPr>{_SPACING}<w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(plain_text(text))}</w:t></w:r></w:p></w:tc>'
    )
