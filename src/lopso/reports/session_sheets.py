"""A session's results as a workbook: in short, by pupil, by question, by class and by school."""

from __future__ import annotations

import datetime as dt
import io

from lopso.club.results import GroupResult, PupilResult, QuestionResult, Results
from lopso.reports.sheet import Columns, Rows, Share, Value, write_sheets
from lopso.vietnamese import clock, date
from lopso.words import catalogue

_ = catalogue("club_after")


def session_xlsx(found: Results, zone: dt.tzinfo) -> bytes:
    """Write the results as XLSX; nicknames stay text, whatever they look like."""
    sheets: dict[str, tuple[Columns, Rows]] = {
        _("Summary"): ((_("What"), _("Value")), facts_of(found, zone)),
        _("Pupils"): _pupils(found, zone),
        _("Questions"): (_question_columns(), [_question(one) for one in found.questions]),
    }
    if found.classes:
        sheets[_("Classes")] = _groups(_("Class"), found.classes)
    if found.schools:
        sheets[_("Schools")] = _groups(_("School"), found.schools)
    buffer = io.BytesIO()
    write_sheets(buffer, sheets, sample=found.held.sample, notes=(heading_of(found),))
    return buffer.getvalue()


def heading_of(found: Results) -> str:
    """Name a session: quiz, class, school."""
    return _("Results: {quiz}, {title}, {school}").format(
        quiz=found.quiz.title, title=found.held.title, school=found.school
    )


def facts_of(found: Results, zone: dt.tzinfo) -> list[tuple[str, Value]]:
    """List what is told of a session in short; what nobody noted is left out."""
    held = found.held
    facts: list[tuple[str, Value]] = [
        (_("School or unit"), found.school),
        (_("Class or club"), held.title),
        (_("Grade"), held.grade),
        (_("Held at"), held.place),
        (_("Teacher"), found.teacher),
        (_("Quiz"), found.quiz.title),
        (_("Way of playing"), way_of(found)),
        (_("Date"), when_of(found, zone)),
        (_("Pupils expected"), held.expected),
        (_("Pupils who took part"), len(found.pupils)),
        (_("Mean share of points"), None if found.mean is None else Share(found.mean)),
        (_("Pupils who passed"), found.passed),
    ]
    if found.waiting:
        facts.append((_("Papers that wait for a marker"), found.waiting))
    return [(name, value) for name, value in facts if value not in ("", None)]


def way_of(found: Results) -> str:
    """Say how it was played."""
    if found.held.contest:
        return _("contest")
    return _("together") if found.held.mode == "together" else _("own pace")


def when_of(found: Results, zone: dt.tzinfo) -> str:
    """Say from when until when, in local time."""
    begun = (found.held.started_at or found.held.opens_at or found.held.made_at).astimezone(zone)
    ended = found.held.ended_at.astimezone(zone) if found.held.ended_at else None
    if ended is None:
        return f"{clock(begun)}, {date(begun.date())}"
    if ended.date() == begun.date():
        return f"{clock(begun)}–{clock(ended)}, {date(begun.date())}"
    return f"{clock(begun)}, {date(begun.date())} – {clock(ended)}, {date(ended.date())}"


def _pupils(found: Results, zone: dt.tzinfo) -> tuple[Columns, Rows]:
    asked = [one for one in found.questions if one.asked]
    columns = [_("Place"), _("Number"), _("Nickname"), _("Class")]
    columns += [_("School")] if found.schools else []
    columns += [_("Joined at"), _("Answered"), _("Right"), _("Points"), _("Of"), _("Share")]
    columns += [_("Game points")] if found.held.mode == "together" else []
    columns += [_("Question {n}").format(n=one.number) for one in asked]
    return columns, [_pupil(found, one, asked, zone) for one in found.pupils]


def _pupil(found: Results, one: PupilResult, asked: list[QuestionResult], zone: dt.tzinfo) -> list[Value]:
    row: list[Value] = [one.place, one.number, one.nickname, one.team]
    row += [one.school] if found.schools else []
    share = None if one.percent is None else Share(one.percent)
    row += [one.joined_at.astimezone(zone), one.answered, one.right, one.points, one.max_points, share]
    row += [one.score] if found.held.mode == "together" else []
    return row + [outcome_word(one.marks.get(question.id, "unanswered")) for question in asked]


def outcome_word(outcome: str) -> str:
    """Say an outcome in a word."""
    words = {
        "right": _("right"),
        "partly": _("partly"),
        "wrong": _("wrong"),
        "unanswered": _("none"),
        "waiting": _("waits"),
        "recorded": _("noted"),
    }
    return words.get(outcome, outcome)


def _question_columns() -> Columns:
    counts = (_("Right"), _("Partly right"), _("Wrong"), _("No answer"), _("Waits for a marker"), _("Share right"))
    return (_("Number"), _("Question"), *counts)


def _question(one: QuestionResult) -> tuple[Value, ...]:
    text = one.text if one.asked else _("{text} (not asked)").format(text=one.text)
    share = None if one.percent is None else Share(one.percent)
    return one.number, text, one.right, one.partly, one.wrong, one.unanswered, one.waiting, share


def _groups(name: str, groups: tuple[GroupResult, ...]) -> tuple[Columns, Rows]:
    columns = (_("Place"), name, _("Pupils"), _("Mean share of points"), _("Best share"), _("Mean game points"))
    return columns, [
        (
            one.place,
            one.name or _("(none named)"),
            one.pupils,
            None if one.mean is None else Share(one.mean),
            None if one.best is None else Share(one.best),
            round(one.score, 1),
        )
        for one in groups
    ]
