"""The table of paper tests: which quiz was printed, in which orders."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lopso.records.tables import Base


class PrintedQuiz(Base):
    """A print of a quiz: its version and the seed from which the order of each paper follows (`lopso.printing.codes`).

    `versions` counts the orders, `pupils` the pupils expected (0: not said). `school` and `class_name` stand in the
    head of the paper. A club session whose sheets were entered has the print's seed.
    """

    __tablename__ = "printed_quiz"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    quiz: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(32), unique=True)
    versions: Mapped[int] = mapped_column(Integer)
    pupils: Mapped[int] = mapped_column(Integer, default=0)
    school: Mapped[str] = mapped_column(String(200), default="")
    class_name: Mapped[str] = mapped_column(String(200), default="")
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime]
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
