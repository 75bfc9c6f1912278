"""Consents, permits and their seals are made in one place each: a search finds every other."""

import ast
from pathlib import Path

import pytest

import consentry
from consentry.consent import profile, receipt

SEALED = {"Consent": Path(receipt.__file__), "Permit": Path(profile.__file__)}
SEALS = {"_SEAL", "_MADE"}


def mentions(source: str, name: str) -> list[str]:
    """Every way in which a module could make such an object: a call, an alias, past the check, with the seal."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called == name:
                found.append(f"line {node.lineno} constructs one")
            case ast.Call(func=ast.Attribute(attr="__new__")) if name in ast.unparse(node):
                found.append(f"line {node.lineno} constructs one past its check")
            case ast.alias(name=called, asname=str()) if called == name:
                found.append(f"line {node.lineno} gives it another name")
    return found


def seals(source: str) -> list[str]:
    """Every use of a seal of the consent package."""
    tree = ast.parse(source)
    theirs = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("consentry.consent")
        and SEALS & {one.name for one in node.names}
    }  # fmt: skip
    reached = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in SEALS and ast.unparse(node.value) != "self"
    }
    return sorted([*theirs, *reached])


@pytest.mark.parametrize("name", SEALED)
@pytest.mark.parametrize(
    "forgery",
    [
        "{0}(a, b, c)",
        "module.{0}(a, b, c)",
        "object.__new__({0})",
        "from consentry.consent.somewhere import {0} as Other",
    ],
)
def test_the_search_finds_forgeries(name: str, forgery: str) -> None:
    assert mentions(forgery.format(name), name)


@pytest.mark.parametrize(
    "forgery", ["from consentry.consent.receipt import _SEAL", "receipt._MADE.add(x)", "profile._SEAL"]
)
def test_the_search_finds_seals(forgery: str) -> None:
    assert seals(forgery)


@pytest.mark.parametrize(("name", "home"), SEALED.items())
def test_only_one_module_constructs_them(name: str, home: Path) -> None:
    package = Path(consentry.__file__).parent
    assert len(mentions(home.read_text(), name)) == 1, "made twice, or the search itself has gone blind"
    others = {path: path.read_text() for path in package.rglob("*.py") if path != home}
    assert len(others) > 300
    naming = {path: text for path, text in others.items() if name in text}
    assert naming, "nobody names it: the search itself has gone blind"
    assert {str(path): found for path, text in naming.items() if (found := mentions(text, name))} == {}
    sealing = {path: text for path, text in others.items() if any(seal in text for seal in SEALS)}
    assert sealing
    known = set(SEALED.values())
    assert {str(path): found for path, text in sealing.items() if path not in known and (found := seals(text))} == {}


def test_the_settings_alone_say_which_profile_an_installation_has() -> None:
    """Whoever made an installation by hand would choose his own profile."""
    package = Path(consentry.__file__).parent
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "Installation" in (text := path.read_text()) and mentions(text, "Installation")
    }
    assert makers == {"app/kiosk_settings.py"}
