"""The kernel of a reader's page: no debugger, no history, and one sentence instead of a traceback."""

from __future__ import annotations

import sys
import traceback
from typing import Any

sys.modules["debugpy"] = None  # type: ignore[assignment]  # half of a kernel's start, and readers debug nothing

from ipykernel.ipkernel import IPythonKernel  # noqa: E402 - after debugpy is ruled out
from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.zmqshell import ZMQInteractiveShell  # noqa: E402
from traitlets import Type  # noqa: E402
from traitlets.config import Config  # noqa: E402

from lopso.words import catalogue  # noqa: E402

_ = catalogue("voila")


class PageError(Exception):
    """What a browser is told about any exception."""


class ReaderShell(ZMQInteractiveShell):
    """A shell that keeps code and values out of the browser and writes them to the service's log."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:  # noqa: ARG002 - IPython's signature
        print("".join(traceback.format_exception(evalue)), file=sys.__stderr__, flush=True)
        sentence = _("This part of the page has failed. Reload the page; if it fails again, tell your administrator.")
        show: Any = super()._showtraceback
        show(PageError, PageError(sentence), [sentence])


class ReaderKernel(IPythonKernel):
    """A kernel with that shell."""

    shell_class = Type(ReaderShell)


def configuration() -> Config:
    """Give the kernel's configuration."""
    config = Config()
    config.InteractiveShell.xmode = "Minimal"
    config.HistoryManager.enabled = False
    config.IPKernelApp.capture_fd_output = False  # what libraries print below Python belongs into the log
    config.IPKernelApp.log_level = "ERROR"
    return config


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=ReaderKernel, config=configuration())
