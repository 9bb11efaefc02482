"""The two trees of errors: what a person at the screen can mend, and what an operator must fix."""

from __future__ import annotations

from dataclasses import dataclass, field


class LopsoError(Exception):
    """An expected failure: what went wrong and where, and what to do next.

    Both texts are already in the reader's language.
    """

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class PersonError(LopsoError):
    """Something a learner, teacher or coordinator did that they can mend; `status` is its HTTP status."""

    status = 400


class Unreadable(PersonError):
    """An answer or a body that could not be read; never the same as a wrong answer."""

    status = 422


class NotAllowed(PersonError):
    """The person is known but may not do this."""

    status = 403


class NotFound(PersonError):
    """The thing asked for is not there, or not there for this person."""

    status = 404


class Closed(PersonError):
    """The attempt, quiz or session takes no more answers."""

    status = 409


class TooManyTries(PersonError):
    """Slowed down: too many wrong tries."""

    status = 429


class OperatorError(LopsoError):
    """Something only the operator of the machine can mend."""


@dataclass(frozen=True)
class Fault:
    """One fault of a content file: `where` names line, cell or field; `expected` says what would be right.

    `place` is the field's place in the data, ("question", 0, "why"), for forms that show a fault beside it.
    """

    file: str
    where: str
    problem: str
    expected: str = ""
    place: tuple[str | int, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.problem}" + (f" ({self.expected})" if self.expected else "")


class Faults(OperatorError):
    """Every fault found in a set of content files, reported at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
