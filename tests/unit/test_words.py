"""Every message has a Vietnamese translation, and no translation stands without its message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[2] / "src" / "lopso"
LOCALE = PACKAGE / "locale" / "vi"
CATALOGUE = re.compile(r'catalogue\("(\w+)"\)')
PLACEHOLDER = re.compile(r"\{\w*\}")
#: Whose words the templates of a folder are; a message of theirs may stand in any of the domains named.
TEMPLATES = {
    "web": (
        "web",
        "lessons",
        "regrading",
        "editor",
        "certificates",
        "reports",
        "filing",
        "people",
        "club",
        "club_after",
        "printing",
    ),
    "pages": ("pages", "lessons"),
    "hub": ("hub", "voila"),
}
KEYWORDS = {"_": None}


def _in_code() -> dict[str, dict[str, str]]:
    """Gather domain → message → place; a module's `_` belongs to the domain it names."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        domains = CATALOGUE.findall(path.read_text(encoding="utf-8"))
        domains += ["advice"] * (path.parent.name == "advice")  # a check's line is translated where it is shown
        for line, message in _messages(path):
            place = f"{path.relative_to(PACKAGE)}:{line}"
            assert len(set(domains)) == 1, f"{place}: which of {domains}?"
            found.setdefault(domains[0], {}).setdefault(message, place)
    for path in sorted(PACKAGE.glob("web/static/editor*.js")):
        for line, message, _comments, _context in extract_from_file("javascript", path, keywords=KEYWORDS):
            found.setdefault("editor_page", {}).setdefault(str(message), f"{path.relative_to(PACKAGE)}:{line}")
    return found


def _messages(path: Path) -> Iterator[tuple[int, str]]:
    # By the syntax tree, since babel's reader of Python does not look into f-strings.
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if path.parent.name == "advice" and isinstance(node, ast.FunctionDef) and _is_check(node):
            yield node.lineno, (ast.get_docstring(node) or "").partition("\n")[0]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            [message] = node.args
            if isinstance(message, ast.Constant):
                yield node.lineno, message.value


def _is_check(node: ast.FunctionDef) -> bool:
    """Tell whether a function is a check of the writing desk, whose docstring the writer reads."""
    return any(isinstance(one, ast.Call) and ast.unparse(one.func) == "check" for one in node.decorator_list)


def _in_templates() -> list[tuple[tuple[str, ...], str, str]]:
    found = []
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.j2")]):
        noun = path.relative_to(PACKAGE).parts[0]
        domains = TEMPLATES.get(noun, (noun,))
        for line, message, _comments, _context in extract_from_file(
            "jinja2.ext:babel_extract", path, keywords=KEYWORDS, options={"trimmed": "true"}
        ):
            found.append((domains, str(message), f"{path.relative_to(PACKAGE)}:{line}"))
    return found


def _translations() -> dict[str, dict[str, str]]:
    found = {}
    for path in LOCALE.glob("*.po"):
        with path.open("rb") as file:
            found[path.stem] = {str(m.id): str(m.string or "") for m in read_po(file, locale="vi") if m.id}
    return found


def test_every_message_of_the_code_is_translated() -> None:
    there = _translations()
    missing = [
        f"{domain}: {place}: {message}"
        for domain, messages in _in_code().items()
        for message, place in messages.items()
        if not there.get(domain, {}).get(message)
    ]
    assert not missing, "\n".join(missing)


def test_every_message_of_the_templates_is_translated() -> None:
    there = _translations()
    missing = [
        f"{place}: {message}"
        for domains, message, place in _in_templates()
        if not any(there.get(domain, {}).get(message) for domain in domains)
    ]
    assert not missing, "\n".join(missing)


def test_no_translation_stands_without_its_message() -> None:
    code = _in_code()
    in_templates = {(domain, message) for domains, message, _place in _in_templates() for domain in domains}
    obsolete = [
        f"{domain}: {message}"
        for domain, messages in _translations().items()
        for message in messages
        if message not in code.get(domain, {}) and (domain, message) not in in_templates
    ]
    assert not obsolete, "\n".join(obsolete)


def test_a_translation_has_the_places_of_its_message() -> None:
    wrong = [
        f"{domain}: {message}"
        for domain, messages in _translations().items()
        for message, said in messages.items()
        if said and set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(said))
    ]
    assert not wrong, "\n".join(wrong)
