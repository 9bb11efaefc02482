"""All settings as one frozen value, read from a path and an environment given by the caller."""

from __future__ import annotations

import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lopso.errors import OperatorError
from lopso.words import catalogue

_ = catalogue("core")

PREFIX = "LOPSO_"
#: Environment names of the same prefix that are not settings: where the settings are, and what a kernel is told.
NOT_SETTINGS = frozenset({"LOPSO_SETTINGS", "LOPSO_RUN", "LOPSO_USER", "LOPSO_WEB_URL"})

LANGUAGES = ("vi", "en")
DATABASES = ("sqlite://", "postgresql://", "postgresql+psycopg://")
CENTURY = 36_500
#: What numbers may be; those that are not named here count something and begin at 1.
RANGES = {
    "port": range(65_536),
    "own_pace_lines": range(1_000_001),
    "retain_leavers_days": range(CENTURY),
    "retain_practice_days": range(CENTURY),
    "retain_imports_days": range(CENTURY),
    "retain_nicknames_days": range(CENTURY),
}
COUNTS = range(1, 1_000_001)


@dataclass(frozen=True)
class Settings:
    """What one installation may choose; docs/operations.md has a line for each."""

    root: Path
    var: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    plan: str = "vinh-bao-2024"
    sample: bool = True
    language: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    https_domain: str = ""
    caddy: str = ""
    session_hours: int = 12
    login_tries: int = 5
    login_tries_address: int = 30
    login_window_minutes: int = 15
    kernels_per_user: int = 3
    kernel_idle_minutes: int = 10
    max_body_kib: int = 1024
    web_processes: int = 1
    own_pace_lines: int = 2000
    retain_leavers_days: int = 0
    retain_practice_days: int = 0
    retain_imports_days: int = 365
    retain_nicknames_days: int = 90

    @property
    def run(self) -> Path:
        """Folder of ports, tokens and process ids of the running platform."""
        return self.var / "run"

    @property
    def logs(self) -> Path:
        """Folder of the components' logs."""
        return self.var / "logs"

    @property
    def grading(self) -> Path:
        """Folder of nbgrader's course: source, release, submitted, autograded, feedback."""
        return self.root / "grading"

    @property
    def evidence(self) -> Path:
        """Folder of the photos of what units filed, a folder a unit."""
        return self.var / "evidence"

    @property
    def pages(self) -> Path:
        """Folder of the rendered lesson pages."""
        return self.var / "pages"


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read `lopso.toml` at `path` (none: no file), then LOPSO_* of `environ`, which win.

    Raises OperatorError naming the unknown key or the value that does not fit.
    """
    values: dict[str, Any] = _from_file(path) if path else {}
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            values[name.removeprefix(PREFIX).lower()] = value
    kinds = typing.get_type_hints(Settings)
    for key in values:
        if key not in kinds:
            raise OperatorError(_("Unknown setting: {key}.").format(key=key), _known())
    typed = {key: _typed(key, value, kinds[key]) for key, value in values.items()}
    for key, value in typed.items():
        _ensure_sense(key, value)
    root = Path(typed.get("root") or (path.parent if path else Path.cwd())).resolve()
    var = (root / Path(typed.get("var") or "var")).resolve()
    url = typed.get("database_url") or f"sqlite:///{var / 'lopso.db'}"
    return Settings(**{**typed, "root": root, "var": var, "database_url": url})


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OperatorError(_("{file} cannot be read: {error}").format(file=path.name, error=error)) from error


def _typed(key: str, value: Any, kind: type | types.UnionType) -> Any:
    if kind is bool and str(value).lower() in {"1", "true", "yes", "0", "false", "no"}:
        return str(value).lower() in {"1", "true", "yes"}
    if kind is int and str(value).lstrip("-").isdigit():
        return int(value)
    if kind in (str, Path) and isinstance(value, str):
        return value
    raise OperatorError(_("Setting {key} cannot be {value!r}.").format(key=key, value=value))


def _ensure_sense(key: str, value: Any) -> None:
    """Refuse a value of the right type with which nothing would run, or personal data would be erased too early."""
    refused = _("Setting {key} cannot be {value!r}.").format(key=key, value=value)
    if isinstance(value, int) and not isinstance(value, bool):
        allowed = RANGES.get(key, COUNTS)
        if value not in allowed:
            fix = _("Choose a number from {least} to {most}.").format(least=allowed[0], most=allowed[-1])
            raise OperatorError(refused, fix)
    if key == "language" and value not in LANGUAGES:
        raise OperatorError(refused, _("Choose one of: {list}.").format(list=", ".join(LANGUAGES)))
    if key == "timezone" and not _is_zone(value):
        raise OperatorError(refused, _("Choose a name such as {example}.").format(example=Settings.timezone))
    if key == "database_url" and value and not value.startswith(DATABASES):  # it may hold a password: not shown
        raise OperatorError(_("Setting database_url must begin with sqlite:/// or postgresql://."))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _known() -> str:
    return _("Known settings: {keys}.").format(keys=", ".join(field.name for field in fields(Settings)))
