"""Settings and ports → Caddy's configuration: one origin before every service. A pure function."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("supervise")

STATIC = Path(__file__).parent / "web" / "static"
#: The dashboards' plots are drawn by the script of the installed package, without importing it.
PLOTLY = Path(str(distribution("plotly").locate_file("plotly/package_data/plotly.min.js")))
#: JupyterLab sends a file to be kept in pieces of up to 15 MB, which its JSON makes a third longer.
UPLOAD_LIMIT = 32 * 1024 * 1024
#: A picture or sound for a quiz, a photo of an activity; the web service says which is too large.
MEDIA_LIMIT = 12 * 1024 * 1024
#: How long a request waits for a service that is being started again, before the page that says so.
WAIT = "5s"
#: After how many seconds the browser asks again by itself.
RETRY = 3

#: With several processes of a service a person stays with one, which then knows the session; one that does not answer
#: is left alone for a moment, and the others take its people.
_SHARED = {"selection_policy": {"policy": "header", "field": "Cookie", "fallback": {"policy": "random"}}}
_HEALTH = {"passive": {"fail_duration": "2s"}}

Route = dict[str, Any]


def edge_config(settings: Settings, ports: Mapping[str, int]) -> dict[str, Any]:
    """Write Caddy's JSON configuration; nothing of it is secret."""
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": {"level": "WARN", "encoder": {"format": "console"}}}},
        "storage": {"module": "file_system", "root": str(settings.var / "caddy")},
        # Its own certificate authority serves names such as localhost; nobody's trust store is touched.
        "apps": {
            "http": {"grace_period": "2s", "servers": {"lopso": _server(settings, ports)}},
            "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
        },
    }


def _server(settings: Settings, ports: Mapping[str, int]) -> dict[str, Any]:
    secure = settings.https_domain
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    routes = [_headers(settings), _encode(), _icon(), _static(), *_services(settings, ports)]
    return {
        "listen": [f"{host}:443"] if secure else [f"{host}:{settings.port}"],
        "routes": [{"match": [{"host": [secure]}], "handle": [{"handler": "subroute", "routes": routes}]}]
        if secure
        else routes,
        "errors": {"routes": [_headers(settings), *_failures()]},
        **({} if secure else {"automatic_https": {"disable": True}}),
        # Slow phones are welcome, but not connections that never finish their head.
        "read_header_timeout": "20s",
        "idle_timeout": "2m",
        "max_header_bytes": 64 * 1024,
    }


def _headers(settings: Settings) -> Route:
    # A content policy is each service's own affair.
    safe = {"X-Content-Type-Options": ["nosniff"], "Referrer-Policy": ["same-origin"]}
    if settings.https_domain:
        safe["Strict-Transport-Security"] = ["max-age=15552000"]
    return {
        "handle": [{"handler": "headers", "response": {"deferred": True, "set": safe, "delete": ["Server", "Via"]}}]
    }


def _encode() -> Route:
    # What is told live is some hundred bytes now and then: an encoder for each of a thousand phones would cost more.
    return {
        "match": [{"not": [{"path": ["*/events"]}]}],
        "handle": [{"handler": "encode", "encodings": {"zstd": {}, "gzip": {}}, "prefer": ["zstd", "gzip"]}],
    }


def _static() -> Route:
    """Serve our own files; the pages name them with a version, so that a browser may keep those for ever."""
    keep = {
        "match": [{"query": {"v": ["*"]}}],
        "handle": [_header("Cache-Control", "public, max-age=31536000, immutable")],
        "group": "cache",
    }
    check = {"handle": [_header("Cache-Control", "public, no-cache")], "group": "cache"}
    theirs = {"match": [{"path": [f"/static/{PLOTLY.name}"]}], "handle": _files(PLOTLY.parent, []), "terminal": True}
    return _under(["/static/*"], [keep, check, theirs, {"handle": _files(STATIC, [".*", "*.py"])}])


def _icon() -> Route:
    # Pages that are not ours, such as Formgrader's, name no icon: a browser then asks for this one.
    there = _answer("301", "", {"Location": ["/static/icon.svg"], "Cache-Control": ["public, max-age=86400"]})
    return {"match": [{"path": ["/favicon.ico"]}], "handle": [there], "terminal": True}


def _files(folder: Path, hide: list[str]) -> list[dict[str, Any]]:
    # Caddy matches what is hidden against every folder of the path: `.*` would hide all that lies in `.venv`.
    return [
        {"handler": "rewrite", "strip_path_prefix": "/static"},
        {"handler": "file_server", "root": str(folder), "hide": hide, "index_names": []},
    ]


def _services(settings: Settings, ports: Mapping[str, int]) -> list[Route]:
    small = settings.max_body_kib * 1024
    web = [port for name, port in ports.items() if name.partition("-")[0] == "web"]
    return [
        _under(["/user/*"], [_limit(UPLOAD_LIMIT), _proxy(ports["hub_public"])]),
        _under(["/hub", "/hub/*"], [_limit(small), _proxy(ports["hub_public"])]),
        _under(["/services/voila/*"], [_limit(small), _proxy(ports["voila"])]),
        _under(["/api/editor/*/media", "/filing/new", "/filing/*/edit"], [_limit(MEDIA_LIMIT), _proxy(*web)]),
        {"handle": [{"handler": "subroute", "routes": [_limit(small), _proxy(*web)]}], "terminal": True},
    ]


def _under(paths: list[str], routes: list[Route]) -> Route:
    return {"match": [{"path": paths}], "handle": [{"handler": "subroute", "routes": routes}], "terminal": True}


def _limit(size: int) -> Route:
    return {"handle": [{"handler": "request_body", "max_size": size}]}


def _proxy(*ports: int) -> Route:
    several = len(ports) > 1
    # X-Forwarded-For, -Proto and -Host are Caddy's own: what a client sends of them is dropped.
    return {
        "handle": [
            {
                "handler": "reverse_proxy",
                "upstreams": [{"dial": f"127.0.0.1:{port}"} for port in ports],
                "load_balancing": {"try_duration": WAIT, "try_interval": "200ms", **(_SHARED if several else {})},
                **({"health_checks": _HEALTH} if several else {}),
                "transport": {"protocol": "http", "keep_alive": {"idle_timeout": "4s", "max_idle_conns_per_host": 64}},
            }
        ]
    }


def _header(name: str, value: str) -> dict[str, Any]:
    return {"handler": "headers", "response": {"set": {name: [value]}}}


def _failures() -> list[Route]:
    away = _("This part of Lớp Số is being started again. The page tries again by itself; what was saved is safe.")
    large = _("What was sent is too large, and nothing of it was kept. Send less, or a smaller file.")
    missing = _("There is nothing at this address.")
    other = _("Something went wrong. Please try again in a little while.")
    return [
        *_failure("{http.error.status_code} in [502, 503, 504]", 503, _("One moment"), away, retry=True),
        *_failure("{http.error.status_code} == 413", 413, _("Too large"), large),
        *_failure("{http.error.status_code} == 404", 404, _("Not found"), missing),
        *_failure("", None, _("Something went wrong"), other),
    ]


def _failure(when: str, status: int | None, title: str, sentence: str, *, retry: bool = False) -> list[Route]:
    code = str(status) if status else "{http.error.status_code}"
    headers = {"Cache-Control": ["no-store"], **({"Retry-After": [str(RETRY)]} if retry else {})}
    expression = {"expression": when} if when else {}
    as_json = {"path": ["/api/*", "/user/*/api/*", "/hub/api/*"], **expression}
    plain = json.dumps({"error": sentence}, ensure_ascii=False)
    return [
        {
            "match": [as_json],
            "handle": [_answer(code, plain, {**headers, "Content-Type": ["application/json; charset=utf-8"]})],
            "terminal": True,
        },
        {
            **({"match": [expression]} if when else {}),
            "handle": [_answer(code, _page(title, sentence, retry), {**headers, **_PAGE_HEADERS})],
            "terminal": True,
        },
    ]


def _answer(status: str, body: str, headers: dict[str, list[str]]) -> dict[str, Any]:
    return {"handler": "static_response", "status_code": status, "headers": headers, "body": body}


_PAGE_HEADERS = {
    "Content-Type": ["text/html; charset=utf-8"],
    "Content-Security-Policy": ["default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"],
}


def _page(title: str, sentence: str, retry: bool) -> str:
    refresh = f'<meta http-equiv="refresh" content="{RETRY}">' if retry else ""
    home = "" if retry else f'<p><a href="/">{html.escape(_("To the home page"))}</a></p>'
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8">{refresh}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)} · Lớp Số</title>"
        "<style>body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}</style>"
        f"</head><body><main><h1>{html.escape(title)}</h1><p>{html.escape(sentence)}</p>{home}</main></body></html>"
    )
