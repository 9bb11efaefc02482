"""Our pages of the hub, and what of the hub's own needs other words or another way."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from jupyterhub.apihandlers.auth import OAuthAuthorizeHandler
from jupyterhub.handlers import BaseHandler
from jupyterhub.handlers.base import Template404
from jupyterhub.handlers.login import LoginHandler
from jupyterhub.user import User
from jupyterhub.utils import url_path_join
from sqlalchemy import Engine
from tornado import web
from tornado.httputil import url_concat

from lopso import accounts
from lopso.errors import PersonError
from lopso.hub import sessions
from lopso.records import people
from lopso.records.engine import writing
from lopso.words import catalogue

_ = catalogue("hub")


def password_url(handler: BaseHandler, then: str) -> str:
    """Give the address of the page that changes the password and then leads to `then`."""
    return url_concat(url_path_join(handler.hub.base_url, "change-password"), {"next": then})


def landing(handler: BaseHandler) -> str:
    """Tell where a person goes who asked for nothing: the learners' home page has a link for each thing they may do."""
    user = handler.current_user
    if user is None:
        return ""
    return password_url(handler, "/") if sessions.must_change(user) else "/"


class Login(LoginHandler):
    """The hub's log-in, which leads to the change of a first password and speaks the reader's language."""

    def get_next_url(self, user: User | None = None, default: str | None = None) -> str:
        """Put the change of a first password before wherever the person was going."""
        url: str = super().get_next_url(user, default)
        own = url_path_join(self.hub.base_url, "change-password")
        return password_url(self, url) if sessions.must_change(user) and not url.startswith(own) else url

    def check_xsrf_cookie(self) -> None:
        """Say what to do when the page was open for too long."""
        try:
            super().check_xsrf_cookie()
        except web.HTTPError as error:
            error.jupyterhub_message = _("The page was open for too long. Please try again.")  # type: ignore[attr-defined]
            raise


class Authorize(OAuthAuthorizeHandler):
    """The hub's answer to services that ask who this is; a first password is changed before it."""

    @web.authenticated
    async def get(self) -> None:
        """Lead to the change of a first password, or go on."""
        if sessions.must_change(self.current_user):
            self.redirect(password_url(self, self.request.uri))
        else:
            await super().get()

    @web.authenticated
    def post(self) -> None:
        """Refuse what the page of `get` would not have offered."""
        if sessions.must_change(self.current_user):
            raise web.HTTPError(403)
        super().post()


class ChangePassword(BaseHandler):
    """The page where people change their own password."""

    @web.authenticated
    async def get(self) -> None:
        """Show the form."""
        await self._show()

    @web.authenticated
    async def post(self) -> None:
        """Change the password, keep this session and end all others."""
        old, new, again = (self.get_body_argument(name, "", strip=False) for name in ("old", "new", "again"))
        try:
            if new != again:
                raise accounts.WeakPassword(_("The two new passwords differ."))
            await asyncio.to_thread(self._change, old, new)
        except PersonError as error:
            self.set_status(error.status)
            await self._show(error=str(error), faulty=_faulty(error, alike=new == again))
        else:
            await self._log_in_again()
            self.redirect(self._next())

    async def _show(self, **more: Any) -> None:
        first = sessions.must_change(self.current_user)
        html = await self.render_template("change-password.html", first=first, next=self._next(), **more)
        self.finish(html)

    def _next(self) -> str:
        return self._validate_next_url(self.get_argument("next", "")) or "/"

    def _change(self, old: str, new: str) -> None:
        engine: Engine = self.authenticator.engine
        now, name, address = dt.datetime.now(dt.UTC), self.current_user.name, self.request.remote_ip
        try:
            accounts.log_in(engine, name, old, address, now, self.authenticator.rules)
        except accounts.WrongPassword as wrong:  # its own words speak of a user name, which is not asked here
            raise accounts.WrongPassword(_("The password in the first field is not right."), _("Try again.")) from wrong
        with writing(engine) as session:
            person = people.by_username(session, name)
            if person is None:
                raise web.HTTPError(403)
            accounts.change_password(session, person, old, new, now)

    async def _log_in_again(self) -> None:
        user = self.current_user
        found = await asyncio.to_thread(self.authenticator.holder, user.name)
        sessions.forget(self, user, but_session=self.get_session_cookie())
        await self.auth_to_user(sessions.model(found), user)
        self.set_login_cookie(user)


def _faulty(error: PersonError, *, alike: bool) -> str:
    """Name the field that has to be mended: that is where the person goes on."""
    if isinstance(error, accounts.WeakPassword):
        return "new" if alike else "again"
    return "old"


#: The hub's pages that nobody here needs and that speak English only are not there; nor are tokens of one's own making,
#: which would go on after every session of their owner has ended.
PAGES: list[tuple[str, type[BaseHandler]]] = [
    (r"/login", Login),
    (r"/change-password", ChangePassword),
    (r"/api/oauth2/authorize", Authorize),
    (r"/token", Template404),
    (r"/api/users/[^/]+/tokens(?:/.*)?", Template404),
    (r"/admin", Template404),
    (r"/accept-share", Template404),
]
