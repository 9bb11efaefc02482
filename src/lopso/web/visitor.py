"""Who is asking: log-in through the hub, and the person behind a request."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
import zoneinfo
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine
from tornado.web import HTTPError as HubFault

from lopso.errors import NotAllowed, PersonError
from lopso.permissions import Permission, allowed
from lopso.records import people
from lopso.records.data_versions import identities_version
from lopso.records.engine import reading
from lopso.web.sessions import Memory, Sessions
from lopso.words import catalogue

if TYPE_CHECKING:
    from jupyterhub.services.auth import HubOAuth

_ = catalogue("web")

TOKEN_COOKIE = "lopso-token"
STATE_COOKIE = "lopso-login"
SESSION_COOKIE = "jupyterhub-session-id"
CHANGE_PASSWORD = "/hub/change-password"
#: What may be a token at all: anything else could not even stand in the header of a question to the hub.
_TOKEN = re.compile(r"[!-~]{1,200}")


class LogInFirst(Exception):
    """The visitor must log in (again) and then come back."""


class HubDown(PersonError):
    """The log-in service does not answer."""

    status = 503


@dataclass(frozen=True)
class Visitor:
    """The person behind a request."""

    person_id: int
    username: str
    full_name: str
    unit_name: str
    roles: tuple[str, ...]
    must_change: bool

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the person's roles carries `permission`."""
        return allowed(self.roles, permission)


class Door:
    """The hub's OAuth client, with a memory of whose the sessions are."""

    def __init__(
        self, engine: Engine, timezone: str, api_token: str, hub_api_url: str, memory: Memory | None = None
    ) -> None:
        self._engine = engine
        self._zone = zoneinfo.ZoneInfo(timezone)
        self._sessions = Sessions(self._owner, self._identity, self._identities_version, memory)
        self._api_token = api_token
        self._hub_api_url = hub_api_url

    @cached_property
    def oauth(self) -> HubOAuth:
        """Make the client when it is needed: its packages are a fifth of what a start takes, and pupils need none."""
        from jupyterhub.services.auth import HubOAuth

        return HubOAuth(
            api_token=self._api_token,
            api_url=self._hub_api_url,
            hub_prefix="/hub/",
            base_url="/",
            oauth_client_id="service-web",
            oauth_redirect_uri="/oauth_callback",
        )

    async def visitor(self, token: str, session_id: str) -> Visitor | None:
        """Find the person a hub token belongs to; None when the hub does not know the token or they have left."""
        name, found = await self._sessions.owner(token, session_id)
        if found is None or not people.is_active(found, dt.datetime.now(self._zone).date()):
            return None
        return Visitor(found.person_id, name, found.full_name, found.unit_name, found.roles, found.must_change)

    def forget(self, token: str, session_id: str) -> None:
        """Take the session for unknown."""
        self._sessions.forget(token, session_id)

    async def _owner(self, token: str, session_id: str) -> str | None:
        """Ask the hub whose the session is; None where nobody's who may come in."""
        try:
            user = await self.oauth.user_for_token(token, use_cache=False, session_id=session_id, sync=False)
        except HubFault as error:
            raise HubDown(_("The log-in service is starting."), _("Try again in a few seconds.")) from error
        return user["name"] if user is not None and self._may_come_in(user) else None

    def _may_come_in(self, user: dict[str, Any]) -> bool:
        return bool(self.oauth.check_scopes({"access:services!service=web"}, user))

    async def _identity(self, username: str) -> people.Identity | None:
        return await run_in_threadpool(self._look_up, username)

    def _look_up(self, username: str) -> people.Identity | None:
        with reading(self._engine) as session:
            return people.identity(session, username)

    async def _identities_version(self) -> object:
        return await run_in_threadpool(self._read_version)

    def _read_version(self) -> object:
        with reading(self._engine) as session:
            return identities_version(session)


async def signed_in(request: Request) -> Visitor:
    """Give the visitor; raises LogInFirst, or NotAllowed for a password that must be changed or a forged request."""
    header = request.headers.get("authorization", "")
    scheme, _blank, token = header.partition(" ")
    by_header = scheme.lower() in {"token", "bearer"} and bool(token)
    if not by_header:
        token = request.cookies.get(TOKEN_COOKIE, "")
    session_id = "" if by_header else request.cookies.get(SESSION_COOKIE, "")
    door: Door = request.app.state.door
    visitor = await door.visitor(token, session_id) if _TOKEN.fullmatch(token) else None
    if visitor is None:
        raise LogInFirst
    request.state.visitor = visitor  # also of a request that is refused: the log names them
    if not by_header:
        refuse_foreign(request)
    if visitor.must_change:
        raise MustChange
    return visitor


class MustChange(NotAllowed):
    """The first password is still in use."""

    def __init__(self) -> None:
        super().__init__(_("Change your first password before you go on."), CHANGE_PASSWORD)


SignedIn = Annotated[Visitor, Depends(signed_in)]


def refuse_foreign(request: Request) -> None:
    """Refuse a writing request that another site made the browser send."""
    if request.method in {"GET", "HEAD"} or request.headers.get("x-lopso"):
        return
    origin = request.headers.get("origin", "")
    fetched = request.headers.get("sec-fetch-site", "")
    if fetched == "same-origin" or (origin and _host(origin) == request.headers.get("host")):
        return
    raise NotAllowed(_("This request did not come from our own page."), _("Reload the page and try again."))


def _host(origin: str) -> str | None:
    """Give the host of an origin; None for `null` and for what is no address."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


router = APIRouter()


def send_to_log_in(request: Request) -> Response:
    """Send the browser to the hub's log-in, remembering in a cookie where it wanted to go."""
    door: Door = request.app.state.door
    state = secrets.token_urlsafe(16)
    verifier, challenge, method = door.oauth.generate_pkce_code_challenge()
    # Not request.url, which cannot be read where the Host header is no host.
    query_string = request.scope["query_string"].decode("latin-1")
    wanted = request.scope["path"] + (f"?{query_string}" if query_string else "")
    back = wanted if request.method == "GET" else "/"
    query = urlencode({"state": state, "code_challenge": challenge, "code_challenge_method": method})
    response = RedirectResponse(f"{door.oauth.login_url}&{query}", 303)
    memory = json.dumps({"state": state, "next": back, "verifier": verifier})
    response.set_cookie(
        STATE_COOKIE, memory, max_age=600, httponly=True, samesite="lax", secure=is_https(request), path="/"
    )
    return response


@router.get("/oauth_callback")
async def come_back(request: Request, code: str = "", state: str = "") -> Response:
    """Take the hub's answer to a log-in; a stale or forged one starts again."""
    door: Door = request.app.state.door
    memory = _memory(request)
    if not code or not state or not secrets.compare_digest(memory["state"].encode(), state.encode()):
        return RedirectResponse("/", 303)
    try:
        token = await door.oauth.token_for_code(code, code_verifier=memory["verifier"], sync=False)
    except HubFault as error:
        raise HubDown(_("The log-in could not be finished."), _("Open the page again.")) from error
    response = RedirectResponse(_local(memory["next"]), 303)
    response.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="lax", secure=is_https(request), path="/")
    response.delete_cookie(STATE_COOKIE, path="/")
    return response


@router.get("/logout")
async def log_out(request: Request) -> Response:
    """Forget the visitor here, then let the hub end the session everywhere."""
    door: Door = request.app.state.door
    door.forget(request.cookies.get(TOKEN_COOKIE, ""), request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/hub/logout", 303)
    response.delete_cookie(TOKEN_COOKIE, path="/")
    return response


def _memory(request: Request) -> dict[str, str]:
    """Read what was remembered before the log-in; empty texts where that was not written by us."""
    names = ("state", "next", "verifier")
    try:
        memory = json.loads(request.cookies.get(STATE_COOKIE, "{}"))
        texts = {name: str(memory.get(name, "")) for name in names}
        "".join(texts.values()).encode()  # raises ValueError for half characters
        return texts
    except (ValueError, AttributeError, RecursionError):
        return dict.fromkeys(names, "")


def _local(path: str) -> str:
    """Keep only a path of our own: '//host' and '/\\host' would lead elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def is_https(request: Request) -> bool:
    """Tell whether the visitor came by HTTPS, be it to the server in front of us."""
    return request.headers.get("x-forwarded-proto", request.scope["scheme"]) == "https"
