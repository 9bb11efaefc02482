"""Log-in to the hub with our own accounts."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User
from sqlalchemy import Engine
from tornado.web import HTTPError
from traitlets import Instance, default

from lopso.accounts import Holder, LoginRules, holder, log_in, normalised
from lopso.errors import PersonError
from lopso.hub import handlers, sessions
from lopso.permissions import allowed
from lopso.records.engine import make_engine, reading
from lopso.settings import Settings


class ShownError(HTTPError):
    """An error that the person can mend; the hub's pages show its sentence."""

    def __init__(self, error: PersonError) -> None:
        super().__init__(error.status, type(error).__name__)
        self.jupyterhub_message = str(error)


class AccountAuthenticator(Authenticator):
    """Accounts are rows of our people; their roles become hub groups, from which `configuration` makes scopes.

    Whoever must still change the first password is in no group, and so may reach nothing through the hub.
    """

    settings = Instance(Settings).tag(config=True)
    engine = Instance(Engine)

    @default("engine")
    def _engine(self) -> Engine:
        return make_engine(self.settings.database_url)

    @property
    def rules(self) -> LoginRules:
        """How many wrong tries there are."""
        return LoginRules.of(self.settings)

    def normalize_username(self, username: str) -> str:
        """Bring a typed name to the form of the accounts."""
        return normalised(username)

    async def authenticate(self, handler: BaseHandler, data: dict[str, str]) -> dict[str, Any]:
        """Check the password in a thread, so that the hub goes on meanwhile; the page shows the error's sentence."""
        name, password, address = data.get("username", ""), data.get("password", ""), handler.request.remote_ip
        now = dt.datetime.now(dt.UTC)
        try:
            found = await asyncio.to_thread(log_in, self.engine, name, password, address, now, self.rules)
        except PersonError as error:
            raise ShownError(error) from error
        sessions.end_older(handler, found)
        return sessions.model(found)

    async def refresh_user(self, user: User, handler: BaseHandler | None = None) -> bool | dict[str, Any]:
        """End the session of whoever left or whose epoch was raised; follow changed roles."""
        found = await self.present(user)
        if found is None:
            await sessions.end(handler, user)
            return False
        fresh = sessions.model(found)
        same = set(fresh["groups"]) == {group.name for group in user.groups} and fresh["user_info"] == user.user_info
        return True if same else fresh

    async def present(self, user: User) -> Holder | None:
        """Find the account holder, None when the session has ended."""
        found = await asyncio.to_thread(self.holder, user.name)
        return found if found is not None and found.epoch == sessions.epoch_of(user) else None

    async def may_go_on(self, user: User) -> bool:
        """Tell whether the person's JupyterLab may run on."""
        found = await self.present(user)
        return found is not None and allowed(found.roles, "jupyterlab")

    def holder(self, username: str) -> Holder | None:
        """Find the account holder of that name as of now."""
        today = dt.datetime.now(self.rules.zone).date()
        with reading(self.engine) as session:
            return holder(session, username, today)

    def get_handlers(self, _app: object) -> list[tuple[str, type[BaseHandler]]]:
        """Give our pages; they come before the hub's own of the same address."""
        return list(handlers.PAGES)
