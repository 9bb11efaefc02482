"""Reminders ready to paste into Zalo or an e-mail: what is missing, and where to file it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lopso.filing.dues import Due
from lopso.filing.weeks import Week
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("filing")

#: A reminder is read on a phone: of one sort it names so many, then says how many more.
MOST_NAMED = 5


@dataclass(frozen=True)
class Letter:
    """What every reminder says besides the dues: the plan's title, who writes, where to file, and the day."""

    plan: str
    sender: str
    address: str
    today: dt.date


def said(due: Due, today: dt.date) -> str:
    """Say one due in a sentence."""
    until = " " + _("(due {day})").format(day=date(due.by)) if due.by else ""
    match due.sort:
        case "column":
            return _column(due, today)
        case "document":
            return _("{name}: not filed yet{until}.").format(name=due.name, until=until)
        case "activity":
            return _("Nothing is filed yet for the target “{name}”{until}.").format(name=due.name, until=until)
        case "model":
            return _("“{name}”: where it was published is not filed yet{until}.").format(name=due.name, until=until)
    return _("“{name}” was sent back to be corrected: {reason}").format(name=due.name, reason=due.reason)


def reminder(letter: Letter, unit: str, dues: Sequence[Due]) -> str:
    """Write the reminder to one unit."""
    head = _("To: {unit}").format(unit=unit)
    asks = _("{sender} asks you to file what your unit did for “{plan}”. By {day} these are missing:")
    lines = [f"- {each}" for each in _shortened(dues, letter.today)]
    return "\n".join(
        [
            head,
            asks.format(sender=letter.sender, plan=letter.plan, day=date(letter.today)),
            *lines,
            _("Please file at: {address}").format(address=letter.address),
            _("If you have done so already, please disregard this message. Thank you!"),
        ]
    )


def reminder_to_all(letter: Letter, names: Mapping[int, str], dues: Mapping[int, Sequence[Due]]) -> str:
    """Write one message for the group of all units: under each thing of this week the units that it is missing of."""
    missing: dict[str, list[str]] = defaultdict(list)
    for unit_id, owed in dues.items():
        for due in owed:
            if due.this_week:
                missing[_heading(due, letter.today)].append(names[unit_id])
    if not missing:
        return ""
    asks = _("{sender} asks the units below to file what they did for “{plan}”. By {day} these are missing:")
    return "\n".join(
        [
            asks.format(sender=letter.sender, plan=letter.plan, day=date(letter.today)),
            *(f"- {heading} ({len(units)}): {', '.join(units)}." for heading, units in missing.items()),
            _("Please file at: {address}").format(address=letter.address),
            _("If you have done so already, please disregard this message. Thank you!"),
        ]
    )


def weeks_said(weeks: Sequence[Week]) -> str:
    """Name weeks by their numbers, those in a row as one: 1–12, 15/2024; 1/2025."""
    years: dict[int, list[str]] = defaultdict(list)
    for first, last in _rows(weeks):
        years[first.year].append(f"{first.number}" if first == last else f"{first.number}–{last.number}")
    return "; ".join(f"{', '.join(numbers)}/{year}" for year, numbers in years.items())


def _rows(weeks: Iterable[Week]) -> list[tuple[Week, Week]]:
    found: list[tuple[Week, Week]] = []
    for week in sorted(weeks):
        if found and found[-1][1].plus(1) == week and week.year == found[-1][0].year:
            found[-1] = (found[-1][0], week)
        else:
            found.append((week, week))
    return found


def _column(due: Due, today: dt.date) -> str:
    parts = []
    if due.missing:
        week = Week.of(today)
        now = _("this week ({monday}–{sunday}) {n} still missing")
        parts.append(now.format(monday=f"{week.monday:%d/%m}", sunday=date(week.sunday), n=due.missing))
    if due.weeks:
        before = _("{n} earlier weeks not filed in full: week {weeks}")
        parts.append(before.format(n=len(due.weeks), weeks=weeks_said(due.weeks)))
    return f"{due.name}: {'; '.join(parts)}."


def _heading(due: Due, today: dt.date) -> str:
    if due.sort == "column":
        week = Week.of(today)
        heading = _("{name}, week {monday}–{sunday}")
        return heading.format(name=due.name, monday=f"{week.monday:%d/%m}", sunday=date(week.sunday))
    return _("Sent back to be corrected")


def _shortened(dues: Sequence[Due], today: dt.date) -> list[str]:
    sorts: dict[str, list[Due]] = defaultdict(list)
    for due in dues:
        sorts[due.sort].append(due)
    lines = []
    for owed in sorts.values():
        lines += [said(due, today) for due in owed[:MOST_NAMED]]
        if len(owed) > MOST_NAMED:
            lines.append(_("and {n} more of this sort.").format(n=len(owed) - MOST_NAMED))
    return lines
