"""Vietnamese spelling: whether a written word can be a syllable of the language, by its onset, rhyme and tone.

A syllable is an onset, perhaps none, a rhyme and one of six tones, and each is written as one word. The rules are those
of schoolbooks, as "Các quy tắc chính tả quốc ngữ" sums them up (dongtac.hncity.org, article 2796, 8 May 2009): which
letters write which onset before which vowel, and where the tone mark stands; that only the sharp and the heavy tone
go with a rhyme that ends in p, t, c or ch. The list of rhymes is our own, of the words in use. A word that passes can
still be the wrong one ("sữa" for "sửa"); one that does not is a loan, a name, an abbreviation or a slip.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below
_CHECKED = ("\u0301", "\u0323")


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


#: Rhymes whose first sound is the vowel itself.
_PLAIN = _listed(
    "a ai ao au am an ang anh ac ach ap at ay ăm ăn ăng ăc ăp ăt âu ây âm ân âng âc âp ât",
    "e eo em en eng ec ep et ê êu êm ên ênh êch êp êt",
    "i iu im in inh ich ip it ia iêu iêm iên iêng iêc iêp iêt",
    "o oi om on ong oc op ot oong ooc ô ôi ôm ôn ông ôc ôp ôt ơ ơi ơm ơn ơp ơt",
    "u ui um un ung uc up ut ua uôi uôm uôn uông uôc uôt",
    "ư ưi ưu ưng ưc ưt ưa ươi ươu ươm ươn ương ươc ươp ươt",
)
#: Rhymes with a rounded glide before the vowel.
_ROUNDED = _listed(
    "oa oai oao oam oan oang oanh oac oach oap oat oay oăm oăn oăng oăc oăt oe oeo oen oet",
    "uây uân uâng uât uê uênh uêch uơ uy uya uyên uyêt uynh uych uyt uyu",
)
#: What stands after "qu", which writes the glide itself.
_AFTER_QU = _listed(
    "a ai ao an ang anh ac ach ap at ay au ôc ăm ăn ăng ăc ăp ăt ân ât âng ây e en eo et ê ên ênh êt êch ơ ơi ơn",
    "y yên yêt ynh ych yt",
)
#: A "y" in place of "i", and the onsets before which it is in use.
_WITH_Y = frozenset({"y"})
_Y_ONSETS = frozenset({"", "h", "k", "l", "m", "s", "t", "v"})
_Y_ALONE = frozenset({"yêu", "yêm", "yên", "yêng", "yêt"})
_GI_ALONE = frozenset({"", "n", "êng", "êt", "êc"})
_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnrstvx", "")
#: Before these onsets a rounded glide stands in loans only, or the sound is written with "qu".
_NEVER_ROUNDED = frozenset({"b", "m", "ph", "v", "c", "k", "gh", "ngh"})
_FRONT = "eêi"


@lru_cache(maxsize=16384)  # a language has some 7,000 syllables
def is_syllable(word: str) -> bool:
    """Tell whether `word`, in capitals or not, is spelt as a Vietnamese syllable, its tone mark in its place."""
    letters, tone = _without_tone(unicodedata.normalize("NFC", word).lower())
    for onset in _ONSETS:
        rhyme = letters.removeprefix(onset)
        if letters.startswith(onset) and _fits(onset, rhyme):
            return _tone_fits(rhyme, tone) and unicodedata.normalize("NFC", word).lower() in _marked(onset, rhyme, tone)
    return False


def has_old_tone_place(word: str) -> bool:
    """Tell whether the tone stands on the glide of an open rhyme: hòa, khỏe, thủy (and not hoà, khoẻ, thuỷ)."""
    return bool(re.search(rf"(?:o[{_TONES}][ae]|u[{_TONES}]y)$", unicodedata.normalize("NFD", word.lower())))


def has_new_tone_place(word: str) -> bool:
    """Tell whether the tone stands on the vowel after the glide of an open rhyme: hoà, khoẻ, thuỷ."""
    spread = unicodedata.normalize("NFD", word.lower())
    return bool(re.search(rf"(?:o[ae][{_TONES}]|(?<!q)uy[{_TONES}])$", spread))


def _without_tone(word: str) -> tuple[str, str]:
    spread = unicodedata.normalize("NFD", word)
    tones = "".join(char for char in spread if char in _TONES)
    return unicodedata.normalize("NFC", "".join(char for char in spread if char not in _TONES)), tones


def _fits(onset: str, rhyme: str) -> bool:
    """Tell whether the letters of an onset are those that stand before this rhyme."""
    if onset == "qu":
        return rhyme in _AFTER_QU
    if onset == "gi":
        return rhyme in _GI_ALONE or (rhyme in _PLAIN and not rhyme.startswith("i"))
    if rhyme in _WITH_Y:
        return onset in _Y_ONSETS
    if rhyme in _Y_ALONE:
        return onset == ""
    if rhyme in _ROUNDED:
        return onset not in _NEVER_ROUNDED
    if rhyme not in _PLAIN:
        return False
    front = rhyme[0] in _FRONT
    if onset in ("k", "gh", "ngh"):
        return front
    if onset in ("c", "g", "ng"):
        return not front
    return not (onset == "" and rhyme.startswith("iê"))


def _tone_fits(rhyme: str, tone: str) -> bool:
    """Tell whether the tone goes with the rhyme: a syllable that ends in a stop is sharp or heavy, and never bare."""
    if len(tone) > 1:
        return False
    return tone in _CHECKED if re.search(r"(?:p|t|c|ch)$", rhyme) else True


def _marked(onset: str, rhyme: str, tone: str) -> set[str]:
    """Write the syllable with its tone mark: in one place, or in both that are in use for open oa, oe, uy."""
    if onset == "gi" and rhyme in ("", "n"):
        return {unicodedata.normalize("NFC", onset + tone + rhyme)}  # gì, gìn: its own vowel bears it
    return {onset + _with_mark(rhyme, place, tone) for place in _places(rhyme)}


def _places(rhyme: str) -> set[int]:
    vowels = re.match(r"[aăâeêioôơuưy]+", rhyme)
    group = vowels[0] if vowels else ""
    shaped = [place for place, letter in enumerate(group) if letter in "ăâêôơư"]
    if shaped:
        return {shaped[-1]}
    if group != rhyme:
        return {len(group) - 1}  # a consonant follows: the last vowel
    if len(group) == 3:
        return {1}
    return {0, 1} if group in ("oa", "oe", "uy") else {0}


def _with_mark(rhyme: str, place: int, tone: str) -> str:
    marked = rhyme[: place + 1] + tone + rhyme[place + 1 :]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", marked))
