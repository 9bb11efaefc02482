"""The measures of an administrative document, from Decree 30/2020/NĐ-CP of 5 March 2020, appendix I, part I.

Read as text in copies of the appendix (scribd.com/document/652855730, giaoan.link/2020/04, lacviet.vn), in its words:

- I.1–3: A4 (210 × 297 mm), upright; margins top and bottom 20–25 mm, left 30–35 mm, right 15–20 mm.
- I.4: Times New Roman, Unicode by TCVN 6909:2001, black. The PDF uses Liberation Serif, which has the same widths.
- I.7: page numbers from 1, Arabic, size 13–14, upright, centred in the top margin, none on the first page.
- II.1: Quốc hiệu capitals 12–13 upright bold, at the top right; Tiêu ngữ 13–14 upright bold, centred below, hyphens
  with blanks, under it a solid line as long as the words; the two lines at single spacing.
- II.2: the superior body's name capitals 12–13 upright; the issuing body's capitals 12–13 upright bold, centred below,
  under it a solid line of 1/3 to 1/2 of its length.
- II.3: "Số:" 13 upright; the symbol capitals 13, kind and body joined by a hyphen without blanks (BC-UBND).
- II.4: place and date on the same line as the number, 13–14 italic, centred below Quốc hiệu and Tiêu ngữ.
- II.5: the kind of document capitals 13–14 upright bold; below it the subject 13–14 upright bold, under which a solid
  line of 1/3 to 1/2 of its length.
- II.6: content 13–14 upright, flush on both sides, first lines indented by 1 or 1.27 cm, at least 6 pt between
  paragraphs, line spacing from single to 1.5; numbers and titles of sections: Roman numbers, bold.
- II.7: the signatory's authority and office capitals 13–14 upright bold; the name 13–14 upright bold, centred below.
- II.9: "Kính gửi:" 13–14 upright; "Nơi nhận:" 12 italic bold, on the line of the signatory's office; the list below
  11 upright, a hyphen before each, a semicolon after; the last line is "Lưu: VT" and ends with a full stop.
- III.1: "Phụ lục" 14 upright bold, its title capitals 13–14 upright bold, then in brackets 13–14 italic which document
  it goes with, with a line below; the pages of each appendix are numbered on their own.
"""

from __future__ import annotations

from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"

#: Millimetres: page, margins, and the two halves of the head.
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
TOP, BOTTOM, LEFT, RIGHT = 20.0, 20.0, 30.0, 15.0
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
HEAD = (67.0, TEXT_WIDTH - 67.0)
INDENT = 12.7

#: Points.
NATION, MOTTO = 12.0, 13.0
BODY_NAME = 12.0
NUMBER, PLACE = 13.0, 13.0
TITLE = CONTENT = SIGNER = ANNEX = 14.0
PAGE_NUMBER = 13.0
RECIPIENTS_HEAD, RECIPIENTS = 12.0, 11.0
#: Not ruled by the decree.
TABLE = 12.0
BETWEEN = 6.0
LINE_SPACING = 1.15

NATION_WORDS = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_WORDS = "Độc lập - Tự do - Hạnh phúc"


def width(text: str, points: float, *, bold: bool = True) -> float:
    """Measure a line of text in millimetres."""
    face = "Bold" if bold else "Regular"
    # Measured large, since the reader of fonts rounds to whole units.
    font = ImageFont.truetype(FONTS / f"LiberationSerif-{face}.ttf", 1000)
    return font.getlength(text) / 1000 * points * 25.4 / 72


def issuer_lines(name: str) -> tuple[str, ...]:
    """Break a people's committee's name as documents do, below "ỦY BAN NHÂN DÂN"; other names stay whole."""
    committee = "ỦY BAN NHÂN DÂN"
    capitals = name.upper()
    if capitals.startswith(f"{committee} "):
        return committee, capitals.removeprefix(committee).strip()
    return (capitals,)
