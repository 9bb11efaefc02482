"""Club sessions on a real database: joining, answering, closing and ending, with the time passed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from club_stand import NOW, SECOND, TEACHER, ClubStand, put_quiz, put_school
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from lopso import attempts
from lopso.club import commanding, ending, joining, making, results, standing
from lopso.club.game import TRAVEL
from lopso.club.joining import Removed, WrongWord
from lopso.club.nicknames import BadNickname
from lopso.club.rules import Rules
from lopso.club.wish import Wish
from lopso.errors import Closed, NotFound, PersonError, Unreadable
from lopso.filing.form import FormFaults
from lopso.records import club, documents, sittings
from lopso.records.engine import reading, writing
from lopso.records.gradebook import Gradebook
from lopso.records.tables import Answer, Attempt, Audit, Person
from lopso.web.live_reading import Progress, read_snapshot
from lopso.web.live_telling import Telling

CLOSE = NOW + 20 * SECOND + TRAVEL


def test_a_session_has_a_code_of_six_digits_that_dies_with_it(engine: Engine) -> None:
    stand = ClubStand(engine)
    code = stand.row.code
    assert code is not None
    assert len(code) == 6
    assert code.isdigit()
    with reading(engine) as session:
        assert making.by_code(session, f" {code[:3]} {code[3:]} ").id == stand.id
    stand.say("end", NOW + SECOND)
    assert stand.row.code is None
    with reading(engine) as session, pytest.raises(NotFound):
        making.by_code(session, code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 10_000])
def test_what_is_no_code_finds_nothing(engine: Engine, code: str) -> None:
    with reading(engine) as session, pytest.raises(NotFound):
        making.by_code(session, code)


def test_whoever_joins_has_a_paper_in_the_sessions_order(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    assert [one.participant.number for one in (lan, mai)] == [1, 2]
    assert stand.attempt(lan).seed == stand.attempt(mai).seed == stand.row.seed
    assert stand.attempt(lan).due_at is None
    with reading(engine) as session:
        person = session.get_one(Person, lan.participant.person_id)
    assert (person.full_name, person.occupation, person.username) == ("Lan", "pupil", f"hs-{stand.id[:8]}-1")
    assert stand.row.crowd == 2


def test_two_of_one_name_are_told_apart_before_they_join(engine: Engine) -> None:
    stand, other = ClubStand(engine), ClubStand(engine)
    stand.join("Lan")
    for name in ("Lan", "LAN", "Lăn", "L4n"):
        with pytest.raises(BadNickname):
            stand.join(name)
    stand.join("Lan 6A")
    other.join("Lan")


def test_the_open_question_takes_the_last_answer_before_the_close(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai, tu = (stand.join(name) for name in ("Lan", "Mai", "Tú"))
    stand.say("begin", NOW)
    assert stand.answer(lan, "q0", "y", NOW + SECOND, 1).is_this
    assert stand.answer(lan, "q0", "x", NOW + 19 * SECOND, 2).is_this
    assert not stand.answer(lan, "q0", "y", NOW + 19 * SECOND, 1).is_this  # sent first, came last
    stand.answer(mai, "q0", "y", CLOSE - SECOND / 1000)
    with pytest.raises(Closed):
        stand.answer(tu, "q0", "x", CLOSE)
    assert stand.notice(CLOSE)
    assert not stand.notice(CLOSE)
    assert stand.outcomes("q0") == {"Lan": "right", "Mai": "wrong", "Tú": "unanswered"}
    assert (stand.row.step, stand.row.question) == ("shown", 0)


def test_an_answer_sent_twice_is_kept_once_and_acknowledged_both_times(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    stand.say("begin", NOW)
    assert [stand.answer(lan, "q0", "x", NOW + SECOND, 4).is_this for _ in range(2)] == [True, True]
    with reading(engine) as session:
        assert len(session.scalars(select(Answer)).all()) == 1


def test_only_the_open_question_is_answered(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    with pytest.raises(Closed):
        stand.answer(lan, "q0", "x", NOW)
    stand.say("begin", NOW)
    with pytest.raises(Closed):
        stand.answer(lan, "q1", "x", NOW + SECOND)
    with pytest.raises(NotFound):
        stand.answer(lan, "khong-co", "x", NOW + SECOND)
    with pytest.raises(Unreadable):
        stand.answer(lan, "q0", {"x": 1}, NOW + SECOND)
    stand.say("close", NOW + 2 * SECOND)
    stand.say("show", NOW + 3 * SECOND)
    with pytest.raises(Closed):
        stand.answer(lan, "q0", "x", NOW + 4 * SECOND)  # for the question before
    stand.answer(lan, "q1", "x", NOW + 4 * SECOND)


def test_a_paused_question_takes_no_answer_until_it_goes_on(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    stand.say("begin", NOW)
    stand.say("pause", NOW + SECOND)
    with pytest.raises(Closed):
        stand.answer(lan, "q0", "x", NOW + 2 * SECOND)
    assert not stand.notice(NOW + 3600 * SECOND)
    stand.say("resume", NOW + 3600 * SECOND)
    stand.answer(lan, "q0", "x", NOW + 3610 * SECOND)


def test_quick_and_right_has_more_points_than_slow_and_right(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai, tu = (stand.join(name) for name in ("Lan", "Mai", "Tú"))
    stand.say("begin", NOW)
    stand.answer(lan, "q0", "x", NOW)
    stand.answer(mai, "q0", "x", NOW + 10 * SECOND)
    stand.answer(tu, "q0", "y", NOW + SECOND)
    stand.notice(CLOSE)
    assert stand.scores() == {"Lan": 1000, "Mai": 750, "Tú": 0}
    assert {row.answered_ms for row in stand.points_of("q0").values()} == {0, 10_000, 1000}


def test_where_quickness_does_not_count_everybody_right_has_the_same(engine: Engine) -> None:
    stand = ClubStand(engine, Rules(quick=False))
    lan, mai = stand.join("Lan"), stand.join("Mai")
    stand.say("begin", NOW)
    stand.answer(lan, "q0", "x", NOW)
    stand.answer(mai, "q0", "x", NOW + 19 * SECOND)
    stand.say("close", NOW + 19 * SECOND)
    assert stand.scores() == {"Lan": 1000, "Mai": 1000}


def test_joining_late_is_possible_and_what_was_before_is_unanswered(engine: Engine) -> None:
    stand = ClubStand(engine)
    stand.say("begin", NOW)
    stand.say("close", NOW + SECOND)
    lan = stand.join("Lan", NOW + 2 * SECOND)
    stand.say("show", NOW + 3 * SECOND)
    stand.answer(lan, "q1", "x", NOW + 4 * SECOND)
    stand.say("end", NOW + 5 * SECOND)
    assert stand.outcomes("q1") == {"Lan": "right"}
    with writing(engine) as session:
        attempt = sittings.attempt(session, stand.attempt(lan).id, lock=True)
        assert attempt is not None
        attempts.hand_in(session, attempt, Gradebook(engine), NOW + 60 * SECOND, "system")
    assert stand.attempt(lan).points == 1
    assert stand.outcomes("q0") == {"Lan": "unanswered"}


def test_what_is_held_is_marked_but_shown_only_when_the_teacher_says_so(engine: Engine) -> None:
    stand = ClubStand(engine, Rules(hold=True))
    stand.join("Lan")
    stand.say("begin", NOW)
    stand.notice(CLOSE)
    assert stand.row.step == "closed"
    assert stand.outcomes("q0") == {"Lan": "unanswered"}
    assert stand.say("reveal", CLOSE).step == "shown"


def test_a_button_pressed_twice_or_on_an_old_page_is_once(engine: Engine) -> None:
    stand = ClubStand(engine)
    before = stand.row.revision
    stand.say("begin", NOW, before)
    with pytest.raises(Closed):
        stand.say("begin", NOW, before)
    shown = stand.say("close", NOW + SECOND, stand.row.revision).revision
    stand.say("show", NOW + 2 * SECOND, shown)
    with pytest.raises(Closed):
        stand.say("show", NOW + 3 * SECOND, shown)
    assert stand.row.question == 1


def test_closing_what_time_has_closed_in_the_same_moment_is_no_fault(engine: Engine) -> None:
    stand = ClubStand(engine)
    opened = stand.say("begin", NOW).revision
    assert stand.say("close", CLOSE + SECOND, opened).step == "shown"


@pytest.mark.parametrize(("verb", "values"), [("burn", {}), ("add_time", {"seconds": "viel"}), ("__init__", {})])
def test_what_is_no_word_of_the_teachers_is_refused(engine: Engine, verb: str, values: dict[str, str]) -> None:
    stand = ClubStand(engine)
    stand.say("begin", NOW)
    with pytest.raises(Unreadable):
        stand.say(verb, NOW + SECOND, **values)


def test_whoever_is_removed_answers_no_more_and_stands_nowhere(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    stand.say("begin", NOW)
    stand.answer(lan, "q0", "x", NOW + SECOND)
    with writing(engine) as session:
        joining.remove(session, stand.id, lan.participant.id, TEACHER, NOW + 2 * SECOND)
        joining.remove(session, stand.id, lan.participant.id, TEACHER, NOW + 2 * SECOND)
    with pytest.raises(Removed):
        stand.answer(lan, "q0", "y", NOW + 3 * SECOND, 2)
    with writing(engine) as session, pytest.raises(Removed):
        joining.come_back(session, stand.id, "Lan", lan.word, NOW)
    with pytest.raises(BadNickname):
        stand.join("Lan")
    stand.notice(CLOSE)
    with reading(engine) as session:
        assert [one.nickname for one in standing.ranked(club.participants(session, stand.id))] == ["Mai"]
    assert mai.participant.epoch == 0


def test_a_renamed_participant_keeps_everything_else(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, _mai = stand.join("Lan"), stand.join("Mai")
    with writing(engine) as session, pytest.raises(BadNickname):
        joining.rename(session, stand.id, lan.participant.id, "mai", TEACHER, NOW)
    with writing(engine) as session:
        joining.rename(session, stand.id, lan.participant.id, "LAN", TEACHER, NOW)
    with reading(engine) as session:
        assert session.get_one(Person, lan.participant.person_id).full_name == "LAN"
        assert joining.come_back(session, stand.id, "lan", lan.word, NOW).id == lan.participant.id


def test_a_participant_of_another_session_cannot_be_touched(engine: Engine) -> None:
    stand, other = ClubStand(engine), ClubStand(engine)
    lan = other.join("Lan")
    for change in (joining.remove, joining.new_word_for):
        with writing(engine) as session, pytest.raises(NotFound):
            change(session, stand.id, lan.participant.id, TEACHER, NOW)
    other.say("begin", NOW)
    stand.say("begin", NOW)
    held = stand.id
    stand.id = other.id
    stand.answer(lan, "q0", "x", NOW + SECOND)
    stand.id = held
    with pytest.raises(NotFound):
        stand.answer(lan, "q0", "x", NOW + SECOND, 2)


def test_name_and_word_bring_back_and_nothing_less(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    with writing(engine) as session:
        back = joining.come_back(session, stand.id, " LAN ", lan.word.upper(), NOW)
    assert back.id == lan.participant.id
    for name, word in (("Lan", mai.word), ("Tú", lan.word), ("", ""), ("Lan", ""), ("Lan", "x" * 10_000)):
        with writing(engine) as session, pytest.raises(WrongWord):
            joining.come_back(session, stand.id, name, word, NOW)


def test_a_new_word_ends_the_old_one_and_every_phone(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    with writing(engine) as session:
        word = joining.new_word_for(session, stand.id, lan.participant.id, TEACHER, NOW)
    with writing(engine) as session, pytest.raises(WrongWord):
        joining.come_back(session, stand.id, "Lan", lan.word, NOW)
    with writing(engine) as session:
        assert joining.come_back(session, stand.id, "Lan", word, NOW).epoch == 1


def test_teams_are_those_of_the_list_or_what_is_typed(engine: Engine) -> None:
    listed = ClubStand(engine, Rules(teams="listed", team_names=("6A", "6B")))
    assert listed.join("Lan", team=" 6A ").participant.team == "6A"
    for team in ("", "6C", "x" * 10_000):
        with pytest.raises(PersonError):
            listed.join("Mai", team=team)
    free = ClubStand(engine, Rules(teams="free"))
    assert free.join("Lan", team="7 C").participant.team == "7 C"
    for team in ("", "fuck", "a\x00", "x" * 31):
        with pytest.raises(PersonError):
            free.join("Mai", team=team)
    assert ClubStand(engine).join("Lan", team="6A").participant.team == ""


def test_an_early_close_takes_nobodys_quickness_away_and_added_time_melts_on(engine: Engine) -> None:
    stand = ClubStand(engine, Rules(quick=True, seconds=20))
    lan = stand.join("Lan")
    stand.say("begin", NOW)
    stand.answer(lan, "q0", "x", NOW + 2 * SECOND)
    stand.say("close", NOW + 3 * SECOND)
    stand.notice(NOW + 5 * SECOND)
    assert stand.scores() == {"Lan": 950}
    stand.say("show", NOW + 20 * SECOND)
    stand.say("add_time", NOW + 21 * SECOND, seconds=30)
    stand.answer(lan, "q1", "x", NOW + 45 * SECOND)
    stand.notice(NOW + 80 * SECOND)
    assert stand.scores() == {"Lan": 950 + 750}


def test_places_are_shared_and_teams_stand_by_their_mean(engine: Engine) -> None:
    stand = ClubStand(engine, Rules(teams="listed", team_names=("A", "B"), quick=False))
    lan, mai, tu = (stand.join(name, team=team) for name, team in (("Lan", "A"), ("Mai", "B"), ("Tú", "B")))
    stand.say("begin", NOW)
    for who, what in ((lan, "x"), (mai, "x"), (tu, "y")):
        stand.answer(who, "q0", what, NOW + SECOND)
    stand.notice(CLOSE)
    with reading(engine) as session:
        places = standing.ranked(club.participants(session, stand.id))
        assert [(one.place, one.nickname) for one in places] == [
            (1, "Lan"),
            (1, "Mai"),
            (3, "Tú"),
        ]
        assert [(one.place, one.team, one.score) for one in standing.teams_of(places)] == [
            (1, "A", 1000),
            (2, "B", 500),
        ]
        first = results.results_of(session, stand.row).questions[0]
    assert (first.right, first.partly, first.wrong, first.unanswered) == (2, 0, 1, 0)


def test_after_the_end_every_paper_is_handed_in_with_the_marks_that_were_shown(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    stand.say("begin", NOW)
    stand.answer(lan, "q0", "x", NOW + SECOND)
    stand.say("end", NOW + 2 * SECOND)  # in mid-question: what was answered counts
    assert stand.outcomes("q0") == {"Lan": "right", "Mai": "unanswered"}
    late = NOW + 10 * SECOND
    with reading(engine) as session:
        assert set(attempts.overdue(session, late)) == {stand.attempt(lan).id, stand.attempt(mai).id}
        assert club.to_hand_in(session) == [stand.id]
        assert not ending.finish(session, stand.id, late)
    for attempt_id in (stand.attempt(lan).id, stand.attempt(mai).id):
        with writing(engine) as session:
            attempt = sittings.attempt(session, attempt_id, lock=True)
            assert attempt is not None
            attempts.hand_in(session, attempt, Gradebook(engine), late, "system")
    assert [stand.attempt(who).points for who in (lan, mai)] == [1, 0]
    assert stand.attempt(lan).submitted_at == NOW + 2 * SECOND
    with writing(engine) as session:
        assert ending.finish(session, stand.id, late)
    assert stand.row.handed_in_at == late
    with reading(engine) as session:
        assert {"begin-session", "end-session", "make-session"} <= set(session.scalars(select(Audit.verb)))


def test_at_own_pace_nothing_is_said_of_questions_that_no_paper_drew(engine: Engine) -> None:
    put_quiz(engine, 30, header="[[draw]]\ncount = 2\n")
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    stand.join("Lan")
    stand.say("begin", NOW)
    with reading(engine) as session:
        assert len(results.results_of(session, stand.row).questions) == 30
    stand.say("end", NOW + SECOND)
    late = NOW + dt.timedelta(minutes=5)
    with writing(engine) as session:
        for attempt_id in sittings.due(session, late):
            attempts.hand_in(session, session.get_one(Attempt, attempt_id), Gradebook(engine), late)
    with reading(engine) as session:
        found = results.results_of(session, stand.row).questions
        told = Telling(read_snapshot(session, stand.id)).control(Progress({}, frozenset()), (), late)["questions"]
    assert len(found) == 2
    assert [(one.number, one.id) for one in found] == [(one["number"], one["id"]) for one in told]


def test_at_own_pace_answers_count_until_the_sessions_time_is_up(engine: Engine) -> None:
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    assert stand.attempt(lan).seed != stand.attempt(mai).seed
    with pytest.raises(Closed):
        stand.answer(lan, "q0", "x", NOW, own=True)  # in the lobby
    stand.say("begin", NOW)
    end = NOW + dt.timedelta(minutes=10)
    assert stand.attempt(lan).due_at == end
    late = stand.join("Tú", NOW + SECOND)
    assert stand.attempt(late).due_at == end
    assert stand.answer(lan, "q2", "x", NOW + SECOND, own=True).is_this
    stand.say("add_time", NOW + SECOND, seconds=300)
    assert stand.attempt(lan).due_at == stand.row.closes_at == end + dt.timedelta(minutes=5)
    stand.say("end", NOW + dt.timedelta(minutes=3))
    assert stand.attempt(mai).due_at == NOW + dt.timedelta(minutes=3)
    with pytest.raises(Closed):
        stand.answer(lan, "q1", "x", NOW + dt.timedelta(minutes=4), own=True)
    with pytest.raises(Closed):
        stand.join("Ánh", NOW + dt.timedelta(minutes=4))


def test_in_a_contest_each_entry_has_its_own_time_within_the_contests(engine: Engine) -> None:
    opens, closes = NOW + dt.timedelta(hours=1), NOW + dt.timedelta(days=3)
    stand = ClubStand(engine, mode="own", contest=True, opens_at=opens, closes_at=closes, planned_minutes=30)
    with pytest.raises(Closed):
        stand.join("Lan", NOW, unit_id=stand.unit_id)
    with pytest.raises(PersonError):
        stand.join("Lan", opens, unit_id=None)
    lan = stand.join("Lan", opens, unit_id=stand.unit_id)
    last = stand.join("Mai", closes - dt.timedelta(minutes=5), unit_id=stand.unit_id)
    assert stand.attempt(lan).due_at == opens + dt.timedelta(minutes=30)
    assert stand.attempt(last).due_at == closes
    assert stand.notice(closes)
    assert stand.row.state == "ended"
    assert stand.attempt(lan).due_at == opens + dt.timedelta(minutes=30)


def test_a_quiz_withdrawn_meanwhile_is_played_to_its_end(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    with writing(engine) as session:
        documents.withdraw(session, "quiz", ())
    stand.say("begin", NOW)
    stand.answer(lan, "q0", "x", NOW + SECOND)
    stand.say("end", NOW + SECOND)
    assert stand.outcomes("q0") == {"Lan": "right"}


def test_the_version_played_is_the_one_the_session_began_with(engine: Engine) -> None:
    stand = ClubStand(engine)
    version = stand.row.version
    put_quiz(engine, questions=5)
    assert stand.row.version == version
    assert ClubStand(engine).row.version != version


@pytest.mark.parametrize(
    "header",
    ["opens = 2030-01-01T08:00:00Z\n", 'closes = 2030-01-01T08:00:00Z\nshow_when = "after_close"\n'],
)
def test_a_quiz_whose_keys_are_to_be_kept_is_not_played(engine: Engine, header: str) -> None:
    put_quiz(engine, header=header)
    unit, teacher = put_school(engine)
    with writing(engine) as session, pytest.raises(FormFaults):
        making.make(session, teacher, Wish("thu", unit, "6A"), NOW)


def test_what_a_person_marks_is_not_played_together(engine: Engine) -> None:
    put_quiz(
        engine,
        header='counts = "last"\n',
        more='[[question]]\nid = "w"\nkind = "writing"\nprompt = "Viết"\ntopic = "a"\n'
        '[[question.criterion]]\nid = "c"\ntext = "Rõ"\npoints = 1\n',
    )
    unit, teacher = put_school(engine)
    wish = Wish("thu", unit, "6A")
    with writing(engine) as session, pytest.raises(FormFaults):
        making.make(session, teacher, wish, NOW)
    with writing(engine) as session:
        making.make(session, teacher, replace(wish, mode="own"), NOW)


def test_a_stop_in_mid_question_is_given_back_once(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan = stand.join("Lan")
    stand.say("begin", NOW)
    with writing(engine) as session:
        commanding.see(session, NOW + 10 * SECOND)
    back = NOW + 30 * SECOND
    with writing(engine) as session:
        assert commanding.give_back(session, stand.id, back)
        assert not commanding.give_back(session, stand.id, back)
    assert stand.row.answers_until == CLOSE + 22 * SECOND
    stand.answer(lan, "q0", "x", NOW + 41 * SECOND)
    stand.notice(CLOSE + 22 * SECOND)
    assert stand.outcomes("q0") == {"Lan": "right"}


def test_a_stop_at_own_pace_is_given_back_to_every_paper(engine: Engine) -> None:
    stand = ClubStand(engine, mode="own", planned_minutes=10)
    lan = stand.join("Lan")
    stand.say("begin", NOW)
    with writing(engine) as session:
        commanding.see(session, NOW + 60 * SECOND)
    with writing(engine) as session:
        assert commanding.give_back(session, stand.id, NOW + 160 * SECOND)
    later = NOW + dt.timedelta(minutes=10) + 102 * SECOND
    assert stand.row.closes_at == stand.attempt(lan).due_at == later


def test_no_two_participants_have_one_number(engine: Engine) -> None:
    stand = ClubStand(engine)
    lan, mai = stand.join("Lan"), stand.join("Mai")
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.merge(mai.participant).number = lan.participant.number
