"""Ending a person's hub sessions: cookies, tokens of services, and JupyterLab."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub import orm
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User

from lopso.accounts import Holder


def model(found: Holder) -> dict[str, Any]:
    """Say in the hub's form who logged in; services read `user_info` too."""
    info = {"full_name": found.full_name, "epoch": found.epoch, "must_change": found.must_change}
    groups = [] if found.must_change else list(found.roles)
    return {"name": found.username, "groups": groups, "user_info": info}


def epoch_of(user: User) -> int | None:
    """Tell the account's epoch at the person's last log-in."""
    return (user.user_info or {}).get("epoch")


def must_change(user: User | None) -> bool:
    """Tell whether the person must change the first password before anything else."""
    return bool(user and (user.user_info or {}).get("must_change"))


def end_older(handler: BaseHandler, found: Holder) -> None:
    """Invalidate what is left of sessions of an earlier epoch, when their owner logs in anew."""
    user = handler.find_user(found.username)
    if user is not None and epoch_of(user) != found.epoch:
        forget(handler, user)


def forget(handler: BaseHandler, user: User, *, but_session: str | None = None) -> None:
    """Invalidate every log-in cookie of `user` and every token but those of that session and of their JupyterLab."""
    user.orm_user.cookie_id = orm.new_token()
    kept = _of_servers(handler, user)
    for token in handler.db.query(orm.APIToken).filter_by(user_id=user.id):
        if token.id not in kept and (token.session_id is None or token.session_id != but_session):
            handler.db.delete(token)
    handler.db.commit()


def _of_servers(handler: BaseHandler, user: User) -> set[int]:
    """Name the tokens with which the person's running JupyterLab speaks; they go when it stops."""
    tokens = [spawner.api_token for spawner in user.spawners.values() if spawner.api_token]
    found = [orm.APIToken.find(handler.db, token) for token in tokens]
    return {token.id for token in found if token is not None}


async def end(handler: BaseHandler, user: User) -> None:
    """End every session of `user` and stop their JupyterLab."""
    forget(handler, user)
    for name, spawner in list(user.spawners.items()):
        if spawner.active and not spawner.pending:
            # Not awaited: stopping takes seconds, and stopping may itself ask for a refresh.
            _keep(asyncio.ensure_future(handler.stop_single_user(user, name)))


_running: set[asyncio.Future[Any]] = set()


def _keep(future: asyncio.Future[Any]) -> None:
    _running.add(future)  # asyncio holds tasks weakly
    future.add_done_callback(_running.discard)
