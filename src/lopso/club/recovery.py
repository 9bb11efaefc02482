"""The recovery word: what brings a participant back on another phone."""

from __future__ import annotations

import hashlib
import secrets

from lopso.text import fold

#: Short words that are told apart when spoken and have no second meaning without their tones.
_WORDS = """
    bap cam chanh chuoi cuc dua gao hong hue khe lua mai mia mit nam ngo nho oi quyt sen tao tre xoai
    bien dao dat gio hang lang may mua nang nui ruong sao suoi song thac troi vuon xuan bo ca chim ech
    gau heo hac kien meo nai ngua oc ong rua soc tho tom trau vet voi but cau dan den keo kim la mau nha
    non sach thuyen toan trong vang ve vo xanh xe
"""
WORDS = tuple(_WORDS.split())
#: Enough that a stolen database gives no word away for nothing, little enough for a thousand pupils who join at once.
_ROUNDS = 500


def new_word() -> str:
    """Make a word such as "sen voi 42"."""
    return f"{secrets.choice(WORDS)} {secrets.choice(WORDS)} {secrets.randbelow(90) + 10}"


def hash_word(word: str) -> str:
    """Give the salted hash of a word."""
    salt = secrets.token_hex(8)
    return f"{salt}:{_hash(word, salt)}"


def matches(word: str, kept: str) -> bool:
    """Tell whether `word`, however it was typed, is the one of the hash; an empty hash is nobody's."""
    salt, colon, known = kept.partition(":")
    return bool(colon) and len(word) <= 200 and secrets.compare_digest(_hash(word, salt), known)


def _hash(word: str, salt: str) -> str:
    said = "".join(char for char in fold(word) if char.isalnum())
    return hashlib.pbkdf2_hmac("sha256", said.encode(), salt.encode(), _ROUNDS, 16).hex()
