"""The hub's own database must not make the hub wait for the disk at every commit."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyterhub import orm
from sqlalchemy import text

from lopso.hub.configuration import Run, hub_traits
from lopso.settings import load

PORTS = {"hub_public": 1, "hub_api": 2, "hub_proxy_api": 3, "web": 4, "voila": 5}
TOKENS = {"web": "w", "voila": "v", "proxy": "p"}


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 1), ("busy_timeout", 10_000)])
def test_the_hub_writes_ahead(tmp_path: Path, pragma: str, value: object) -> None:
    traits = hub_traits(load(None, {"LOPSO_ROOT": str(tmp_path)}), Run(PORTS, TOKENS))["JupyterHub"]
    (tmp_path / "var").mkdir()
    session = orm.new_session_factory(traits["db_url"], **traits["db_kwargs"])()
    assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value
