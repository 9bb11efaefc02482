"""The few addresses of the service: a page, its kernel, its end; everything else does not exist."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from jinja2.bccache import Bucket, BytecodeCache
from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterhub.singleuser.extension import JupyterHubOAuthCallbackHandler
from tornado import web
from tornado.iostream import StreamClosedError
from voila.notebook_renderer import NotebookRenderer
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from lopso.dashboards.paint import painted
from lopso.dashboards.viewing import Viewer, utc_now
from lopso.errors import NotFound, PersonError
from lopso.hub.voila import words
from lopso.hub.voila.admission import Page

#: Seconds for which a kernel's start waits for the first paint.
HEAD_START = 0.15


class Compiled(BytecodeCache):
    """Keeps compiled templates: nbconvert makes a new environment for each page, and compiles it all again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template's code if it is kept."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class OurErrors(web.RequestHandler):
    """Errors as a page in the reader's language, with the way home."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the page of `status_code`, with the sentences of a PersonError where one was raised."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        told = error if isinstance(error, PersonError) else words.sentences(status_code)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        template = self.settings["voila_jinja2_env"].get_template("error.html")
        self.finish(template.render(message=told.message, fix=told.fix, words=words.page()))

    def _handle_request_exception(self, error: BaseException) -> None:
        # Tornado knows the status of its own errors only.
        if isinstance(error, PersonError) and not self._finished:
            self.send_error(error.status, exc_info=(type(error), error, None))
            return
        super()._handle_request_exception(error)


class PageHandler(OurErrors, JupyterHandler):
    """A notebook as a page, written while its cells run."""

    def initialize(self, template_paths: list[str]) -> None:
        """Keep where the templates are."""
        self.template_paths = template_paths

    @web.authenticated
    async def get(self, path: str) -> None:
        """Open the page for its reader, with a kernel of its own."""
        app = self.settings["voila"]
        page = await asyncio.to_thread(app.admission.page, path)
        user = self.current_user.username
        await asyncio.to_thread(app.admission.admit, user, page.permission)
        kernels: Any = self.kernel_manager
        kernel_id = str(uuid4())
        paint = asyncio.ensure_future(self._paint(page, user))

        async def start() -> Any:
            # A stored paint is there in no time and goes first; one that is made shares the time with the kernel.
            await asyncio.wait([paint], timeout=HEAD_START)
            return await kernels.open(kernel_id, user, page.permission, app.lopso, page.path)

        kernel = asyncio.ensure_future(start())
        whole = False
        try:
            renderer = await self._renderer(page, paint)
            whole = await self._write_page(renderer, kernel_id, kernel)
        finally:
            if not whole:  # a page that was cut off says so itself and can only be reloaded
                await asyncio.gather(kernel, return_exceptions=True)
                await kernels.close(kernel_id)

    async def _paint(self, page: Page, user: str) -> str:
        """Give what is shown before the kernel runs; without it the page still works."""
        app = self.settings["voila"]
        viewer = Viewer(app.lopso, app.admission.engine, user)
        try:
            return await asyncio.to_thread(painted, viewer, page.path, utc_now())
        except Exception:
            self.log.exception("There is no first paint of %s.", page.path)
            return ""

    async def _renderer(self, page: Page, paint: asyncio.Future[str]) -> NotebookRenderer:
        app = self.settings["voila"]
        config = app.voila_configuration
        renderer = NotebookRenderer(
            voila_configuration=config,
            traitlet_config=app.config,
            notebook_path=page.path,
            template_paths=self.template_paths,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            base_url=self.base_url,
            page_config=get_page_config(self.base_url, self.settings, self.log, config),
        )
        await renderer.initialize()
        renderer.exporter.environment.bytecode_cache = COMPILED
        title = str(renderer.notebook.metadata.get("title") or renderer.resources["metadata"]["name"])
        renderer.notebook.metadata["title"] = f"{title} – Lớp Số"
        renderer.resources |= {"heading": title, "words": words.page(), "back": page.lesson, "board": page.board}

        async def first_paint() -> str:
            return await paint

        renderer.resources["first_paint"] = first_paint
        return renderer

    async def _write_page(self, renderer: NotebookRenderer, kernel_id: str, kernel: asyncio.Future[Any]) -> bool:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        try:
            async for snippet, _resources in renderer.generate_content_generator(kernel_id, kernel):
                self.write(snippet)
                await self.flush()
        except StreamClosedError:
            self.log.info("The reader left before the page was whole.")
            return False
        return True


class KernelSocket(VoilaKernelWebsocketHandler):
    """The page's line to its kernel; closed by us when the kernel ends."""

    async def open(self, kernel_id: str) -> None:
        """Remember the line, then connect."""
        self.kernel_manager.sockets[kernel_id].add(self)
        await super().open(kernel_id)

    def on_close(self) -> None:
        """Forget the line."""
        self.kernel_manager.sockets.get(self.kernel_id, set()).discard(self)
        if getattr(self, "connection", None) is not None:
            super().on_close()


class KernelModel(KernelHandler):
    """Whether a kernel is still there, for its page."""

    SUPPORTED_METHODS = ("GET", "HEAD")


class KernelEnd(APIHandler):
    """The page says that it is left."""

    auth_resource = "kernels"

    @web.authenticated
    @authorized
    async def post(self, kernel_id: str) -> None:
        """End the kernel."""
        kernels: Any = self.kernel_manager
        await kernels.close(kernel_id)
        self.set_status(204)


class Callback(OurErrors, JupyterHubOAuthCallbackHandler):
    """The way back from the hub's log-in."""


class Health(web.RequestHandler):
    """Tells the supervisor that we answer; tells nobody anything else."""

    def get(self) -> None:
        """Answer."""
        self.finish("ok")


class Home(web.RequestHandler):
    """There is no list of notebooks here; the home page has the links."""

    def get(self) -> None:
        """Send home."""
        self.redirect("/")


class Nothing(OurErrors, JupyterHandler):
    """Every other address."""

    @allow_unauthenticated
    async def prepare(self) -> None:  # type: ignore[override]
        """Say that there is nothing, whoever asks and however."""
        told = words.sentences(404)
        raise NotFound(told.message, told.fix)
