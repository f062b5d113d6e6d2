"""The README names everything that a user can name: commands, sources, settings, make targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.sources import source_classes
from pipeline.cli import app
from pipeline.settings import Settings, SourceSettings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(command.callback.__name__ for command in app.registered_commands if command.callback)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`kamerspoor {command}" in README


@pytest.mark.parametrize("source", source_classes())
def test_every_source_is_in_the_readme_and_has_recordings(source: str) -> None:
    assert f"| `{source}` |" in README
    assert (ROOT / "tests" / "recordings" / source).is_dir()


@pytest.mark.parametrize("setting", [*Settings.model_fields, *(name for name in SourceSettings.model_fields)])
def test_every_setting_is_in_the_readme(setting: str) -> None:
    if setting != "sources":
        assert re.search(rf"`[a-z.<>]*{setting}`", README)


def test_no_link_of_the_readme_leads_nowhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = re.findall(r'(?:<img src="|\]\()(docs/[^")]+\.png)', README)
    assert {(ROOT / picture).name for picture in pictures} == {path.name for path in (ROOT / "docs").glob("*.png")}
    assert max((ROOT / picture).stat().st_size for picture in pictures) < 90_000


def test_no_file_names_one_machine() -> None:
    """No path of the machine on which it was written, no address of a package index."""
    machine = re.compile("(/" + "work/|/" + "root/|index-" + "url|simple/" + "$)")
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if path.is_file() and path.suffix in {".py", ".toml", ".md", ".txt", ".yml", ".cfg"} and not relative.parts[0].startswith("."):
            assert not machine.search(path.read_text(encoding="utf-8")), relative
