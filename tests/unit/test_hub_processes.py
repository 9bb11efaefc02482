"""Recognising the hub's own processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lopso.hub.processes import OwnProxy, runs


def test_a_process_is_recognised_by_its_program() -> None:
    with subprocess.Popen([sys.executable, "-m", "code"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as other:
        assert other.stderr
        other.stderr.read(1)  # it has begun
        assert runs(other.pid, "code")
        assert not runs(other.pid, "lopso.hub.proxy")
        other.communicate()


def test_a_process_that_is_gone_runs_nothing() -> None:
    assert not runs(2**22 + 1, "pytest")  # above the kernel's highest process number


def test_a_remembered_number_that_is_another_program_now_is_no_proxy() -> None:
    proxy = OwnProxy(auth_token="any", should_start=False)
    with pytest.raises(ProcessLookupError):
        proxy._check_pid(os.getpid())
