"""The hub's configuration, made from Settings and the permission table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lopso.hub.configuration import Run, hub_traits, roles, scopes
from lopso.hub.handlers import PAGES
from lopso.permissions import PERMISSIONS, ROLES, Role, allowed
from lopso.settings import load

PORTS = {"public": 1, "hub_public": 2, "hub_api": 3, "hub_proxy_api": 4, "web": 5, "voila": 6}
TOKENS = {"web": "web-secret", "voila": "voila-secret", "proxy": "proxy-secret"}
RUN = Run(PORTS, TOKENS)
SETTINGS = load(None, {"LOPSO_ROOT": "/nowhere"})


@pytest.mark.parametrize("role", ROLES)
def test_a_server_of_ones_own_needs_the_permission(role: Role) -> None:
    assert ("self" in scopes(role)) == allowed([role], "jupyterlab")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reaches_the_web_service_and_its_lessons(role: Role) -> None:
    assert {"access:services!service=web", "access:services!service=voila"} <= set(scopes(role))


def test_without_a_role_a_person_may_only_say_who_they_are() -> None:
    anybody = next(role for role in roles() if role["name"] == "user")
    assert all(scope.startswith("read:users:") and scope.endswith("!user") for scope in anybody["scopes"])


def test_nobody_may_administer_the_hub_itself() -> None:
    granted = {scope for role in roles() for scope in role["scopes"]}
    assert not {scope for scope in granted if "admin" in scope}
    assert {role["name"] for role in roles()}.isdisjoint({"admin", "server", "token"})


def test_every_permission_says_what_it_opens() -> None:
    from lopso.hub.configuration import SCOPES

    assert set(SCOPES) == set(PERMISSIONS)


def test_the_same_input_gives_the_same_configuration() -> None:
    plain = [json.dumps(hub_traits(SETTINGS, RUN), default=lambda value: getattr(value, "__name__", "-")) for _ in "ab"]
    assert plain[0] == plain[1]


def test_everything_listens_on_this_machine_only() -> None:
    traits = hub_traits(SETTINGS, RUN)
    addresses = (
        traits["JupyterHub"]["bind_url"],
        traits["JupyterHub"]["hub_bind_url"],
        traits["OwnProxy"]["api_url"],
        f"http://{traits['OwnSpawner']['ip']}",
    )
    assert all(address.startswith("http://127.0.0.1") for address in addresses)


def test_no_token_stands_in_a_command_or_in_an_environment() -> None:
    traits = hub_traits(SETTINGS, RUN)
    seen = [*traits["OwnProxy"]["command"], *traits["OwnSpawner"]["cmd"], *traits["OwnSpawner"]["environment"].values()]
    assert not [each for each in seen if "secret" in each]


def test_a_domain_gives_the_public_address_and_without_one_the_browsers_counts() -> None:
    secure = load(None, {"LOPSO_ROOT": "/nowhere", "LOPSO_HTTPS_DOMAIN": "lop.example.vn"})
    assert hub_traits(secure, RUN)["JupyterHub"]["public_url"] == "https://lop.example.vn/"
    assert "public_url" not in hub_traits(SETTINGS, RUN)["JupyterHub"]


def test_a_session_lasts_as_long_as_the_setting_says() -> None:
    short = load(None, {"LOPSO_ROOT": "/nowhere", "LOPSO_SESSION_HOURS": "6"})
    assert hub_traits(short, RUN)["JupyterHub"]["cookie_max_age_days"] == 0.25


def test_only_root_needs_to_be_allowed_to_be_root() -> None:
    assert hub_traits(SETTINGS, RUN)["OwnSpawner"]["args"] == []
    assert hub_traits(SETTINGS, RUN, as_root=True)["OwnSpawner"]["args"] == ["--allow-root"]


def test_the_hubs_own_configuration_file_stays_short() -> None:
    file = Path(hub_traits.__code__.co_filename).with_name("jupyterhub_config.py")
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 15


def test_the_hubs_english_pages_and_tokens_of_ones_own_are_closed() -> None:
    assert {path for path, handler in PAGES if handler.__name__ == "Template404"} == {
        "/token",
        r"/api/users/[^/]+/tokens(?:/.*)?",
        "/admin",
        "/accept-share",
    }
