"""Settings: the environment wins over the file, and a mistake is one line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from db.errors import UsageError
from pipeline.commands.init import EXAMPLE_SETTINGS
from pipeline.settings import interval, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "kamerspoor.toml"
    path.write_text(text)
    return path


def test_the_example_changes_nothing(tmp_path: Path) -> None:
    uncommented = "\n".join(line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in EXAMPLE_SETTINGS.splitlines())
    assert load_settings(write(tmp_path, EXAMPLE_SETTINGS)) == load_settings(write(tmp_path, ""))
    known = load_settings(write(tmp_path, "\n".join(line for line in uncommented.splitlines() if not line.startswith("# Settings"))))
    assert known.sources["koop"].base_url == "https://repository.overheid.nl"  # every commented line is a setting that exists


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, 'data = "file"\n[sources.koop]\nevery_minutes = 5\n')
    monkeypatch.setenv("KAMERSPOOR_DATA", "environment")
    monkeypatch.setenv("KAMERSPOOR_SOURCES__KOOP__BASE_URL", "http://127.0.0.1:1")
    settings = load_settings(path)
    assert settings.database_path == Path("environment/kamerspoor.db")
    assert settings.sources["koop"].endpoints() == {"*": "http://127.0.0.1:1"}
    assert interval(settings, "koop", timedelta(hours=1)) == timedelta(minutes=5)
    assert interval(settings, "councils", timedelta(hours=1)) == timedelta(hours=1)


def test_paths_in_the_file_count_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, elsewhere = tmp_path / "kamerspoor", tmp_path / "home"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)  # where cron starts a command
    path = write(folder, 'data = "kept"\ntopics = "../mine"\nwatches = "/etc/kamerspoor/watches.toml"\n')
    settings = load_settings(path)
    assert (settings.database_path, settings.topics) == (folder / "kept" / "kamerspoor.db", folder / "../mine")
    assert settings.watches == Path("/etc/kamerspoor/watches.toml")
    assert load_settings(write(folder, 'database = "k.db"\n')).database_path == folder / "k.db"
    assert load_settings(write(folder, "")).watches == folder / "watches.toml"  # what the file leaves out as well
    monkeypatch.setenv("KAMERSPOOR_DATA", "here")
    assert load_settings(path).data == Path("here")
    monkeypatch.setenv("KAMERSPOOR_CONFIG", "../kamerspoor/kamerspoor.toml")
    assert load_settings().watches.resolve() == folder / "watches.toml"


def test_without_a_file_paths_count_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (load_settings().data, load_settings().watches) == (Path("kamerspoor-data"), Path("watches.toml"))


def test_the_feeds_lie_beside_the_database(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, ""), database=tmp_path / "x" / "k.db").feeds_path == tmp_path / "x" / "feeds"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dat = 1\n", "settings: dat: Extra inputs are not permitted"),
        ("data = \n", "line 1"),
        ("document_seconds = -1\n", "settings: document_seconds: Input should be greater than 0"),
        ('[sources.koop]\nbase_url = "ftp://x"\n', "sources.koop.base_url: must begin with http:// or https://"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        load_settings(write(tmp_path, text))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


PLANTED = "planted-secret-0123456789"


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        (f'secret = "{PLANTED}"\n', "KAMERSPOOR_SECRET"),
        (f'webhook_secret = "{PLANTED}"\n', "KAMERSPOOR_WEBHOOK_SECRET"),
        (f'[mail]\nhost = "x"\nsender = "a@example.org"\npassword = "{PLANTED}"\n', "KAMERSPOOR_MAIL__PASSWORD"),
        (f'[webhooks.team]\nurl = "https://example.org/{PLANTED}"\n', "KAMERSPOOR_WEBHOOKS__TEAM__URL"),
        (f'[notify]\nchat = "json://{PLANTED}"\n', "KAMERSPOOR_NOTIFY__CHAT"),
    ],
)
def test_a_secret_in_the_file_is_refused_without_showing_it(tmp_path: Path, text: str, variable: str) -> None:
    with pytest.raises(UsageError) as error:
        load_settings(write(tmp_path, text))
    assert variable in str(error.value)
    assert PLANTED not in str(error.value)


def test_secrets_come_from_the_environment_and_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SECRET": PLANTED, "MAIL__PASSWORD": PLANTED, "MAIL__USER": "kamerspoor", "WEBHOOKS__TEAM__URL": f"https://example.org/{PLANTED}",
        "WEBHOOKS__TEAM__SECRET": PLANTED, "NOTIFY__CHAT": f"json://{PLANTED}",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"KAMERSPOOR_{name}", value)
    settings = load_settings(write(tmp_path, '[mail]\nhost = "x"\nsender = "Kamerspoor <a@example.org>"\n'))
    assert settings.mail is not None
    assert settings.mail.password is not None
    assert settings.mail.password.get_secret_value() == PLANTED
    assert settings.webhooks["team"].url.get_secret_value().endswith(PLANTED)
    assert settings.notify["chat"].get_secret_value() == f"json://{PLANTED}"
    assert PLANTED not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SECRET": "short"}, "at least 16 characters"),
        ({"WEBHOOKS__TEAM__URL": f"ftp://{PLANTED}", "WEBHOOKS__TEAM__SECRET": PLANTED}, "must begin with http"),
        ({"MAIL__HOST": "x", "MAIL__SENDER": "a@b\nBcc: c@d"}, "must be an address"),
        ({"MAIL__HOST": "x", "MAIL__SENDER": "a@b", "MAIL__PASSWORD": PLANTED}, "belong together"),
        ({"MAIL__HOST": "x", "MAIL__SENDER": "a@b", "MAIL__PASSWORD": PLANTED, "MAIL__USER": "u", "MAIL__SECURITY": "none"}, "encryption"),
    ],
)
def test_a_mistake_near_a_secret_does_not_show_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"KAMERSPOOR_{name}", value)
    with pytest.raises(UsageError) as error:
        load_settings(write(tmp_path, ""))
    assert says in str(error.value)
    assert PLANTED not in str(error.value)
