"""What the writing desk says of a text, line by line, and that no text takes it long or gets signs through it."""

from __future__ import annotations

import time

import pytest

from lopso.advice.advising import CHECKS, Advice, advise
from lopso.advice.facts import one_apart
from lopso.advice.item import LONGEST, NewsItem, read_item
from lopso.errors import Unreadable

PLACES = ("Xã Vĩnh An", "Xã Hiệp Hoà", "Thị trấn Vĩnh Bảo", "Văn phòng HĐND và UBND")
#: Far above what any text takes here, far below what a pattern of exponential time would.
CPU_SECONDS = 10


def found(text: str, genre: str = "news", least: int = 0, most: int = 0) -> dict[str, Advice]:
    return {one.check: one for one in advise(text, genre, least, most, PLACES)}


def details(check: str, text: str, genre: str = "news") -> tuple[str, ...] | None:
    said = found(text, genre).get(check)
    return said.details if said else None


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_line_is_the_translated_docstring_of_its_check(check: object) -> None:
    line = getattr(check, "line", "")
    assert line
    assert line != (getattr(check, "look", None).__doc__ or "").partition("\n")[0]


def parts(text: str, genre: str = "news") -> tuple[str, str, tuple[str, ...]]:
    item: NewsItem = read_item(text, genre)
    return item.headline, item.lead, item.body


def test_a_first_line_without_full_stop_is_the_headline_and_what_follows_the_lead() -> None:
    assert parts("Tít ngắn\n\nSapo đây.\n\nThân một.\nThân hai.") == (
        "Tít ngắn",
        "Sapo đây.",
        ("Thân một.", "Thân hai."),
    )
    assert parts("Câu một.\nCâu hai.") == ("", "", ("Câu một.", "Câu hai."))
    assert parts("Chỉ một dòng không chấm") == ("", "", ("Chỉ một dòng không chấm",))
    assert parts("Tít ngắn\nMột. Hai. Ba câu.") == ("Tít ngắn", "", ("Một. Hai. Ba câu.",))


def test_labels_say_what_a_line_is_and_are_not_read() -> None:
    assert parts("Tít: Có dấu chấm.\nSapo: Một. Hai. Ba.\nTin: Thân.") == ("Có dấu chấm.", "Một. Hai. Ba.", ("Thân.",))


def test_an_item_for_the_ear_has_neither_headline_nor_lead() -> None:
    assert parts("Mời bà con nghe\nTin một.", "radio") == ("", "", ("Mời bà con nghe", "Tin một."))


def test_the_time_is_that_of_slow_and_fast_readers() -> None:
    said = found(" ".join(["chữ"] * 140) + ".", "radio")["reading_time"]
    assert said.details == ("140 âm tiết, từ 35 đến 40 giây.",)
    assert said.is_note


@pytest.mark.parametrize(("n", "said"), [(630, False), (640, True)])
def test_an_item_for_loudspeakers_is_too_long_after_three_minutes_read_slowly(n: int, said: bool) -> None:
    assert ("time_on_air" in found("chữ " * n, "radio")) is said


@pytest.mark.parametrize(("n", "said"), [(25, False), (26, True)])
def test_a_sentence_is_long_from_26_syllables(n: int, said: bool) -> None:
    assert ("long_sentences" in found("Chữ " * n + ".", "post")) is said


def test_the_length_asked_for_is_that_of_the_question() -> None:
    assert found("Một hai ba.", least=4)["length_asked"].details == ("Đang có 3 âm tiết, cần ít nhất 4.",)
    assert found("Một hai ba.", most=2)["length_asked"].details == ("Đang có 3 âm tiết, nhiều nhất là 2.",)
    assert "length_asked" not in found("Một hai ba.", least=3, most=3)


def test_a_headline_and_a_lead_have_limits() -> None:
    long = found("chữ " * 15 + "\n" + "chữ " * 51 + ".\nThân bài.")
    assert long["long_headline"].details == ("15 âm tiết",)
    assert long["long_lead"].details == ("51 âm tiết",)
    assert not {"long_headline", "long_lead"} & set(found("chữ " * 14 + "\n" + "chữ " * 50 + ".\nThân bài."))


@pytest.mark.parametrize("said", ["Người làm ca nộp hồ sơ.", "Người đi làm xa gửi hồ sơ.", "Công nhân nộp hồ sơ."])
def test_whoever_works_is_somebody(said: str) -> None:
    assert details("who", said, "post") is None
    assert details("who", "Nộp hồ sơ.", "post") == ()


def test_an_abbreviation_is_explained_by_brackets_or_a_word_that_says_what_it_is() -> None:
    assert details("abbreviations", "Xã dùng LGSP từ mai.") == ("“LGSP”",)
    for said in ("Xã dùng trục dữ liệu (LGSP) từ mai.", "LGSP (trục dữ liệu) đã chạy.", "LGSP là trục dữ liệu."):
        assert details("abbreviations", said) is None, said
    assert details("abbreviations", "Trục LGSP về xã\nLGSP, tức là trục dữ liệu, đã chạy. Xong.") is None


def test_everyday_abbreviations_are_for_the_eye_only() -> None:
    assert details("abbreviations", "UBND xã mở cửa. Chương III, THÔNG BÁO.") is None
    assert details("abbreviations", "UBND xã mở cửa.", "radio") == ("“UBND”",)


def test_what_cannot_be_read_aloud_is_quoted() -> None:
    said = details("not_for_the_ear", "Ngày 01/12/2026 (thứ Ba), 85% bà con theo 12/KH-UBND.", "radio")
    assert said == ("“01/12/2026”", "“(thứ Ba)”", "“%”", "“12/KH-UBND”")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Có 92% hồ sơ nộp qua mạng.", True),
        ("Có 92% hồ sơ nộp qua mạng, theo báo cáo của xã.", False),
        ("Có 92% hồ sơ nộp qua mạng. Số liệu của bộ phận một cửa.", False),
        ("Có 1.248 người có sổ.", True),
        ("Có 5 người đến.", False),
        ("Giá 20.000 đồng, ngày 12/11, quầy số 15, lớp 4.", False),
    ],
)
def test_a_figure_wants_a_source_within_a_sentence(text: str, said: bool) -> None:
    assert (details("figures_without_source", text) is not None) is said


def test_a_headline_keeps_to_the_figures_names_and_superlatives_of_the_text() -> None:
    text = "Vĩnh An đứng đầu, có 15 lớp của anh Trần Thử\n\nXã Vĩnh An vừa mở lớp. Đông người học.\n\nHết."
    assert details("only_in_the_headline", text) == ("“Trần Thử”", "“15”", "“đứng đầu”")


def test_a_date_is_the_same_with_and_without_a_nought() -> None:
    below = "\nXã mở quầy từ ngày {day}. Bà con mang căn cước."
    assert details("only_in_the_headline", "Quầy mới từ 01/12" + below.format(day="1/12")) is None
    assert details("only_in_the_headline", "Quầy mới từ 1/12" + below.format(day="01/12/2026")) is None
    assert details("only_in_the_headline", "Quầy mới từ 01/12" + below.format(day="2/12")) == ("“01/12”",)


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("xã Vĩnh An", None),
        ("xã Hiệp Hòa", None),
        ("xã Hiệp Hóa", "Hiệp Hoà"),
        ("xã Vỉnh An", "Vĩnh An"),
        ("xã Vĩn An", "Vĩnh An"),
        ("thị trấn Vĩnh Bào", "Vĩnh Bảo"),
        ("xã Vĩnh Mẫu", None),
        ("xã Vĩnh An Nguyễn", None),
    ],
)
def test_a_commune_is_compared_with_the_list_of_units(written: str, near: str | None) -> None:
    said = details("place_names", f"Hôm nay {written} họp.")
    assert (said is None) if near is None else (said is not None and f"“{near}”" in said[0])


def test_words_one_letter_apart_are_near() -> None:
    assert all(one_apart("vinh an", other) for other in ("vinh an", "vinh am", "vin an", "vinh ann", "xinh an"))
    assert not any(one_apart("vinh an", other) for other in ("vinh mau", "vin a", "vinhh ann"))


@pytest.mark.parametrize(
    ("check", "text", "quoted"),
    [
        ("phone_numbers", "Gọi 0912 345 678.", "0912 345 678"),
        ("phone_numbers", "Gọi +84912345678 nhé.", "+84912345678"),
        ("phone_numbers", "Ngày 01-12-2026 10 giờ.", None),
        ("phone_numbers", "Gọi 113 hoặc 1022.", None),
        ("identity_numbers", "Số 031158001234.", "031158001234"),
        ("identity_numbers", "Căn cước số 031 158 001 234.", "031 158 001 234"),
        ("identity_numbers", "Có 1.248 người.", None),
        ("birth_dates", "Bà sinh ngày 12/03/1958.", "sinh ngày 12/03/1958"),
        ("birth_dates", "Bà 68 tuổi, sinh năm 1958.", None),
        ("home_addresses", "Ở số nhà 15, ngõ 7.", "số nhà 15"),
        ("home_addresses", "Viết cho an@example.com.", "an@example.com"),
        ("home_addresses", "Ở thôn Đông.", None),
        ("named_children", "Cháu Hoàng Thị Nụ được tặng quà.", "Cháu Hoàng Thị Nụ"),
        ("named_children", "Hoàng Thị Nụ, lớp 4A, được tặng quà.", "Hoàng Thị Nụ, lớp 4"),
        ("named_children", "Em Trần Văn Thử, 24 tuổi, dạy học.", None),
        ("named_children", "Bà Phạm Thị Thử, 68 tuổi, kể lại.", None),
    ],
)
def test_what_leads_to_a_private_person_is_quoted(check: str, text: str, quoted: str | None) -> None:
    said = details(check, text)
    assert (said is None) if quoted is None else (said is not None and f"“{quoted}”" in said)


def test_impossible_syllables_and_two_ways_of_placing_tones_are_quoted() -> None:
    assert details("spelling", "Thu rác theo gìơ, lúc sáu gờ, ở Zalo.") == ("“gìơ”",)
    assert details("tone_places", "Nhà hòa thuận, người khoẻ.") == ("“hòa”", "“khoẻ”")
    assert details("tone_places", "Nhà hòa thuận, người khỏe.") is None


def test_a_text_without_marks_is_told_once_and_not_word_by_word() -> None:
    said = found("Sang thu Bay to cong nghe so xa giup ba con cai ung dung tai nha van hoa.", "post")
    assert set(said) == {"reading_time", "without_marks"}


def test_a_plain_text_is_looked_at_for_its_spelling_only() -> None:
    assert set(found("Rác gìơ 0912345678 92% LGSP.", "plain")) == {"spelling"}


@pytest.mark.parametrize("text", ["", "  \n\t ", "!!! ???", "\u202e\u200b\u0000"])
def test_nothing_is_said_of_nothing(text: str) -> None:
    assert advise(text, "news") == ()


def test_hidden_signs_are_not_read_and_not_given_back() -> None:
    said = advise("Cháu\u202e Hoàng\u200b Thị\u0000 Nụ <b>đến</b> **trường**.", "post")
    told = " ".join(detail for one in said for detail in one.details)
    assert "Cháu Hoàng Thị Nụ" in told
    assert not [char for char in told if char in "\u202e\u200b\u0000*"]


def test_a_text_beyond_the_bound_is_refused_in_words() -> None:
    with pytest.raises(Unreadable) as refused:
        advise("a" * (LONGEST + 1), "news")
    assert "10.000" in refused.value.message


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            "a ",
            "A ",
            "A",
            "Xã An An An ",
            "(",
            "(A",
            "( AB ",
            '"a ',
            "“a a ",
            ". ",
            "a.",
            "a_",
            "a@a.",
            "0",
            "0 ",
        ),
        *("1.000 ", "12/", "số 1/", "cháu An An ", "theo ", "{", "<a", "](", "`", "\u0301", "a\u0301\u0323", "\u202e"),
        *("AB. ", "IPv6 ", "hòa hoà ", "_", "-a", "tít:\n", "\n", "Chữ. ", "ngõ 1 ", "căn cước ", "9", "1,", "… A"),
    ],
)
def test_no_text_takes_long_however_it_repeats_itself(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    began = time.process_time()
    for genre in ("news", "radio"):
        advise(text, genre, places=PLACES * 20)
    assert time.process_time() - began < CPU_SECONDS
