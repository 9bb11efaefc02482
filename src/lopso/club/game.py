"""The game as rules: what may happen next in a session, by its state and the server's time alone.

At own pace a session is a lobby, a clock and an end. Together, the teacher shows one question after another: each is
open until its time is up, then closed (marked), then shown with its key; a standing may follow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from lopso.errors import Closed
from lopso.words import catalogue

_ = catalogue("club_rules")

Mode = Literal["together", "own"]
State = Literal["lobby", "running", "paused", "ended"]
Step = Literal["", "question", "closed", "shown", "standing"]
#: From when until when the clock of a question stood; None: it still does.
Pause = tuple[dt.datetime, dt.datetime | None]

#: An answer given in the last instant is on its way for a moment: pages count down to this much before the close.
TRAVEL = dt.timedelta(seconds=0.75)
#: What everybody gets on top after the service was away, to find back.
FIND_BACK = dt.timedelta(seconds=2)
#: A service that was away for less was only busy.
AWAY = dt.timedelta(seconds=3)
#: After a longer stop nobody is in the room any more.
GONE_HOME = dt.timedelta(hours=1)
#: A session that nobody ended is over a day after it began, or was made.
FORGOTTEN = dt.timedelta(days=1)
#: What may be added at once: to a question, and to a session at own pace.
ADDED = {"together": (5.0, 600.0), "own": (60.0, 24 * 3600.0)}


@dataclass(frozen=True)
class Game:
    """A session as far as its rules need it; `count` is the number of questions, `seconds` the time for each.

    `question` is the place of the one that is or was open last, -1 before the first. `hold`: what was closed is shown
    only when the teacher says so. `closes_at` ends a session at own pace; `minutes` is how long it is once begun.
    """

    mode: Mode
    count: int
    seconds: float = 20.0
    hold: bool = False
    minutes: int = 45
    state: State = "lobby"
    step: Step = ""
    question: int = -1
    made_at: dt.datetime | None = None
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    opened_at: dt.datetime | None = None
    answers_until: dt.datetime | None = None
    paused_left: float | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether a question takes answers, or will when the pause is over."""
        return self.step == "question" and self.state in ("running", "paused")

    @property
    def has_next(self) -> bool:
        """Tell whether there is a question after this one."""
        return self.question + 1 < self.count


def as_of(game: Game, now: dt.datetime) -> Game:
    """Give the game as time has made it, whether anybody has noticed or not."""
    if game.state == "lobby" and game.opens_at and now >= game.opens_at:
        game = begin(game, game.opens_at)
    over = _over_at(game)
    if over and now >= over:
        return end(game, over)
    if game.state == "running" and game.step == "question" and game.answers_until and now >= game.answers_until:
        return replace(game, step="closed")
    return game


def _over_at(game: Game) -> dt.datetime | None:
    """Give the time at which a session ends by itself; None for one that has ended."""
    if game.state == "ended":
        return None
    since = game.started_at or game.made_at
    return game.closes_at or (since + FORGOTTEN if since else None)


def begin(game: Game, now: dt.datetime) -> Game:
    """Leave the lobby: the first question is open, or the clock of a session at own pace runs."""
    if game.state == "ended":
        raise Closed(_("This session has ended."), _("Start a new one."))
    if game.state != "lobby":
        raise Closed(_("This session has begun already."), _("Look at the page again."))
    running = replace(game, state="running", started_at=now)
    if game.mode == "together":
        return show(running, now)
    return replace(running, closes_at=game.closes_at or now + dt.timedelta(minutes=game.minutes))


def show(game: Game, now: dt.datetime) -> Game:
    """Open the next question."""
    _together(game, "running")
    if game.step == "question":
        raise Closed(_("This question is still open."), _("Close it first."))
    if not game.has_next:
        raise Closed(_("That was the last question."), _("End the session."))
    return replace(
        game,
        step="question",
        question=game.question + 1,
        opened_at=now,
        answers_until=now + dt.timedelta(seconds=game.seconds) + TRAVEL,
        pauses=(),
    )


def close(game: Game, now: dt.datetime) -> Game:
    """Close the open question now, for all alike."""
    _together(game, "running")
    if game.step != "question" or game.answers_until is None:
        raise Closed(_("No question is open."), _("Look at the page again."))
    return replace(game, step="closed", answers_until=min(now, game.answers_until))


def reveal(game: Game, now: dt.datetime) -> Game:  # noqa: ARG001 - as every verb
    """Show key, explanation and bars of the closed question."""
    _together(game, "running")
    if game.step != "closed":
        raise Closed(_("There is nothing to show yet."), _("Close the question first."))
    return replace(game, step="shown")


def standing(game: Game, now: dt.datetime) -> Game:  # noqa: ARG001
    """Show who stands where."""
    _together(game, "running")
    if game.step != "shown":
        raise Closed(_("The standing comes after a question."), _("Show its answer first."))
    return replace(game, step="standing")


def pause(game: Game, now: dt.datetime) -> Game:
    """Stop the clock; nobody answers until it goes on."""
    _together(game, "running")
    if game.step != "question" or game.answers_until is None:
        return replace(game, state="paused")
    left = max(0.0, (game.answers_until - now).total_seconds())
    return replace(game, state="paused", answers_until=None, paused_left=left, pauses=(*game.pauses, (now, None)))


def resume(game: Game, now: dt.datetime) -> Game:
    """Let the clock go on where it stood."""
    _together(game, "paused")
    if game.step != "question":
        return replace(game, state="running")
    until = now + dt.timedelta(seconds=game.paused_left or 0.0)
    pauses = tuple((since, to or now) for since, to in game.pauses)
    return replace(game, state="running", answers_until=until, paused_left=None, pauses=pauses)


def skip(game: Game, now: dt.datetime) -> Game:  # noqa: ARG001
    """Take the open question back without a key and without points; where none is open, leave the next one out."""
    _together(game, "running", "paused")
    free = replace(game, state="running", step="", answers_until=None, paused_left=None, pauses=())
    if game.step in ("question", "closed"):
        return free
    if not game.has_next:
        raise Closed(_("That was the last question."), _("End the session."))
    return replace(free, question=game.question + 1)


def add_time(game: Game, now: dt.datetime, seconds: float = 30.0) -> Game:  # noqa: ARG001
    """Give everybody more time for the open question, or for the whole at own pace."""
    low, high = ADDED[game.mode]
    if not low <= seconds <= high:  # false for what is no number, too
        raise Closed(_("This is not a time that can be added."), _("Choose one of the times offered."))
    more = dt.timedelta(seconds=seconds)
    if game.mode == "own":
        if game.state != "running" or game.closes_at is None:
            raise Closed(_("The clock of this session does not run."), _("Begin the session first."))
        return replace(game, closes_at=game.closes_at + more)
    _together(game, "running", "paused")
    if game.step != "question":
        raise Closed(_("No question is open."), _("Look at the page again."))
    if game.answers_until is None:
        return replace(game, paused_left=(game.paused_left or 0.0) + seconds)
    return replace(game, answers_until=game.answers_until + more)


def end(game: Game, now: dt.datetime) -> Game:
    """End the session for good."""
    if game.state == "ended":
        raise Closed(_("This session has ended."), _("See its results."))
    closes = min(now, game.closes_at) if game.closes_at else now
    return replace(game, state="ended", step="", ended_at=now, closes_at=closes, answers_until=None, paused_left=None)


def give_back(game: Game, seen_at: dt.datetime | None, now: dt.datetime) -> Game:
    """Give back the time during which no service was there: to the open question, or to a session at own pace.

    Not where it was away for so long that everybody has gone home, nor in a contest, which ends when it was said to.
    """
    if seen_at is None or not AWAY <= now - seen_at <= GONE_HOME or game.state != "running":
        return game
    if game.mode == "own":
        is_contest = game.opens_at is not None
        if game.closes_at is None or seen_at >= game.closes_at or is_contest:
            return game
        return replace(game, closes_at=game.closes_at + (now - seen_at) + FIND_BACK)
    if game.step != "question" or game.answers_until is None or game.opened_at is None or seen_at >= game.answers_until:
        return game
    since = max(seen_at, game.opened_at)
    until = game.answers_until + (now - since) + FIND_BACK
    return replace(game, answers_until=until, pauses=(*game.pauses, (since, now)))


def seconds_left(game: Game, now: dt.datetime) -> float | None:
    """Count the seconds that pages count down: to the close of the question, or the end at own pace; None without."""
    if game.mode == "own":
        running = game.state == "running" and game.closes_at is not None
        return max(0.0, round((game.closes_at - now).total_seconds(), 1)) if running and game.closes_at else None
    if not game.is_open:
        return None
    if game.answers_until is None:
        return max(0.0, round((game.paused_left or 0.0) - TRAVEL.total_seconds(), 1))
    return max(0.0, round((game.answers_until - TRAVEL - now).total_seconds(), 1))


def elapsed(game: Game, moment: dt.datetime) -> float:
    """Count the seconds from the opening of the question to `moment`, pauses apart."""
    if game.opened_at is None:
        return 0.0
    stood = dt.timedelta()
    for since, to in game.pauses:
        stood += max(dt.timedelta(), min(to or moment, moment) - since)
    return max(0.0, (moment - game.opened_at - stood).total_seconds())


def points(share: float, taken: float, whole: float, *, quick: bool) -> int:
    """Give the game points for a share (0 to 1) of a question answered after `taken` of `whole` seconds.

    1,000 for all of it; where quickness counts, half of that melts away evenly within them.
    """
    if share <= 0:
        return 0
    slow = min(1.0, max(0.0, taken / whole)) if quick and whole > 0 else 0.0
    return round(1000 * min(1.0, share) * (1 - slow / 2))


def allowed(game: Game, now: dt.datetime) -> list[str]:
    """List the verbs that may be said now."""
    return [name for name, verb in VERBS.items() if _may(verb, game, now)]


def _may(verb: Callable[..., Game], game: Game, now: dt.datetime) -> bool:
    try:
        verb(game, now, **({"seconds": ADDED[game.mode][0]} if verb is add_time else {}))
    except Closed:
        return False
    return True


def following(game: Game) -> str | None:
    """Name the verb that usually comes next; None where there is none but to end."""
    if game.state in ("lobby", "paused"):
        return "begin" if game.state == "lobby" else "resume"
    if game.state == "ended" or game.mode == "own":
        return None
    usual = {"question": "close", "closed": "reveal"}
    return usual.get(game.step) or ("show" if game.has_next else None)


def _together(game: Game, *states: str) -> None:
    """Raise Closed unless the game is played together and is in one of the states."""
    if game.mode != "together":
        raise Closed(_("At own pace there is no common question."), _("Add time or end the session."))
    said = {
        "lobby": (_("This session has not begun."), _("Begin the session first.")),
        "running": (_("The session is not paused."), _("Look at the page again.")),
        "paused": (_("The session is paused."), _("Let it go on first.")),
        "ended": (_("This session has ended."), _("See its results.")),
    }
    if game.state not in states:
        raise Closed(*said[game.state])


VERBS: dict[str, Callable[..., Game]] = {
    verb.__name__: verb for verb in (begin, show, close, reveal, standing, pause, resume, skip, add_time, end)
}
#: Verbs that take a value besides: its name.
VALUES: dict[str, dict[str, Any]] = {"add_time": {"seconds": float}}
