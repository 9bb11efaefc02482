"""A report as data: headings, paragraphs and tables in the form of an administrative document. Writers make it a file.

The form is that of Decree 30/2020/NĐ-CP on records work, appendix I, part I (see `lopso.reports.decree`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lopso.reports.values import Share, Value

Format = Literal["docx", "xlsx", "pdf"]
#: What nobody but the writer can know: "[… nêu kết quả nổi bật]". Files show it marked.
FILL = re.compile(r"(\[…[^\]]*\])")


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 as "I. KẾT QUẢ", 2 as "1. Chỉ tiêu"."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; what stands in "[… ]" is to be filled in."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table: `width` is its share of the whole."""

    name: str
    width: float = 1.0
    align: Literal["left", "center", "right"] = "left"


Cell = Value | Share


@dataclass(frozen=True)
class Table:
    """A table; `sheet` is its short name in a workbook. A row of one cell is a heading across the table."""

    title: str
    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    nothing: str = ""


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Appendix:
    """An appendix with a page numbering of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Form:
    """The parts of an administrative document around its content.

    `superior` is the body above the issuing one (empty: none), `issuer` its name, each in lines, `symbol` what
    follows the number ("BC-UBND"), `signer` the lines of the signatory's authority and office.
    """

    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    symbol: str
    place: str
    kind: str
    subject: str
    addressee: str
    signer: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A whole document; `stem` is its file's name without ending, `sample` whether invented data are in it."""

    stem: str
    form: Form
    blocks: tuple[Block, ...]
    appendices: tuple[Appendix, ...] = ()
    sample: bool = False

    @property
    def tables(self) -> Iterator[Table]:
        """Go through all tables, those of the appendices last."""
        for blocks in (self.blocks, *(appendix.blocks for appendix in self.appendices)):
            yield from (block for block in blocks if isinstance(block, Table))
