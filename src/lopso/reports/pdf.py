"""A report as PDF, set by Typst in our own fonts; what people typed is handed over as data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from lopso.reports import decree
from lopso.reports.cells import cell_text
from lopso.reports.document import FILL, Block, Heading, Paragraph, Report, Table
from lopso.reports.formal import appendix_label, formal_words
from lopso.reports.values import plain_text

#: With tags a list of 5,000 rows is a file of 8 MB, without them of 1 MB; for those who cannot see there is XLSX.
TAGGED_ROWS = 1_000
TEMPLATES = Path(__file__).parent / "typst"


def report_pdf(report: Report) -> bytes:
    """Set a report as PDF."""
    words = formal_words(report)
    form = report.form
    data = {
        "form": asdict(form),
        "signer": [parts(line) for line in form.signer],
        "recipients": [parts(line) for line in form.recipients],
        "words": {name: parts(text) for name, text in asdict(words).items()},
        "nation": decree.NATION_WORDS,
        "motto": decree.MOTTO_WORDS,
        "sample": words.sample,
        "blocks": [_block(block) for block in report.blocks],
        "appendices": [
            {
                "label": appendix_label(report, annex),
                "title": annex.title,
                "blocks": [_block(block) for block in annex.blocks],
            }
            for annex in report.appendices
        ],
        "measures": _measures(),
    }
    return set_pdf("report.typ", data, tags=sum(len(table.rows) for table in report.tables) <= TAGGED_ROWS)


def set_pdf(template: str, data: dict[str, Any], *, tags: bool = True) -> bytes:
    """Set one of our templates with `data`; `tags` tell a screen reader what is a heading, what a table."""
    return typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(decree.FONTS)],
        ignore_system_fonts=True,
        pdf_tags=tags,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def parts(text: str) -> list[dict[str, Any]]:
    """Cut a text into what stands and what is to be filled in."""
    return [{"text": part, "fill": bool(FILL.fullmatch(part))} for part in FILL.split(plain_text(text)) if part]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"sort": "heading", "text": plain_text(block.text), "level": block.level}
        case Paragraph():
            return {"sort": "paragraph", "parts": parts(block.text)}
        case Table():
            return {
                "sort": "table",
                "title": plain_text(block.title),
                "nothing": block.nothing,
                "columns": [{"name": each.name, "width": each.width, "align": each.align} for each in block.columns],
                "rows": [[cell_text(cell) for cell in row] for row in block.rows],
            }


def _measures() -> dict[str, Any]:
    measures = {name.lower(): value for name, value in vars(decree).items() if isinstance(value, float)}
    return measures | {"head": list(decree.HEAD)}
