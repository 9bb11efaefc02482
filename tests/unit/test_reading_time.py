"""The rules of the radio draft tool."""

import ast
from pathlib import Path

import ipywidgets
import pytest

import lopso.dashboards.reading_time as module
from lopso.dashboards.reading_time import LIMIT_SECONDS, clock, measure, reading_time, report
from lopso.text import SYLLABLES_PER_SECOND
from lopso.words import messages

MOST = int(LIMIT_SECONDS * SYLLABLES_PER_SECOND)


def test_a_draft_of_just_three_minutes_fits_and_one_syllable_more_does_not() -> None:
    fits, over = measure("loa " * MOST), measure("loa " * (MOST + 1))
    assert (fits.seconds, fits.excess) == (180, 0)
    assert (over.seconds, over.excess) == (181, 1)
    assert "Vừa khung 3 phút" in report(fits)
    assert "thừa 0:01: cần bớt khoảng 1 âm tiết" in report(over)


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59, "0:59"), (60, "1:00"), (167, "2:47"), (605, "10:05")])
def test_time_shows_as_minutes_and_two_digit_seconds(seconds: int, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("draft", "counts"),
    [
        ("Chợ họp sớm. Bà con trả tiền bằng điện thoại!", [3, 7]),
        ("Xã thuộc TP. Hải Phòng. Hết.", [5, 1]),
        ("PGS.TS. Lan nói.", [4]),
        ("Có 1.250 hộ, bằng 98,5%. Còn lại làm sau.", [5, 4]),
        ("“Tôi tự nộp được rồi.” Ông Mẫu cười.", [5, 3]),
        ("Tít không có dấu chấm\nCâu một. Câu hai.", [5, 2, 2]),
        (" \n . ", []),
    ],
)
def test_sentences_end_at_a_full_stop_or_a_line_break_not_at_a_title_or_inside_a_number(
    draft: str, counts: list[int]
) -> None:
    assert [sentence.syllables for sentence in measure(draft).sentences] == counts


def test_only_sentences_over_twenty_five_syllables_are_listed_and_the_longest_is_named() -> None:
    reading = measure(f"{'a ' * 25}. {'b ' * 26}. {'c ' * 40}.")
    assert [sentence.syllables for sentence in reading.long_sentences] == [26, 40]
    assert "Câu dài nhất: 40 âm tiết." in report(reading)


def test_thousands_are_grouped_with_a_point() -> None:
    assert "<b>1.200</b> âm tiết" in report(measure("loa " * 1200))


def test_decomposed_letters_count_as_one_syllable() -> None:
    assert measure("chuye\u0302\u0309n đo\u0302\u0309i so\u0302\u0301").syllables == 3


def test_figures_and_abbreviations_are_named_as_longer_to_say() -> None:
    assert measure("Năm 2026, UBND xã và 1.250 hộ; UBND xã.").spoken_longer == ("2026", "UBND", "1.250")


def test_the_drafts_own_markup_is_shown_not_obeyed() -> None:
    assert "<img" not in report(measure("<img src=x onerror=alert(1)> " * 9))


def test_the_result_follows_the_text_area() -> None:
    _style, area, result = reading_time("Xin chào bà con.").children
    assert isinstance(area, ipywidgets.Textarea)
    assert "<b>4</b> âm tiết" in result.value
    area.value = ""
    assert "Gõ hoặc dán bản thảo" in result.value


def test_every_message_of_the_tool_has_a_vietnamese_translation() -> None:
    calls = [
        node for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    used = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "_" and isinstance(call.args[0], ast.Constant)
    }
    assert used
    assert used == set(messages("vi", "reading_time"))
