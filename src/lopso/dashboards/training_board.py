"""The training board that voila_apps/training.ipynb shows: numbers only, nobody's name."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from lopso.dashboards.asking import button
from lopso.dashboards.board import Board, built
from lopso.dashboards.face import about_html, top_html
from lopso.dashboards.training_frames import Training, read_training
from lopso.dashboards.training_tables import courses_html, quizzes_html, training_sheets
from lopso.dashboards.viewing import Clock, Standpoint, Viewer, standpoint, utc_now
from lopso.dashboards.workbook import workbook
from lopso.records.engine import reading
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("dashboards")


def training_board(environ: Mapping[str, str] | None = None, clock: Clock = utc_now) -> widgets.Widget:
    """Build the board for the person whom the environment names, or one sentence that says why not."""
    return built(lambda viewer: TrainingBoard(viewer, clock).widget, environ)


class TrainingBoard(Board):
    """Courses, lessons and quizzes, and where people stop."""

    def __init__(self, viewer: Viewer, clock: Clock = utc_now) -> None:
        super().__init__(viewer, clock)
        self.stand: Standpoint
        self.training: Training
        self.courses, self.quizzes = self.panel(), self.panel()
        self.read()
        self.show()
        self.widget = self.laid_out(self.courses, self.quizzes)

    def read(self) -> None:
        """Read the counts within the viewer's scope."""
        with reading(self.viewer.engine) as session:
            self.stand = standpoint(session, self.viewer, self.clock())
            self.training = read_training(session, self.stand.scope)
        self.versions = self.stand.versions

    def show(self) -> None:
        """Show everything."""
        plan, whole = self.stand.plan, self.stand.scope.unit_ids is None
        about = about_html(plan.title, plan.issuer, self.training.sample, self.stand.now, whole)
        file = button(_("Save as XLSX"), "xlsx", look="lt-button lt-screen")
        self.top.html = top_html("training", self.stand.roles, about) + f"<p>{file}</p>"
        self.courses.html = courses_html(self.training)
        self.quizzes.html = quizzes_html(self.training)

    def answer(self, verb: str, parts: tuple[str, ...]) -> None:
        """Give the file."""
        if verb == "xlsx" and not parts:
            notes = [self.stand.plan.title, _("State at the end of {date}").format(date=date(self.stand.today))]
            made = workbook(training_sheets(self.training), sample=self.training.sample, notes=notes)
            self.top.send_file(f"tap-huan-{self.stand.today}.xlsx", made)
