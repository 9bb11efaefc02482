"""The hub's child processes; after a crash or reboot the process number it remembers may be somebody else's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import Unicode

from lopso.permissions import allowed

PROXY = "lopso.hub.proxy"
SINGLEUSER = "lopso.hub.singleuser"
#: Jupyter configuration that leaves out what only markers need.
NO_MARKING = Path(__file__).parent / "jupyter-no-marking"


def runs(pid: int, program: str) -> bool:
    """Tell whether process `pid` runs `program`."""
    try:
        return program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


class OwnProxy(ConfigurableHTTPProxy):
    """A proxy that never takes another program for the one it left behind."""

    def _check_pid(self, pid: int) -> None:
        if not runs(pid, PROXY):
            raise ProcessLookupError(pid)


class OwnSpawner(SimpleLocalProcessSpawner):
    """JupyterLab as a process of the platform's own user, for the staff of the permission table only."""

    exchange_dir = Unicode(help="nbgrader's exchange, which it does not make itself.").tag(config=True)
    _ending = False

    def load_state(self, state: dict[str, Any]) -> None:
        """Remember a JupyterLab that still runs, and no other process."""
        super().load_state(state)
        if self.pid and not runs(self.pid, SINGLEUSER):  # type: ignore[has-type]  # of the untyped base class
            self.pid = 0

    def get_env(self) -> dict[str, str]:
        """Leave out Formgrader for whoever may not mark."""
        env: dict[str, str] = super().get_env()
        if not allowed([group.name for group in self.user.groups], "mark"):
            env["JUPYTER_CONFIG_PATH"] = os.pathsep.join([str(NO_MARKING), env.get("JUPYTER_CONFIG_PATH", "")])
        return env

    async def poll(self) -> int | None:
        """Tell how it ended, or None while it runs; ends it when its owner left or lost the permission."""
        status: int | None = await super().poll()
        if status is not None or self._ending or not self.pid or await self.authenticator.may_go_on(self.user):
            return status
        self._ending = True  # stopping polls too
        await self.stop()
        return 0

    async def start(self) -> tuple[str, int]:
        """Make the person's folder, which nobody else may read, and start."""
        self._ending = False
        for folder in (self.home_dir, self.exchange_dir):
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        address: tuple[str, int] = await super().start()
        return address
