"""What is told of a club session: to a pupil, to the teacher, to the projector. Nothing of a key before it is shown.

What all pupils have in common is written as JSON once; each one's own part is put into it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from string import ascii_uppercase
from typing import Any

from lopso.club.game import allowed, following, seconds_left
from lopso.markup import line_to_html, to_html
from lopso.pages.fieldset import fieldset
from lopso.questions.keys import key_shown
from lopso.questions.question import Question, prompt
from lopso.web.live_reading import Given, Member, Progress, Sitting, Snapshot
from lopso.words import catalogue

_ = catalogue("club_rules")

#: Where a pupil's page finds the pictures of the quiz: they have no account.
PUPILS_MEDIA = "/play/media"
#: How many a leaderboard names, and the teacher's page.
BEST, JOINED = 10, 200
#: Seconds over which phones spread what all of them ask for: at the least, and for each of them.
LEAST_SPREAD, PAPER_SECONDS = 1.5, 0.01
_OUTCOMES = ("right", "partly", "wrong", "unanswered")


class Telling:
    """A snapshot as JSON."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._reasons: dict[str, str] = {}

    # ------------------------------------------------------------------------------------------------ pupils

    def pupil(
        self, member: Member, given: Given | None, now: dt.datetime, sitting: Sitting | None = None
    ) -> dict[str, Any]:
        """Tell a pupil everything, as a document."""
        told: dict[str, Any] = json.loads(self.pupil_json(member, given, now, sitting))
        return told

    def pupil_json(
        self,
        member: Member,
        given: Given | None,
        now: dt.datetime,
        sitting: Sitting | None = None,
        *,
        alone: bool = False,
    ) -> bytes:
        """Tell a pupil everything, as JSON; `sitting` is that of a paper at own pace, where it was read.

        `alone`: nobody else is told at this moment, so that the phone need not wait before it asks for more.
        """
        if member.removed_at is not None:
            return _json({"revision": self.snapshot.club.revision, "state": "ended", "step": "removed"})
        own = {
            "me": self._me(member),
            "spread": 0.0 if alone else self.spread,
            "result": self._result(member),
            "standing": self._standing(member),
            "teams": self._teams(member.team),
            **self._own(sitting, now),
        }
        return b"".join([self._common[:-1], b',"question":', self._question_json(given, now), b",", _json(own)[1:]])

    @cached_property
    def _common(self) -> bytes:
        return _json(
            {
                "revision": self.snapshot.club.revision,
                "title": self.snapshot.club.title,
                "mode": self.snapshot.game.mode,
                "state": self.snapshot.game.state,
                "step": self.step,
                **self._released(PUPILS_MEDIA),
            }
        )

    @cached_property
    def spread(self) -> float:
        """Give in how many seconds the phones may ask for their papers: all at once they would wait for each other."""
        return round(max(LEAST_SPREAD, len(self.snapshot.here) * PAPER_SECONDS), 1)

    @property
    def step(self) -> str:
        """Name what pages show."""
        game = self.snapshot.game
        if game.state in ("paused", "ended"):
            return game.state
        if game.mode == "own":
            return "lobby" if game.state == "lobby" else "question"
        return game.step or "lobby"

    def _me(self, member: Member) -> dict[str, Any]:
        # Where nobody has any points, all are first.
        place = self.snapshot.places.get(member.id) if self.snapshot.rules.leaderboard and member.score else None
        return {"nickname": member.nickname, "team": member.team, "score": member.score, "place": place}

    def _result(self, member: Member) -> dict[str, Any] | None:
        found = self.snapshot.results.get(member.id) if self.step in ("shown", "standing") else None
        if found is None:
            return None
        return {
            "outcome": found.outcome,
            "points": found.points,
            "max": found.max_points,
            "score": found.score,
            "reason": self._reason(found.reason),
        }

    def _reason(self, text: str) -> str:
        """Write a reason as HTML, each once: most pupils have one of a few."""
        if text and text not in self._reasons:
            self._reasons[text] = to_html(text, PUPILS_MEDIA)
        return self._reasons.get(text, "")

    def _question_json(self, given: Given | None, now: dt.datetime) -> bytes:
        if self._asked is None:
            return b"null"
        own = {
            "left": seconds_left(self.snapshot.game, now) or 0.0,
            "seq": given.seq if given else 0,
            "value": given.body if given else None,
        }
        return self._asked[:-1] + b"," + _json(own)[1:]

    @cached_property
    def _asked(self) -> bytes | None:
        question = self._question(PUPILS_MEDIA)
        return _json(question) if question else None

    def _standing(self, member: Member) -> list[dict[str, Any]] | None:
        best = self._best
        if best is None or self.step not in ("standing", "ended"):
            return None
        rows = [{**row, "me": one.participant_id == member.id} for row, one in best]
        if not any(row["me"] for row in rows) and member.id in self.snapshot.places:
            place = self.snapshot.places[member.id]
            rows.append({"place": place, "nickname": member.nickname, "score": member.score, "me": True})
        return rows

    @cached_property
    def _best(self) -> list[tuple[dict[str, Any], Any]] | None:
        if not self.snapshot.rules.leaderboard or self.snapshot.game.mode != "together":
            return None
        first = self.snapshot.ranked[:BEST]
        return [({"place": one.place, "nickname": one.nickname, "score": one.score}, one) for one in first]

    def _teams(self, team: str = "") -> list[dict[str, Any]] | None:
        if self._best is None or not self.snapshot.teams or self.step not in ("standing", "ended"):
            return None
        rows = self.snapshot.teams
        return [{"place": one.place, "team": one.team, "score": one.score, "me": one.team == team} for one in rows]

    def _own(self, sitting: Sitting | None, now: dt.datetime) -> dict[str, Any]:
        """Tell of a paper at own pace how long it may still take, and whether it is handed in.

        In a contest each paper has its own time; otherwise all have the session's.
        """
        if sitting is None:
            is_common = self.snapshot.game.mode == "own" and not self.snapshot.club.contest
            return {"left": seconds_left(self.snapshot.game, now) if is_common else None, "handed_in": False}
        left = max(0.0, round((sitting.due_at - now).total_seconds(), 1)) if sitting.due_at else None
        return {"left": left, "handed_in": sitting.submitted_at is not None}

    # ----------------------------------------------------------------------------------- teacher and projector

    def control(self, progress: Progress, online: Collection[int], now: dt.datetime) -> dict[str, Any]:
        """Tell the teacher everything."""
        here = self.snapshot.here
        there = progress.seen.union(online)
        return {
            **self._state(now),
            "may": allowed(self.snapshot.game, now),
            **self._counts(progress, there),
            "joined": [
                {
                    "id": one.id,
                    "number": one.number,
                    "nickname": one.nickname,
                    "team": one.team,
                    "answered": progress.answered.get(one.id, 0),
                    "score": one.score,
                    "online": one.id in there,
                }
                for one in here[-JOINED:]
            ],
            "questions": [
                self._tallied(number, question)
                for number, question in enumerate(self.snapshot.paper, 1)
                # At own pace each draws a paper from the bank: only what was answered says something.
                if self.snapshot.game.mode == "together" or question.id in self.snapshot.tally
            ],
        }

    def screen(self, progress: Progress, online: Collection[int], media: str, now: dt.datetime) -> dict[str, Any]:
        """Tell the projector what is released."""
        question = self._question(media)
        left = seconds_left(self.snapshot.game, now)
        best = self._best if self.step in ("standing", "ended") else None
        return {
            **self._state(now),
            **self._counts(progress, progress.seen.union(online)),
            "question": {**question, "left": left or 0.0} if question else None,
            **self._released(media),
            "standing": [row for row, _place in best] if best is not None else None,
            "teams": self._teams(),
        }

    def _state(self, now: dt.datetime) -> dict[str, Any]:
        club, game = self.snapshot.club, self.snapshot.game
        return {
            "revision": club.revision,
            "title": club.title,
            "mode": game.mode,
            "state": game.state,
            "step": self.step,
            "code": club.code,
            "left": seconds_left(game, now),
            "of": game.count,
            "question": game.question + 1 if game.question >= 0 else None,
            "next": following(game),
        }

    def _counts(self, progress: Progress, online: Collection[int]) -> dict[str, Any]:
        here = {one.id for one in self.snapshot.here}
        is_own = self.snapshot.game.mode == "own"
        done = progress.handed_in if is_own else len(here & progress.answered.keys())
        return {"count": len(here), "online": len(here.intersection(online)), "answered": done}

    def _tallied(self, number: int, question: Question) -> dict[str, Any]:
        counts: Mapping[str, int] = self.snapshot.tally.get(question.id) or Counter()
        return {"number": number, "id": question.id, **{name: counts.get(name, 0) for name in _OUTCOMES}}

    # ------------------------------------------------------------------------------------------------ both

    def _question(self, media: str) -> dict[str, Any] | None:
        """Tell what is asked, without the key, while it is open, closed or shown."""
        question = self.snapshot.question if self.step in ("question", "closed", "shown") else None
        if question is None:
            return None
        game, quiz = self.snapshot.game, self.snapshot.quiz
        shown = prompt(question, quiz.option_seed(self.snapshot.club.seed), media)
        asked = {"id": question.id, "kind": question.kind, "points": question.points, "fieldset": str(fieldset(shown))}
        return {
            "number": game.question + 1,
            "of": game.count,
            "id": question.id,
            "seconds": game.seconds,
            "prompt": asked,
        }

    def _released(self, media: str) -> dict[str, Any]:
        """Tell key, explanation and bars once they are shown, before that nothing."""
        question = self.snapshot.question
        if question is None or self.step not in ("shown", "standing"):
            return {"key": None, "explanation": None, "bars": None}
        return {
            "key": list(key_shown(question, media)),
            "explanation": to_html(question.explanation, media) if question.explanation else None,
            "bars": self._bars(question, media),
        }

    def _bars(self, question: Question, media: str) -> list[dict[str, Any]]:
        """Count what was answered: by option where there are options, otherwise by outcome."""
        shown = prompt(question, self.snapshot.quiz.option_seed(self.snapshot.club.seed), media)
        options = shown.get("options")
        here = {one.id for one in self.snapshot.here}
        if not options or question.kind not in _CHOICES:
            outcomes = Counter(result.outcome for who, result in self.snapshot.results.items() if who in here)
            return [
                {"id": name, "label": said, "count": outcomes[name], "right": name == "right"}
                for name, said in _said().items()
                if outcomes[name] or name != "recorded"
            ]
        chosen: Counter[str] = Counter()
        for who, given in self.snapshot.given.items():
            if who in here:
                chosen.update(_ids(given.body))
        right = _ids(question.examples().right) if question.scored else ()
        return [
            {
                "id": one["id"],
                "label": f"<b>{letter}.</b> {one['html']}",
                "count": chosen[one["id"]],
                "right": one["id"] in right,
            }
            for letter, one in zip(ascii_uppercase, options, strict=False)
        ]


_CHOICES = ("single_choice", "multiple_choice", "poll")


def _said() -> dict[str, str]:
    # Not "right" and "wrong" alone: under the key of a true or false question they would read as its options.
    names = (_("Answered right"), _("Partly right"), _("Answered wrong"), _("Not answered"), _("Answered"))
    return dict(zip((*_OUTCOMES, "recorded"), map(line_to_html, names), strict=True))


def _ids(body: Any) -> list[str]:
    """List the options of an answer."""
    return [one for one in (body if isinstance(body, list) else [body]) if isinstance(one, str)]


def _json(value: Any) -> bytes:
    # An answer may hold half characters, which no text can.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
