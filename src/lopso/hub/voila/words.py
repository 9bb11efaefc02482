"""The words of the pages' frame."""

from __future__ import annotations

from dataclasses import dataclass

from lopso.words import catalogue

_ = catalogue("voila")


@dataclass(frozen=True)
class Sentences:
    """What happened, and what to do."""

    message: str
    fix: str


def page() -> dict[str, str]:
    """Give the words of the frame around a page."""
    return {
        "to_home": _("Go to the home page of Lớp Số"),
        "to_lesson": _("Back to the lesson"),
        "loading": _("Opening the page…"),
        "preparing": _("Preparing the content: {done} of {all}"),
        "failed": _("This part of the page has failed. Reload the page; if it fails again, tell your administrator."),
        "timed_out": _("This part of the page took too long and was stopped. Reload the page to try again."),
        "stale": _("This page has stopped working, perhaps because it was idle for long or opened in other tabs."),
        "cut_off": _("The page could not be opened completely."),
        "offline": _("The connection is lost. What you do here does not arrive."),
        "reload": _("Reload the page"),
        "no_script": _("This page needs JavaScript. Please switch it on in your browser."),
    }


def sentences(status: int) -> Sentences:
    """Give the sentences of an HTTP status for which nothing more is known."""
    if status == 404:
        return Sentences(_("This page does not exist."), _("Check the address, or go back to the home page."))
    if status in (401, 403):
        return Sentences(_("You may not open this page."), _("If you need it for your work, ask your administrator."))
    if status == 400:
        return Sentences(_("The log-in was not completed."), _("Go back to the home page and try again."))
    return Sentences(_("The page cannot be opened just now."), _("Wait a minute, then reload it."))
