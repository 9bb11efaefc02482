"""The rules of a sitting: who may start, what they get, until when, which attempt counts, what they see afterwards."""

from lopso.attempts.admission import Admission, admission, due_at, tries_left
from lopso.attempts.allowances import allow
from lopso.attempts.by_hand import Collected, Refused, Uncollected, collect, uncollected
from lopso.attempts.counting import counted, counting
from lopso.attempts.handing_in import HandIn, hand_in, hand_in_all, hand_in_asked, submission
from lopso.attempts.marked import MarkedItem, marked_item, marking_quiz
from lopso.attempts.overview import Overview, Result, header_in_force, overviews, result_of
from lopso.attempts.paper import Item, Paper, own_attempt, paper, quiz_in_force, quiz_of_version
from lopso.attempts.replay import Replay, ReplayedItem, replay
from lopso.attempts.saving import KeptAnswer, SentAnswer, save_answers
from lopso.attempts.sheet import SEQUENCE, NotKept, save_sheet
from lopso.attempts.showing import Showing, rules_of, showing, showings
from lopso.attempts.sitting import (
    GRACE,
    is_over,
    overdue,
    refuse_when_over,
    save_answer,
    seconds_left,
    start,
)
from lopso.records.tables import Attempt

__all__ = [
    "GRACE",
    "SEQUENCE",
    "Admission",
    "Attempt",
    "Collected",
    "HandIn",
    "Item",
    "KeptAnswer",
    "MarkedItem",
    "NotKept",
    "Overview",
    "Paper",
    "Refused",
    "Replay",
    "ReplayedItem",
    "Result",
    "SentAnswer",
    "Showing",
    "Uncollected",
    "admission",
    "allow",
    "collect",
    "counted",
    "counting",
    "due_at",
    "hand_in",
    "hand_in_all",
    "hand_in_asked",
    "header_in_force",
    "is_over",
    "marked_item",
    "marking_quiz",
    "overdue",
    "overviews",
    "own_attempt",
    "paper",
    "quiz_in_force",
    "quiz_of_version",
    "refuse_when_over",
    "replay",
    "result_of",
    "rules_of",
    "save_answer",
    "save_answers",
    "save_sheet",
    "seconds_left",
    "showing",
    "showings",
    "start",
    "submission",
    "tries_left",
    "uncollected",
]
