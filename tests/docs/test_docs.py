"""The docs are true: what they name exists, and what exists is named."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import typer.main

from consentry.cli.main import app
from consentry.hazards.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS_PAGE = ROOT / "docs" / "commands.md"


def commands() -> Iterator[tuple[str, frozenset[str]]]:
    """Each command as it is typed, with its options."""
    root = typer.main.get_command(app)
    waiting = [("consentry", root)]
    while waiting:
        name, command = waiting.pop()
        options = {flag for p in command.params for flag in (*p.opts, *p.secondary_opts) if flag.startswith("--")}
        yield name, frozenset(options)
        waiting.extend((f"{name} {sub}", below) for sub, below in getattr(command, "commands", {}).items())


COMMANDS = dict(commands())


def invocations(text: str) -> Iterator[str]:
    """Every use of the command in code spans and code blocks, continuation lines joined."""
    for span in re.findall(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL):
        for line in "".join(span).replace("\\\n", " ").splitlines():
            match = re.match(r"\s*(?:\$ )?(?:\S*/)?(consentry(?:\s.*)?)$", line)
            if match:
                yield match[1].split("#")[0].strip()


def named(invocation: str) -> tuple[str, list[str]]:
    """The command that an invocation names, and its options."""
    words = invocation.split()
    name = words[0]
    for word in words[1:]:
        if f"{name} {word}" not in COMMANDS:
            break
        name = f"{name} {word}"
    return name, re.findall(r"(?<!\S)(--[a-z][a-z-]*)", invocation)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    for invocation in invocations(page.read_text(encoding="utf-8")):
        name, options = named(invocation)
        rest = invocation.removeprefix(name).split()
        assert not (name == "consentry" and rest and rest[0].isalpha()), f"no such command: {invocation}"
        assert set(options) <= COMMANDS[name] | {"--help"}, (
            f"{invocation}: {set(options) - COMMANDS[name]} do not exist"
        )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_a_section_that_names_each_option(command: str) -> None:
    text = COMMANDS_PAGE.read_text(encoding="utf-8")
    match = re.search(rf"^## `{re.escape(command)}`\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert match, f"docs/commands.md has no section '## `{command}`'"
    told = set(re.findall(r"`(--[a-z][a-z-]*)", match[1]))
    missing = COMMANDS[command] - {"--help", "--install-completion", "--show-completion"} - told
    assert not missing, f"{command}: {sorted(missing)} are not told"


def test_every_section_of_the_commands_page_is_a_command() -> None:
    text = COMMANDS_PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"^## `([^`]+)`", text, re.MULTILINE)) == set(COMMANDS)


def test_the_hazards_page_has_exactly_the_catalogue() -> None:
    text = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `([^`]+)`", text, re.MULTILINE)) == set(CATALOGUE)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
