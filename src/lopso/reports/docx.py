"""A report as DOCX that stays editable: real paragraphs and tables, what is to be filled in on yellow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from lopso.reports import decree
from lopso.reports.document import FILL, Block, Form, Heading, Paragraph, Report, Table
from lopso.reports.docx_table import table_xml
from lopso.reports.formal import Formal, appendix_label, formal_words
from lopso.reports.values import plain_text

FACE = "Times New Roman"
CENTER, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
RED = RGBColor(0xB0, 0x00, 0x20)


@dataclass(frozen=True)
class Look:
    """How a line is written."""

    points: float = decree.CONTENT
    bold: bool = False
    italic: bool = False
    align: Any = CENTER
    red: bool = False


def report_docx(report: Report) -> bytes:
    """Write a report as DOCX."""
    document = docx.Document()
    _prepare(document, report)
    words = formal_words(report)
    _head(document, report.form, words)
    for block in report.blocks:
        _write(document, block)
    _foot(document, report.form, words)
    for annex in report.appendices:
        _new_pages(document, words)
        _line(document, appendix_label(report, annex), Look(decree.ANNEX, bold=True))
        _line(document, annex.title, Look(decree.ANNEX, bold=True))
        _line(document, words.goes_with, Look(decree.ANNEX, italic=True))
        _rule(document.add_paragraph(), _below(annex.title), decree.TEXT_WIDTH)
        for block in annex.blocks:
            _write(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _prepare(document: Any, report: Report) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(decree.CONTENT)
    fonts = normal.element.rPr.rFonts
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FACE)
    language = OxmlElement("w:lang")
    for script in ("w:val", "w:eastAsia"):
        language.set(qn(script), "vi-VN")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    form = report.form
    core = document.core_properties
    core.title, core.author = f"{form.kind}: {form.subject}"[:255], " ".join(form.issuer)[:255]
    core.language, core.comments = "vi-VN", ""
    _pages(document.sections[0], formal_words(report))


def _pages(section: Any, words: Formal) -> None:
    section.page_width, section.page_height = Mm(decree.PAGE_WIDTH), Mm(decree.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(decree.TOP), Mm(decree.BOTTOM)
    section.left_margin, section.right_margin = Mm(decree.LEFT), Mm(decree.RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True  # no number on the first page
    for header in (section.header, section.first_page_header):
        header.is_linked_to_previous = False
    number, first = section.header.paragraphs[0], section.first_page_header.paragraphs[0]
    for line in (number, first):
        line.paragraph_format.tab_stops.add_tab_stop(Mm(decree.TEXT_WIDTH / 2), WD_TAB_ALIGNMENT.CENTER)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(decree.TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        line.style = "Normal"  # the template's header has tab stops of its own
        line.add_run("\t")
    _page_number(number)
    for line in (number, first) if words.sample else ():
        _add(line, f"\t{words.sample}", Look(10, bold=True, red=True))


def _new_pages(document: Any, words: Formal) -> None:
    """Begin a section whose pages are numbered from 1 again."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _pages(section, words)
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)  # where the format wants it


def _page_number(line: Line) -> None:
    run = line.add_run()
    run.font.size = Pt(decree.PAGE_NUMBER)
    for sort, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        if sort:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), sort)
        else:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        run._r.append(part)


def _head(document: Any, form: Form, words: Formal) -> None:
    left, right, number, date = _cells(document, 2)
    for name in form.superior:
        _line(left, name, Look(decree.BODY_NAME))
    for name in form.issuer:
        _line(left, name, Look(decree.BODY_NAME, bold=True))
    last = min(decree.width(form.issuer[-1], decree.BODY_NAME), decree.HEAD[0])
    _rule(left.add_paragraph(), last * 0.4, decree.HEAD[0])
    _line(right, decree.NATION_WORDS, Look(decree.NATION, bold=True))
    _line(right, decree.MOTTO_WORDS, Look(decree.MOTTO, bold=True))
    _rule(right.add_paragraph(), decree.width(decree.MOTTO_WORDS, decree.MOTTO), decree.HEAD[1])
    _line(number, words.number, Look(decree.NUMBER))
    _line(date, words.date, Look(decree.PLACE, italic=True))
    for cell in (left, right, number, date):
        _drop(cell.paragraphs[0])
    if words.sample_note:
        _line(document, words.sample_note, Look(12, bold=True, red=True), before=10)
    _line(document, form.kind, Look(decree.TITLE, bold=True), before=14)
    _line(document, form.subject, Look(decree.TITLE, bold=True))
    _rule(document.add_paragraph(), _below(form.subject), decree.TEXT_WIDTH)
    if words.to:
        _line(document, words.to, Look(), before=6, after=10)


def _foot(document: Any, form: Form, words: Formal) -> None:
    _line(document, "", Look(6))
    left, right = _cells(document, 1)
    _line(left, words.recipients, Look(decree.RECIPIENTS_HEAD, bold=True, italic=True, align=LEFT))
    for line in form.recipients:
        _line(left, line, Look(decree.RECIPIENTS, align=LEFT))
    for line in form.signer:
        _line(right, line, Look(decree.SIGNER, bold=True))
    _line(right, words.signature, Look(decree.SIGNER, bold=True), before=72)
    for cell in (left, right):
        _drop(cell.paragraphs[0])
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _cells(document: Any, rows: int) -> Iterator[Any]:
    """Add a table without lines, in the two halves of the head; its rows are never torn apart."""
    table = document.add_table(rows, 2)
    table.autofit = False
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, decree.HEAD, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, decree.HEAD, strict=True):
        column.width = Mm(width)
    return iter([cell for row in table.rows for cell in row.cells])


def _write(document: Any, block: Block) -> None:
    match block:
        case Heading():
            line = _line(document, block.text, Look(bold=True, align=JUSTIFY), before=6, after=6)
            line.paragraph_format.first_line_indent = Mm(decree.INDENT)
            line.paragraph_format.keep_with_next = True
            _outline(line, block.level)
        case Paragraph():
            line = _line(document, block.text, Look(align=JUSTIFY), after=decree.BETWEEN)
            line.paragraph_format.first_line_indent = Mm(decree.INDENT)
            line.paragraph_format.line_spacing = decree.LINE_SPACING
        case Table():
            _table(document, block)


def _table(document: Any, table: Table) -> None:
    title = _line(document, table.title, Look(decree.TABLE, bold=True), before=10, after=6)
    title.paragraph_format.keep_with_next = True
    if not table.rows:
        _line(document, table.nothing, Look(decree.TABLE, italic=True), after=10)
        return
    after = _line(document, "", Look(6), after=4)
    after._p.addprevious(table_xml(table))


def _line(parent: Any, text: str, look: Look, *, before: float = 0, after: float = 0) -> Line:
    line: Line = parent.add_paragraph()
    line.alignment = look.align
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
    for part in FILL.split(plain_text(text)):
        if part:
            _add(line, part, look, fill=FILL.fullmatch(part) is not None)
    return line


def _add(line: Line, text: str, look: Look, *, fill: bool = False) -> None:
    run = line.add_run(text)
    run.font.size, run.bold, run.italic = Pt(look.points), look.bold, look.italic
    if look.red:
        run.font.color.rgb = RED
    if fill:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _rule(line: Line, length: float, room: float) -> None:
    """Make of an empty paragraph a solid line of `length` in the middle of `room`, in millimetres."""
    shape = line.paragraph_format
    shape.left_indent = shape.right_indent = Mm((room - length) / 2)
    shape.space_before, shape.space_after = Pt(0), Pt(4)
    shape.line_spacing = Pt(3)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    line._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _below(title: str) -> float:
    """Give the length of the line below a title, in millimetres."""
    return 0.4 * min(decree.width(title, decree.TITLE), decree.TEXT_WIDTH)


def _outline(line: Line, level: int) -> None:
    """Let Word's navigation show a heading, without the look of Word's own."""
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level - 1))
    line._p.get_or_add_pPr().append(element)


def _drop(line: Line) -> None:
    """Remove the empty paragraph with which every cell begins."""
    line._p.getparent().remove(line._p)
