"""Who stands where, by game points."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from lopso.text import sort_key


@dataclass(frozen=True)
class Place:
    """A participant's place: equal scores share one."""

    place: int
    participant_id: int
    number: int
    nickname: str
    team: str
    score: int


@dataclass(frozen=True)
class TeamPlace:
    """A team's place, by the mean score of its members, so that a larger class has no more than its share."""

    place: int
    team: str
    members: int
    score: int


class Scored(Protocol):
    """A participant as far as places need them."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def nickname(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def score(self) -> int: ...
    @property
    def removed_at(self) -> dt.datetime | None: ...


def ranked(participants: Iterable[Scored]) -> list[Place]:
    """Rank participants by score, then by name; whoever was removed stands nowhere."""
    here = [one for one in participants if one.removed_at is None]
    here.sort(key=lambda one: (-one.score, sort_key(one.nickname), one.number))
    places = _places([one.score for one in here])
    return [
        Place(place, one.id, one.number, one.nickname, one.team, one.score)
        for place, one in zip(places, here, strict=True)
    ]


def teams_of(places: Sequence[Place]) -> list[TeamPlace]:
    """Rank the teams of ranked participants."""
    scores: dict[str, list[int]] = defaultdict(list)
    for one in places:
        if one.team:
            scores[one.team].append(one.score)
    means = {team: round(sum(own) / len(own)) for team, own in scores.items()}
    order = sorted(means, key=lambda team: (-means[team], sort_key(team)))
    return [
        TeamPlace(place, team, len(scores[team]), means[team])
        for place, team in zip(_places([means[team] for team in order]), order, strict=True)
    ]


def _places(scores: Sequence[int]) -> list[int]:
    """Number scores that come in falling order; equal ones share the place."""
    places: list[int] = []
    for number, score in enumerate(scores, 1):
        places.append(places[-1] if places and scores[number - 2] == score else number)
    return places
