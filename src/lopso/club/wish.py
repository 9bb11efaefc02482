"""What a teacher chooses for a session: read from a form, with all that is wrong told at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lopso.club.game import Mode
from lopso.club.nicknames import LONGEST, folded
from lopso.club.rules import Rules, Teams
from lopso.errors import PersonError
from lopso.filing.form import Form, FormFaults
from lopso.text import readable, squeeze
from lopso.words import catalogue

_ = catalogue("club_rules")

LONGEST_TEXT = {"title": 200, "grade": 32, "place": 200}
MOST_MINUTES, MOST_EXPECTED, MOST_TEAMS = 24 * 60, 20_000, 60
SECONDS = (5, 600)
#: The rules where nobody chose any.
USUAL = Rules()
#: A contest may be open that long.
MOST_DAYS = 60


@dataclass(frozen=True)
class Wish:
    """What a teacher chooses; `title` is the class or club, `plan` may be empty, `expected` the number of pupils.

    A contest is at own pace, open from `opens_at` to `closes_at`; each entry then has `planned_minutes`.
    """

    quiz: str
    unit_id: int
    title: str
    planned_minutes: int = 45
    mode: Mode = "together"
    grade: str = ""
    place: str = ""
    activity_kind: str = ""
    plan: str = ""
    expected: int | None = None
    rules: Rules = USUAL
    contest: bool = False
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    sample: bool = False


def read_wish(
    typed: Mapping[str, str], unit_ids: Collection[int], kinds: Collection[str], plan: str, zone: dt.tzinfo
) -> Wish:
    """Read a form: each field of Wish and of its rules by name, `teams` and `team_names` (a line each) among them.

    `unit_ids` are those the teacher may choose, `kinds` the activity kinds of `plan`. Raises FormFaults.
    """
    form = _Form()
    contest = typed.get("contest", "") == "on"
    own = contest or typed.get("mode", "together") == "own"
    wish = Wish(
        quiz=form.filled("quiz", typed, _("Choose a quiz.")),
        unit_id=form.unit(typed.get("unit_id", ""), unit_ids),
        title=form.text("title", typed),
        planned_minutes=form.between("planned_minutes", typed, 45, (1, MOST_MINUTES)),
        mode="own" if own else "together",
        grade=form.text("grade", typed, optional=True),
        place=form.text("place", typed, optional=True),
        activity_kind=form.kind(typed.get("activity_kind", ""), kinds),
        plan=plan,
        expected=form.between("expected", typed, 0, (0, MOST_EXPECTED)) or None,
        rules=form.rules(typed),
        contest=contest,
        opens_at=form.moment("opens_at", typed, zone) if contest else None,
        closes_at=form.moment("closes_at", typed, zone) if contest else None,
    )
    form.span(wish.opens_at, wish.closes_at)
    form.finish()
    return wish


_TEAMS: dict[str, Teams] = {"listed": "listed", "free": "free"}


class _Form(Form):
    """The faults of this form while it is read."""

    def filled(self, field: str, typed: Mapping[str, str], problem: str) -> str:
        """Give what was chosen, noting where nothing was."""
        said = typed.get(field, "").strip()
        if not said or len(said) > 64 or not readable(said):
            self.faults[field] = PersonError(problem)
        return said

    def unit(self, typed: str, known: Collection[int]) -> int:
        """Give the unit chosen."""
        unit_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
        if unit_id not in known:
            self.faults["unit_id"] = PersonError(_("Choose the school."))
        return unit_id

    def kind(self, typed: str, known: Collection[str]) -> str:
        """Give the kind of activity, which may be none."""
        return self.known("activity_kind", typed, {"", *known}, _("Choose what it is."))

    def span(self, opens: dt.datetime | None, closes: dt.datetime | None) -> None:
        """Note where a contest is not open at all, or for too long."""
        if opens and closes and not dt.timedelta() < closes - opens <= dt.timedelta(MOST_DAYS):
            text = _("The contest must close after it opens, {n} days later at most.")
            self.faults["closes_at"] = PersonError(text.format(n=MOST_DAYS))

    def text(self, field: str, typed: Mapping[str, str], *, optional: bool = False) -> str:
        """Read a line of text."""
        said, most = squeeze(typed.get(field, "")[:4000]), LONGEST_TEXT[field]
        if len(said) > most or not readable(said):
            self.faults[field] = PersonError(_("Write at most {n} characters.").format(n=most))
        elif not said and not optional:
            self.faults[field] = PersonError(_("Fill this in."))
        return said

    def between(self, field: str, typed: Mapping[str, str], usual: int, bounds: tuple[int, int]) -> int:
        """Read a whole number within bounds; left out it is the `usual` one."""
        number = self.whole(field, typed.get(field, ""))
        if number is not None and not bounds[0] <= number <= bounds[1]:
            text = _("Give a number from {low} to {high}.").format(low=bounds[0], high=bounds[1])
            self.faults[field] = PersonError(text)
        return usual if number is None else number

    def moment(self, field: str, typed: Mapping[str, str], zone: dt.tzinfo) -> dt.datetime | None:
        """Read a local day and time as browsers write them."""
        try:
            return dt.datetime.fromisoformat(typed.get(field, "")[:40]).replace(tzinfo=zone).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.faults[field] = PersonError(_("This is no day and time."), _("Choose them from the calendar."))
            return None

    def rules(self, typed: Mapping[str, str]) -> Rules:
        """Read the rules of the game."""
        teams: Teams = _TEAMS.get(typed.get("teams", ""), "none")
        return Rules(
            seconds=float(self.between("seconds", typed, 20, SECONDS)),
            quick=typed.get("quick") == "on",
            leaderboard=typed.get("leaderboard") == "on",
            teams=teams,
            team_names=self.team_names(typed.get("team_names", "")) if teams == "listed" else (),
            hold=typed.get("hold") == "on",
        )

    def team_names(self, typed: str) -> tuple[str, ...]:
        """Read the names of teams, a line each."""
        names = [squeeze(line) for line in typed[:10_000].splitlines() if line.strip()]
        alike = len({folded(name) for name in names}) < len(names)
        if not 2 <= len(names) <= MOST_TEAMS or alike or any(len(name) > LONGEST for name in names):
            text = _("Write 2 to {n} different names, a line each, of at most {most} characters.")
            self.faults["team_names"] = PersonError(text.format(n=MOST_TEAMS, most=LONGEST))
        return tuple(names)


__all__ = ["FormFaults", "Wish", "read_wish"]
