"""Accounts on a real database: who gets in, who must wait, and when sessions end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lopso import accounts
from lopso.accounts import LoginRules, TooManyTries, WeakPassword, WrongPassword
from lopso.records import people
from lopso.records.engine import make_engine, reading, writing
from lopso.records.schema import ensure_schema
from lopso.records.tables import Account, LoginFailure, Person

NOW = dt.datetime(2026, 3, 2, 1, 20, 30, tzinfo=dt.UTC)  # 08:20:30 in Hải Phòng
RULES = LoginRules(tries=3, tries_address=5)
HERE = "203.0.113.7"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'lopso.db'}")
    ensure_schema(engine)
    with writing(engine) as session:
        unit = people.ensure_unit(session, "11824", "Thị trấn Vĩnh Bảo", "commune")
        for name in ("lan", "minh"):
            people.ensure_person(session, name, name.title(), unit, "officer", ["trainee"], NOW.date(), sample=True)
    yield engine
    engine.dispose()


def first_password(engine: Engine, username: str = "lan") -> str:
    with writing(engine) as session:
        return accounts.set_first_password(session, person(session, username), NOW)


def person(session: Session, username: str = "lan") -> Person:
    found = people.by_username(session, username)
    assert found is not None
    return found


def wrong(engine: Engine, times: int, username: str = "lan", now: dt.datetime = NOW, address: str = HERE) -> None:
    for _each in range(times):
        with pytest.raises(WrongPassword):
            accounts.log_in(engine, username, "not the password", address, now, RULES)


def log_in(engine: Engine, password: str, now: dt.datetime = NOW, address: str = HERE) -> accounts.Holder:
    return accounts.log_in(engine, "lan", password, address, now, RULES)


def test_the_first_password_logs_in_and_must_be_changed(engine: Engine) -> None:
    holder = log_in(engine, first_password(engine))
    assert (holder.username, holder.roles, holder.must_change) == ("lan", ("trainee",), True)


def test_a_user_name_is_read_whatever_its_case_and_blanks(engine: Engine) -> None:
    password = first_password(engine)
    assert accounts.log_in(engine, "  LAN ", password, HERE, NOW, RULES).username == "lan"


def test_wrong_password_unknown_name_and_no_account_are_told_alike(engine: Engine) -> None:
    first_password(engine)
    said = set()
    for username in ("lan", "minh", "nobody"):
        with pytest.raises(WrongPassword) as raised:
            accounts.log_in(engine, username, "not the password", HERE, NOW, RULES)
        said.add(str(raised.value))
    assert said == {"Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra cả hai rồi nhập lại."}


def test_an_unknown_name_costs_a_hash_like_a_known_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first_password(engine)
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, password_hash: str, password: str) -> bool:
        checked.append(password_hash)
        return verify(self, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    wrong(engine, 1, "lan")
    wrong(engine, 1, "nobody")
    assert len(checked) == 2
    assert checked[0].rpartition("$")[0].rpartition("$")[0] == checked[1].rpartition("$")[0].rpartition("$")[0]


def test_after_too_many_wrong_tries_the_right_password_waits_and_is_told_until_when(engine: Engine) -> None:
    password = first_password(engine)
    wrong(engine, 3)
    with pytest.raises(TooManyTries, match="Có thể đăng nhập lại từ 08:36"):
        log_in(engine, password)


def test_the_wait_ends_with_the_window(engine: Engine) -> None:
    password = first_password(engine)
    wrong(engine, 3)
    assert log_in(engine, password, NOW + RULES.window).username == "lan"


def test_an_address_that_guesses_many_names_waits_but_others_do_not(engine: Engine) -> None:
    password = first_password(engine)
    for number in range(5):
        wrong(engine, 1, f"name{number}")
    with pytest.raises(TooManyTries):
        log_in(engine, password)
    assert log_in(engine, password, address="198.51.100.1").username == "lan"


def test_a_right_password_forgets_the_wrong_tries_of_that_name_only(engine: Engine) -> None:
    password = first_password(engine)
    wrong(engine, 2)
    wrong(engine, 1, "minh")
    log_in(engine, password)
    with reading(engine) as session:
        assert session.scalars(select(LoginFailure.username)).all() == ["minh"]


def test_old_failures_are_not_kept(engine: Engine) -> None:
    wrong(engine, 2)
    wrong(engine, 1, now=NOW + RULES.window)
    with reading(engine) as session:
        assert len(session.scalars(select(LoginFailure)).all()) == 1


def test_guesses_at_the_same_moment_cannot_outrun_the_limit(engine: Engine) -> None:
    def guess(number: int) -> type[Exception]:
        with pytest.raises((WrongPassword, TooManyTries)) as caught:
            accounts.log_in(engine, "lan", f"guess {number}", HERE, NOW, RULES)
        return caught.type

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(guess, range(24)))
    assert told.count(WrongPassword) == RULES.tries


def test_whoever_left_cannot_log_in_and_is_no_account_holder(engine: Engine) -> None:
    password = first_password(engine)
    with writing(engine) as session:
        accounts.leave(session, person(session), NOW.date())
    with pytest.raises(WrongPassword):
        log_in(engine, password)
    with reading(engine) as session:
        assert accounts.holder(session, "lan", NOW.date()) is None


def test_each_of_leaving_changing_and_resetting_ends_the_sessions(engine: Engine) -> None:
    password = first_password(engine)
    epochs = [epoch(engine)]
    with writing(engine) as session:
        accounts.change_password(session, person(session), password, "ba con mèo mướp", NOW)
    epochs.append(epoch(engine))
    first_password(engine)
    epochs.append(epoch(engine))
    with writing(engine) as session:
        accounts.leave(session, person(session), NOW.date())
    epochs.append(epoch(engine))
    assert epochs == sorted(set(epochs))


def epoch(engine: Engine) -> int:
    with reading(engine) as session:
        return session.get_one(Account, person(session).id).epoch


def test_a_changed_password_needs_no_other_change(engine: Engine) -> None:
    password = first_password(engine)
    with writing(engine) as session:
        accounts.change_password(session, person(session), password, "ba con mèo mướp", NOW)
    assert not log_in(engine, "ba con mèo mướp").must_change


def test_a_password_typed_in_decomposed_letters_is_the_same_password(engine: Engine) -> None:
    password = first_password(engine)
    with writing(engine) as session:
        accounts.change_password(session, person(session), password, "ba con me\u0300o mu\u031bo\u031b\u0301p", NOW)
    assert log_in(engine, "ba con mèo mướp").username == "lan"


def test_changing_needs_the_old_password(engine: Engine) -> None:
    first_password(engine)
    with pytest.raises(WrongPassword), writing(engine) as session:
        accounts.change_password(session, person(session), "not the password", "ba con mèo mướp", NOW)


@pytest.mark.parametrize(
    "new", ["short", "Nguyen.Thi.Lan", "matkhau123", "Mật khẩu 123", "aaaaaaaaaaaa", "the old password", "x" * 201]
)
def test_a_weak_new_password_is_refused(new: str) -> None:
    with pytest.raises(WeakPassword):
        accounts.check_strength("nguyen.thi.lan", "the old password", new)


def test_a_hash_of_older_parameters_is_renewed_at_log_in(engine: Engine) -> None:
    password = first_password(engine)
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)
    with writing(engine) as session:
        session.get_one(Account, person(session).id).password_hash = weak
    log_in(engine, password)
    with reading(engine) as session:
        assert "m=19456,t=2,p=1" in session.get_one(Account, person(session).id).password_hash
    assert log_in(engine, password).username == "lan"


def test_a_damaged_hash_lets_nobody_in(engine: Engine) -> None:
    first_password(engine)
    with writing(engine) as session:
        session.get_one(Account, person(session).id).password_hash = "!"
    wrong(engine, 1)


def test_first_passwords_are_readable_and_differ() -> None:
    made = {accounts.random_password() for _each in range(50)}
    assert len(made) == 50
    assert all(len(each) == 19 and each.replace("-", "").isalpha() for each in made)
