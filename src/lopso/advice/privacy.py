"""What must not stand in public without a reason: numbers, addresses and names that lead to a private person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lopso.advice.check import ARTICLES, Found, check, quotes
from lopso.advice.item import NewsItem
from lopso.advice.letters import FULL_NAME

CHILD_BELOW = 16
_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b")
_PHONE = re.compile(r"(?<![\d.])(?:\+84|0)(?:[ .-]?\d){8,10}(?![ .-]?\d)")
_IDENTITY = re.compile(
    r"(?<!\d)0\d{2}(?:[ .]?\d{3}){3}(?!\d)|(?i:căn cước|cccd|cmnd|chứng minh)[^\d\n]{0,30}\d{9}(?:\d{3})?(?!\d)"
    r"|(?i:số tài khoản|bảo hiểm y tế số|mã thẻ)[^\d\n]{0,20}[A-Z0-9]{8,16}\b"
)
_BIRTH = re.compile(
    r"\bsinh\s+(?:ngày\s+)?(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})", re.IGNORECASE
)
_HOME = re.compile(
    r"\b(?:số nhà|nhà số)\s+\d[\w/]{0,9}|\bsố\s+\d[\w/]{0,9},?\s+(?:ngõ|ngách|hẻm|đường|phố)\b[^,.;\n]{0,30}"
    r"|\b(?:ngõ|ngách|hẻm)\s+\d[\w/]{0,9}",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_CHILD = re.compile(rf"\b(?i:cháu|bé|em|học sinh)[ ]{FULL_NAME}(?:[ ]?[,(][ ]?(\d{{1,3}}) tuổi)?")
_AGED = re.compile(rf"({FULL_NAME})[ ]?[,(][ ]?(?:(\d{{1,2}}) tuổi|(?:học sinh )?lớp \d)")


@check(*ARTICLES)
def phone_numbers(item: NewsItem) -> Found:
    """Check these telephone numbers: an office's number may stay, a person's own only if that person agreed."""
    return quotes(found[0] for found in _PHONE.finditer(_DATE.sub(" – ", item.text)))


@check(*ARTICLES)
def identity_numbers(item: NewsItem) -> Found:
    """Take out numbers of identity cards, insurance cards and accounts: nobody needs them in the news."""
    return quotes(found[0] for found in _IDENTITY.finditer(item.text))


@check(*ARTICLES)
def birth_dates(item: NewsItem) -> Found:
    """Take out the full date of birth; if age matters, the age is enough."""
    return quotes(found[0] for found in _BIRTH.finditer(item.text))


@check(*ARTICLES)
def home_addresses(item: NewsItem) -> Found:
    """Check these addresses: for a person the village is enough, a house number leads strangers to the door."""
    return quotes(found[0] for pattern in (_HOME, _MAIL) for found in pattern.finditer(item.text))


@check(*ARTICLES)
def named_children(item: NewsItem) -> Found:
    """Ask the parents first, or leave the name out: these look like names of children."""
    return quotes(_children(item.text))


def _children(text: str) -> Iterator[str]:
    called = [found[0] for found in _CHILD.finditer(text) if _is_young(found[1])]
    yield from called
    for found in _AGED.finditer(text):
        if _is_young(found[2]) and not any(found[1] in one for one in called):
            yield found[0]


def _is_young(age: str | None) -> bool:
    return age is None or int(age) < CHILD_BELOW
