"""Voilà as a service of the hub: its application, reduced to what a reader needs."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import tornado.ioloop
import tornado.web
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.log import log_request
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.httpserver import HTTPServer
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler

from lopso.errors import OperatorError
from lopso.hub import wakeup
from lopso.hub.voila import handlers
from lopso.hub.voila.admission import Admission
from lopso.hub.voila.handover import Handover
from lopso.hub.voila.identity import PREFIX, HubIdentity, OwnerOnly, hub_auth
from lopso.hub.voila.kernels import ReaderKernels, ReaderKernelSpecs
from lopso.settings import Settings
from lopso.words import catalogue

_ = catalogue("voila")

#: Where kernels are reached, in the folder for temporary files; the service's process id follows.
FOLDER = "lopso-voila-"
TEMPLATES = Path(__file__).parent / "templates"
#: Browser extensions that a page needs; the rest of what is installed is for JupyterLab.
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
#: Seconds a cell, and a kernel's start, may take.
CELL_SECONDS, START_SECONDS = 60, 30
#: Only our own host, whatever a notebook says; widgets bring their code as blob: addresses and inline scripts.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


def configuration(settings: Settings) -> Config:
    """Give Voilà's configuration for `settings`."""
    config = Config()
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.extension_allowlist = list(EXTENSIONS)
    config.VoilaConfiguration.multi_kernel_manager_class = ReaderKernels
    config.VoilaConfiguration.kernel_spec_manager_class = ReaderKernelSpecs
    config.VoilaExecutor.timeout = CELL_SECONDS
    config.VoilaExecutor.startup_timeout = START_SECONDS
    config.HTMLExporter.language_code = settings.language
    config.ReaderKernels.per_user = settings.kernels_per_user
    config.ReaderKernels.cull_idle_timeout = settings.kernel_idle_minutes * 60
    config.ReaderKernels.cull_interval = 30
    config.KernelRestarter.restart_limit = 0  # a kernel started anew would stand behind a page that knows nothing of it
    return config


class Notebooks(LargeFileManager):
    """Reads notebooks; whether one is trusted is for JupyterLab to know, and would be written below HOME."""

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:
        """Keep no signatures."""


class VoilaService(Voila):
    """Voilà's application with our own addresses, templates, kernels and door; it reads no files and no arguments."""

    def __init__(self, settings: Settings, handover: Handover, admission: Admission) -> None:
        super().__init__(config=configuration(settings))
        self.lopso, self.admission = settings, admission
        self.hub_auth = hub_auth(handover)
        self.ip, self.port, self.open_browser = "127.0.0.1", handover.port, False
        self.base_url = self.server_url = PREFIX
        self.root_dir = str(settings.root)
        self.identity_provider_class, self.authorizer_class = HubIdentity, OwnerOnly
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()
        self.template_paths: list[str] = [str(TEMPLATES), *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Add what tornado must know when the application is made."""
        settings = super().init_settings()
        self.contents_manager = Notebooks(parent=self)
        return {
            **settings,
            "contents_manager": self.contents_manager,
            "compress_response": True,
            "allow_unauthenticated_access": False,
            "log_function": log_request,
            "headers": {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"},
            "static_immutable_cache": [f"{PREFIX}voila/labextensions/"],  # their names carry a hash
            "default_handler_class": handlers.Nothing,
        }

    def init_handlers(self) -> list[Any]:
        """List every address there is."""
        themes = {"themes_url": "/voila/api/themes", "path": self.themes_dir}
        return [
            (rf"{PREFIX}voila/render/(.+)", handlers.PageHandler, {"template_paths": self.template_paths}),
            (rf"{PREFIX}api/kernels/{KERNEL_ID}", handlers.KernelModel),
            (rf"{PREFIX}api/kernels/{KERNEL_ID}/channels", handlers.KernelSocket),
            (rf"{PREFIX}voila/api/shutdown/{KERNEL_ID}", handlers.KernelEnd),
            (rf"{PREFIX}voila/templates/(.*)", TemplateStaticFileHandler),
            (rf"{PREFIX}voila/static/(.*)", MultiStaticFileHandler, {"paths": self.static_paths}),
            (
                rf"{PREFIX}voila/api/themes/(.*)",
                ThemesHandler,
                {**themes, "labextensions_path": self.labextensions_path, "no_cache_paths": ["/"]},
            ),
            (rf"{PREFIX}voila/labextensions/(.*)", FileFindHandler, {"path": self.labextensions_path}),
            (rf"{PREFIX}oauth_callback", handlers.Callback, {"hub_auth": self.hub_auth}),
            (rf"{PREFIX}health", handlers.Health),
            (PREFIX.rstrip("/") + "/?", handlers.Home),
        ]

    def start(self) -> None:
        """Listen until a signal comes, then end every kernel.

        Raises OperatorError when the port is taken.
        """
        wakeup.install()
        _tidy(_short_folder())
        self.connection_dir = tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir=_short_folder())
        try:
            tornado.ioloop.IOLoop.current().run_sync(self._serve)
        finally:
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _serve(self) -> None:
        self.app = tornado.web.Application(**self.init_settings())
        self.app.add_handlers(".*$", self.init_handlers())
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        server = self._listen()
        self.log.info("Voilà answers on port %s.", self.port)
        await stopped.wait()
        server.stop()
        await self.kernel_manager.shutdown_all(now=True)

    def _listen(self) -> HTTPServer:
        try:
            return self.app.listen(self.port, self.ip, xheaders=True)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise OperatorError(_("Port {port} is taken.").format(port=self.port)) from error


def _tidy(folder: str) -> None:
    # What a service left behind that was killed; somebody else's folders do not let themselves be removed.
    for left in Path(folder).glob(f"{FOLDER}*"):
        pid = left.name.removeprefix(FOLDER).partition("-")[0]
        if pid.isdecimal() and not Path("/proc", pid).exists():
            shutil.rmtree(left, ignore_errors=True)


def _short_folder() -> str:
    # The path of a unix socket has room for 107 bytes, of which a kernel's name takes 60.
    folder = tempfile.gettempdir()
    return folder if len(folder) <= 30 else "/tmp"
