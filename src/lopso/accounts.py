"""Accounts: who may log in, with what password, and when their sessions end. The caller gives session and time."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, Engine, delete, func, select
from sqlalchemy.orm import Session

from lopso.errors import PersonError, TooManyTries
from lopso.records.engine import writing
from lopso.records.people import is_active, roles_of
from lopso.records.tables import Account, LoginFailure, Person
from lopso.settings import Settings
from lopso.text import fold, nfc
from lopso.words import catalogue

_ = catalogue("accounts")

MIN_LENGTH = 10
MAX_LENGTH = 200
#: The commonest of ten characters and more, folded; from lists of leaked passwords, with what people here choose.
_COMMONEST = """
    1234567890 0123456789 0987654321 9876543210 1111111111 0000000000 12345678910 123456789a a123456789
    1q2w3e4r5t q1w2e3r4t5 qwertyuiop password12 password123 password1234 iloveyou123 iloveyou12 abcd123456
    abc1234567 123456789abc matkhau123 matkhau1234 matkhau123456 vietnam123 vietnam1234 vietnam2024 anhyeuem123
    anhyeuem12 emyeuanh123 khongbiet123 haiphong123 vinhbao123 vinhbao2024 admin12345 admin123456 administrator
    chuyendoiso truyenthanh lopso12345 welcome123 letmein123
"""
COMMONEST = frozenset(_COMMONEST.split())
#: OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. A class logs in at once, so no more.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: For passwords that we made ourselves, of 60 random bits: each of 2^60 guesses still costs a millisecond and 256 KiB,
#: which is ten thousand years of a hundred graphics cards. A list of 5,000 people is hashed in seconds instead of
#: minutes, and the first log-in hashes anew, with what people's own passwords need.
_BULK_HASHER = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
#: No look-alikes when read aloud or copied from paper: 13 consonants and 5 vowels give 6 bits a pair.
_CONSONANTS, _VOWELS = "bcdghklmnprtv", "aeiou"


class WrongPassword(PersonError):
    """User name and password do not fit together."""

    status = 403


class WeakPassword(PersonError):
    """The new password breaks a rule; the message names the rule."""

    status = 422


@dataclass(frozen=True)
class LoginRules:
    """How many wrong tries an account and an address have in `window` before they must wait."""

    tries: int = 5
    tries_address: int = 30
    window: dt.timedelta = dt.timedelta(minutes=15)
    zone: ZoneInfo = ZoneInfo("Asia/Ho_Chi_Minh")  # noqa: RUF009 - ZoneInfo is immutable

    @classmethod
    def of(cls, settings: Settings) -> LoginRules:
        """Take the rules from `settings`."""
        window = dt.timedelta(minutes=settings.login_window_minutes)
        return cls(settings.login_tries, settings.login_tries_address, window, ZoneInfo(settings.timezone))


@dataclass(frozen=True)
class Holder:
    """Who may log in with an account: what a session needs to know of its owner; one of another `epoch` has ended."""

    username: str
    full_name: str
    roles: tuple[str, ...]
    epoch: int
    must_change: bool


@dataclass(frozen=True)
class _Claim:
    """A user name as typed and what is known of it; `holder` is None for whoever may not log in."""

    name: str
    address: str
    person_id: int | None
    password_hash: str
    holder: Holder | None

    def fits(self, password: str) -> bool:
        """Check the password; costs the same for an unknown name, so that answers do not tell which names exist."""
        right = _matches(self.password_hash, password)
        if _is_quick(self.password_hash):
            _matches(_spare_hash(), password)
        return right and self.holder is not None


def normalised(username: str) -> str:
    """Bring a typed user name to the form in which it is stored."""
    return nfc(username).strip().lower()


def holder(session: Session, username: str, today: dt.date) -> Holder | None:
    """Find the account holder of that name; None for whoever has no account or has left."""
    person, account = _find(session, normalised(username))
    if person is None or account is None or not is_active(person, today):
        return None
    roles = roles_of(session, person.id)
    return Holder(person.username, person.full_name, roles, account.epoch, account.must_change)


def log_in(
    engine: Engine, username: str, password: str, address: str, now: dt.datetime, rules: LoginRules | None = None
) -> Holder:
    """Give the account holder whose password this is; holds no transaction while it computes.

    The try is counted before it is checked, so that guesses at the same moment cannot outrun the limit.
    Raises WrongPassword or TooManyTries.
    """
    rules = rules or LoginRules()
    with writing(engine) as session:
        claim = _claim(session, username, address, now, rules)
        _count(session, claim, now, rules)
    if not claim.fits(password) or claim.holder is None:
        raise _wrong()
    with writing(engine) as session:
        _forget_failures(session, claim.name)
        _rehash(session, claim, password)
    return claim.holder


def set_first_password(session: Session, person: Person, now: dt.datetime) -> str:
    """Give `person` a random password to be changed at the next log-in; ends every session. Shown once, never kept."""
    password = random_password()
    account = session.get(Account, person.id)
    if account is None:
        session.add(
            Account(person_id=person.id, password_hash=_hash(password), must_change=True, epoch=1, changed_at=now)
        )
    else:
        _renew(account, password, now, must_change=True)
    _forget_failures(session, person.username)
    session.flush()
    return password


@dataclass(frozen=True)
class FirstPassword:
    """A random password, to be shown once, and its hash, to be kept."""

    password: str
    password_hash: str


def first_password_in_bulk() -> FirstPassword:
    """Make a first password of many at once: longer than a single one, so that a quick hash keeps it safe."""
    password = random_password(groups=5)
    return FirstPassword(password, _BULK_HASHER.hash(password))


def change_password(session: Session, person: Person, old: str, new: str, now: dt.datetime) -> None:
    """Replace `old` by `new`; every session of the person ends.

    Raises WrongPassword, without counting it (call `log_in` first where guessing is possible), or WeakPassword.
    """
    account = session.get(Account, person.id)
    if account is None or not _matches(account.password_hash, old):
        raise _wrong()
    check_strength(person.username, old, new)
    _renew(account, new, now, must_change=False)


def check_strength(username: str, old: str, new: str) -> None:
    """Raise WeakPassword when `new` breaks a rule."""
    if len(nfc(new)) < MIN_LENGTH:
        raise WeakPassword(_("The new password needs at least {count} characters.").format(count=MIN_LENGTH))
    if len(nfc(new)) > MAX_LENGTH:
        raise WeakPassword(_("The new password may have at most {count} characters.").format(count=MAX_LENGTH))
    if nfc(new) == nfc(old):
        raise WeakPassword(_("The new password must differ from the old one."))
    if fold(new) == fold(username):
        raise WeakPassword(_("The new password must not be the user name."))
    if fold(new).replace(" ", "") in COMMONEST or len(set(new)) < 3:
        raise WeakPassword(_("This password is among the first that others would guess. Choose another."))


def end_sessions(session: Session, person: Person) -> None:
    """End every session of `person`: hub, web service and JupyterLab."""
    account = session.get(Account, person.id)
    if account is not None:
        account.epoch += 1


def leave(session: Session, person: Person, on: dt.date) -> None:
    """Record that `person` left: no log-in any more, and every session ends; history stays."""
    person.left_on = on
    end_sessions(session, person)


def random_password(groups: int = 4) -> str:
    """Make a password that is easily read and copied: 12 bits a group, as in "bako-tine-ruma-deli"."""
    pair = (f"{secrets.choice(_CONSONANTS)}{secrets.choice(_VOWELS)}" for _each in range(2 * groups))
    return "-".join(first + second for first, second in zip(pair, pair, strict=True))


def _find(session: Session, name: str) -> tuple[Person | None, Account | None]:
    query = select(Person, Account).join(Account, Account.person_id == Person.id).where(Person.username == name)
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def _claim(session: Session, username: str, address: str, now: dt.datetime, rules: LoginRules) -> _Claim:
    name, address = normalised(username)[:64], address[:64]
    _refuse_when_throttled(session, name, address, now, rules)
    _person, account = _find(session, name)
    known = holder(session, name, now.astimezone(rules.zone).date())
    spare = _spare_hash()
    if account is None:
        return _Claim(name, address, None, spare, None)
    return _Claim(name, address, account.person_id, account.password_hash, known)


def _count(session: Session, claim: _Claim, now: dt.datetime, rules: LoginRules) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.at <= now - rules.window))
    session.add(LoginFailure(username=claim.name, address=claim.address, at=now))


def _forget_failures(session: Session, name: str) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.username == name))


def _rehash(session: Session, claim: _Claim, password: str) -> None:
    account = session.get_one(Account, claim.person_id)
    if _HASHER.check_needs_rehash(claim.password_hash) and account.password_hash == claim.password_hash:
        account.password_hash = _hash(password)


def _wrong() -> WrongPassword:
    return WrongPassword(_("The user name or the password is not right."), _("Check both and try again."))


def _hash(password: str) -> str:
    return _HASHER.hash(nfc(password))


@cache
def _spare_hash() -> str:
    return _hash(secrets.token_urlsafe())


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, nfc(password)[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):  # a row that is no hash lets nobody in
        return False


def _is_quick(password_hash: str) -> bool:
    try:
        return _HASHER.check_needs_rehash(password_hash)
    except InvalidHashError:
        return False


def _renew(account: Account, password: str, now: dt.datetime, *, must_change: bool) -> None:
    account.password_hash = _hash(password)
    account.must_change = must_change
    account.changed_at = now
    account.epoch += 1


def _refuse_when_throttled(session: Session, name: str, address: str, now: dt.datetime, rules: LoginRules) -> None:
    of_name = _until(session, LoginFailure.username == name, rules.tries, now, rules)
    of_address = _until(session, LoginFailure.address == address, rules.tries_address, now, rules)
    until = max((each for each in (of_name, of_address) if each), default=None)
    if until is not None:
        minute = (until + dt.timedelta(seconds=59)).astimezone(rules.zone)  # a shown minute is never too early
        raise TooManyTries(
            _("Too many wrong tries."), _("Log-in opens again at {time}.").format(time=minute.strftime("%H:%M"))
        )


def _until(
    session: Session, whose: ColumnElement[bool], tries: int, now: dt.datetime, rules: LoginRules
) -> dt.datetime | None:
    recent = (
        select(LoginFailure.at)
        .where(whose, LoginFailure.at > now - rules.window)
        .order_by(LoginFailure.at.desc())
        .limit(tries)
        .subquery()
    )
    count, first = session.execute(select(func.count(), func.min(recent.c.at)).select_from(recent)).one()
    return first + rules.window if count >= tries else None
