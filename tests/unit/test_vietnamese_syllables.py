"""A Vietnamese syllable is known by its letters: onset, rhyme, tone, and where the tone mark stands."""

from __future__ import annotations

import unicodedata

import pytest

from lopso.vietnamese_syllables import has_new_tone_place, has_old_tone_place, is_syllable

GOOD = """
    nghiêng nghĩa ngoài khuỷu khuya quyển quốc quý quà quẹt quýt giếng gì gìn già giữa giết giường yêu yến ý kỹ kĩ lý mỹ
    tiếng Việt ĐƯỢC nước người huơ thuở khuếch huỳnh noãn góa loanh quanh xoong ngoằn ngoèo tuyết thuyền uyên oai ỉa im
    ít uể oải xuyên huyện quyết định cứu hươu rượu buổi chuối nửa mưa của mía ghế ghi kéo kể cô cá ngủ nghe lịch
"""
SLIPS = """
    đựơc ngừoi viẹt viêt thưởgn chuyểm nghá ngi nghà ge gha kà cê qúa gía họăc hoăc tìêng hoat sach tôt đep iêu
    ngừng̀ trưòng dươg phuc vuj khôngg thàhn phổỉ zạ wà jì fải
"""


@pytest.mark.parametrize("word", GOOD.split())
def test_a_syllable_of_the_language_is_known(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", SLIPS.split())
def test_a_slip_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize("word", ["hoàt", "sàch", "tôt", "đềp", "lich", "các̀", "bup"], ids=lambda word: f"{word!a}")
def test_a_rhyme_that_ends_in_a_stop_takes_the_sharp_or_the_heavy_tone_only(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(("old", "new"), [("hòa", "hoà"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"), ("HÓA", "HOÁ")])
def test_both_places_of_the_tone_in_open_oa_oe_uy_are_in_use_and_told_apart(old: str, new: str) -> None:
    assert is_syllable(old)
    assert is_syllable(new)
    assert (has_old_tone_place(old), has_new_tone_place(old)) == (True, False)
    assert (has_old_tone_place(new), has_new_tone_place(new)) == (False, True)


@pytest.mark.parametrize("word", ["quý", "quỳ", "hoàn", "khoét", "thuyết", "mùa", "chào", "hoa", "ngoài"])
def test_elsewhere_the_tone_has_one_place(word: str) -> None:
    assert not has_old_tone_place(word)
    assert not has_new_tone_place(word)
