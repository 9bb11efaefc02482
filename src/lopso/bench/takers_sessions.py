"""Sessions for thousands of learners: the rows that a log-in leaves in the hub's database, by the hub's own classes.

A log-in computes a password hash and walks through eight replies: some 0.2 s of processor time each. Thousands would
measure nothing else, so most learners come with a session, and only a sample of them walks through the door.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lopso.bench.learners import Person
from lopso.errors import OperatorError
from lopso.web.visitor import SESSION_COOKIE, TOKEN_COOKIE
from lopso.words import catalogue

_ = catalogue("bench")

_CLIENT = "service-web"


def open_sessions(hub_database: Path, like: str, persons: Sequence[Person]) -> list[str]:
    """Give everybody a session such as `like`, who logged in, has; return the cookies they send."""
    from jupyterhub import orm  # takes a second to import

    db = orm.new_session_factory(f"sqlite:///{hub_database}")()
    try:
        model = db.query(orm.User).filter_by(name=like).one_or_none()
        token = model and db.query(orm.APIToken).filter_by(user_id=model.id, client_id=_CLIENT).first()
        if token is None:
            raise OperatorError(_("{name} has no session at the hub.").format(name=like))
        cookies = [_open(orm, db, model, token, person.username) for person in persons]
        db.commit()
    finally:
        db.close()
    return cookies


def _open(orm: Any, db: Any, model: Any, token: Any, username: str) -> str:
    user = orm.User(name=username, user_info=model.user_info)
    user.groups, user.roles = list(model.groups), list(model.roles)
    db.add(user)
    value, session_id = orm.new_token(), secrets.token_hex(16)
    made = orm.APIToken(
        generated=True,
        client_id=_CLIENT,
        session_id=session_id,
        scopes=token.scopes,
        expires_at=token.expires_at,
        note=token.note,
    )
    made.token = value
    made.user = user
    db.add(made)
    return f"{TOKEN_COOKIE}={value}; {SESSION_COOKIE}={session_id}"
