"""Nicknames, recovery words and the pupil's cookie."""

from __future__ import annotations

import pytest

from lopso.club import recovery, tickets
from lopso.club.nicknames import BadNickname, checked, folded
from lopso.club.tickets import Ticket

HONEST = (
    "Phúc Cúc Dũng Bích Lan Huệ Đỉnh Dịu Di Du Dư Đức Cường Ngọc Lớn Bưởi Đào Đệ Cu Tí",
    "Thu Cúc|Mỹ Duyên|Các bạn 6A|Dư Mai|Con đi học|Buổi sáng|12|6A-07|Lan 6A|Nguyễn Thị Ánh|Đoàn Văn Hậu|😀 Hà",
)


@pytest.mark.parametrize("name", [*HONEST[0].split(), *HONEST[1].split("|")])
def test_honest_names_pass_as_they_are(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    "name",
    ["fuck", "F U C K", "fuuuck", "sh1t", "địt", "Đ ị t", "đụ", "vcl", "Con Cặc", "b!tch", "𝓯𝓾𝓬𝓴", "Lan-fuck-6A"],
)
def test_rude_names_are_refused_however_they_are_written(name: str) -> None:
    with pytest.raises(BadNickname):
        checked(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " \t\u00a0",
        "x" * 31,
        "x" * 10_000,
        "a\u202eb",
        "a\u200bb",
        "a\x00b",
        "\u3164",
        "😀",
        "e" + "\u0315" * 5,
        "\ud800",
    ],
)
def test_names_that_cannot_be_read_are_refused(name: str) -> None:
    with pytest.raises(BadNickname):
        checked(name)


def test_blanks_are_folded_and_markup_stays_text() -> None:
    assert checked("  Lan \n 6A ") == "Lan 6A"
    assert checked("<b>Lan</b>") == "<b>Lan</b>"
    assert checked("=1+1") == "=1+1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoa", "hòa"),
        ("Hoa", "H0a"),
        ("Hoa", "Ноа"),
        ("Lan 6A", "lan-6a"),
        ("Bill", "Bi11"),
        ("Ｌａｎ", "Lan"),
        ("Đạt", "dat"),
    ],
)
def test_look_alikes_fold_to_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_class_numbers_stay_apart() -> None:
    assert len({folded(str(number)) for number in range(1, 100)}) == 99


def test_a_recovery_word_is_found_again_however_it_is_typed() -> None:
    word = recovery.new_word()
    kept = recovery.hash_word(word)
    assert word not in kept
    assert recovery.matches(f" {word.upper().replace(' ', '-')} ", kept)
    assert not recovery.matches("sen voi 00", kept)
    assert not recovery.matches("", "")
    assert kept != recovery.hash_word(word)


def test_a_ticket_is_read_by_whoever_signed_it_only() -> None:
    ticket = Ticket("0123456789abcdef" * 2, 7, 1)
    value = tickets.sign(ticket, b"key")
    assert tickets.read(value, b"key") == ticket
    assert tickets.read(value, b"other") is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: value.replace(".7.", ".8."),
        lambda value: value.replace(".1.", ".2."),
        lambda value: value[:-1],
        lambda value: value + "\n",
        lambda value: value[:-64] + "0" * 64,
        lambda value: value.replace(".7.", ".٧."),
        lambda _: "",
        lambda _: "." * 10_000,
    ],
)
def test_a_forged_ticket_is_nobodys(forge: object) -> None:
    value = tickets.sign(Ticket("0123456789abcdef" * 2, 7, 1), b"key")
    assert callable(forge)
    assert tickets.read(forge(value), b"key") is None
