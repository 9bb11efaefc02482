"""Readers' kernels: each belongs to the user who opened the page, and there are few of them."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from jupyter_server.utils import ApiPath
from tornado.websocket import WebSocketHandler
from traitlets import Integer, default

from lopso.permissions import Permission
from lopso.settings import PREFIX, Settings

KERNEL = "python3"
KERNELSPECS = Path(__file__).parents[1] / "kernelspec"
#: What a kernel needs of the service's environment: where programs and libraries are, language and time zone.
INHERITED = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV"})
#: Pages of these permissions are dashboards.
DATABASE: frozenset[Permission] = frozenset({"dashboards", "file"})
#: Sent when the kernel behind a page has ended; the page then offers to reload.
KERNEL_ENDED = 4404


def environment(
    environ: Mapping[str, str], settings: Settings, user: str, permission: Permission, private: Path
) -> dict[str, str]:
    """Make a kernel's environment from nothing: no token, and settings from the environment only for dashboards."""
    kept = {name: value for name, value in environ.items() if name in INHERITED}
    if permission in DATABASE:  # dashboards: they read the database, whose address may come from the environment
        names = {PREFIX + field.name.upper() for field in fields(Settings)} | {"LOPSO_SETTINGS"}
        kept |= {name: value for name, value in environ.items() if name in names}
    return kept | {
        "LOPSO_ROOT": str(settings.root),
        "LOPSO_USER": user,
        "IPYTHONDIR": str(private / "ipython"),
    }


class ReaderKernelSpecs(KernelSpecManager):
    """Knows our own kernel only, whatever else is installed."""

    ensure_native_kernel = False

    @default("kernel_dirs")
    def _our_own(self) -> list[str]:
        return [str(KERNELSPECS)]


class ReaderKernelManager(ServerKernelManager):
    """One kernel, reached through sockets in a private folder rather than open ports."""

    @default("transport")
    def _default_transport(self) -> str:
        return "ipc"


class ReaderKernels(AsyncMappingKernelManager):
    """All kernels, by owner; the oldest of a user makes room for the newest."""

    per_user = Integer(3, config=True)

    def __init__(self, **kwargs: Any) -> None:
        self.owners: dict[str, tuple[str, Permission]] = {}
        self.sockets: defaultdict[str, set[WebSocketHandler]] = defaultdict(set)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._endings: set[asyncio.Task[None]] = set()
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # jupyter_server's

    @default("kernel_manager_class")
    def _default_kernel_manager_class(self) -> str:
        return f"{__name__}.ReaderKernelManager"

    async def open(self, kernel_id: str, user: str, permission: Permission, settings: Settings, path: str) -> Any:
        """Start the kernel `kernel_id` for `user` in the folder of `path` and give its manager.

        The owner is known before the kernel runs.
        """
        env = environment(os.environ, settings, user, permission, Path(self.connection_dir))
        async with self._turns[user]:  # one at a time, or six tabs opened at once would pass the limit together
            await self._make_room(user)
            self.owners[kernel_id] = (user, permission)
            try:
                folder = ApiPath(os.path.dirname(path))
                await self.start_kernel(kernel_id=kernel_id, kernel_name=KERNEL, path=folder, env=env)
            except BaseException:
                self.owners.pop(kernel_id, None)
                raise
        return self.get_kernel(kernel_id)

    async def close(self, kernel_id: str) -> None:
        """End a kernel at once, unless it has ended."""
        if kernel_id in self:
            end: Any = self.shutdown_kernel
            await end(kernel_id, now=True)

    async def _make_room(self, user: str) -> None:
        mine = [kernel_id for kernel_id, (owner, _permission) in self.owners.items() if owner == user]
        for kernel_id in mine[: max(0, len(mine) - self.per_user + 1)]:
            await self.close(kernel_id)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that was shut down, culled or died, and tell its page."""
        self.owners.pop(kernel_id, None)
        for socket in self.sockets.pop(kernel_id, set()):
            socket.close(KERNEL_ENDED, "kernel ended")
        return super().remove_kernel(kernel_id)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        # The stock answer only forgets the kernel and leaks its sockets.
        ending = asyncio.ensure_future(self.close(kernel_id))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
