"""Settings of one deployment: read once from the environment (`KAMERSPOOR_*`) and `kamerspoor.toml`, validated, then passed down.

The environment wins over the file. Nested values use two underscores: `KAMERSPOOR_SOURCES__KOOP__BASE_URL`. Secrets come from the environment only,
so that the file can be shown, copied and kept under version control.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from db.errors import UsageError

CONFIG_NAME = "kamerspoor.toml"
PATHS = ("data", "database", "watches", "topics")
"""Settings that are paths: in the file they count from its folder, in the environment from the working folder."""


class SourceSettings(BaseModel):
    """How this deployment treats one source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    every_minutes: float | None = Field(default=None, gt=0)
    base_url: str | None = None
    """Host that stands in for all of the source's: a mirror or a test server."""
    base_urls: dict[str, str] = {}
    """The same for one endpoint, by its name (`kamerspoor sources --json` shows them)."""
    delay: float | None = Field(default=None, ge=0)
    """Seconds between two requests; the source's own rule when absent."""

    def endpoints(self) -> dict[str, str]:
        """Base URLs by endpoint, `*` for all: what a source takes."""
        return {**({"*": self.base_url} if self.base_url else {}), **self.base_urls}

    @field_validator("base_url")
    @classmethod
    def _is_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value


class MailSettings(BaseModel):
    """The server that sends our mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "ssl", "none"] = "starttls"
    """`starttls` begins in the clear and refuses to go on without encryption; `ssl` is encrypted from the first byte (port 465)."""
    user: str | None = None
    password: SecretStr | None = None
    sender: str
    """The address in From, with or without a name: `Kamerspoor <kamerspoor@example.org>`."""
    seconds: float = Field(default=30, gt=0)
    """How long the server may take for one answer."""

    @field_validator("sender")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^\r\n<>]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+", value):
            raise ValueError("must be an address: someone@example.org or Name <someone@example.org>")
        return value

    @model_validator(mode="after")
    def _password_is_covered(self) -> Self:
        if self.password is not None and self.security == "none":
            raise ValueError("a password is not sent without encryption: set security to starttls or ssl")
        if (self.password is None) != (self.user is None):
            raise ValueError("user and password belong together")
        return self


class WebhookSettings(BaseModel):
    """One receiver of webhooks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretStr
    """Where to post; secret, because many receivers put their key in it."""
    secret: SecretStr
    """The key of the signature: `whsec_` and base64, or any text of 16 characters and more. Two with a space between: both sign."""

    @field_validator("url")
    @classmethod
    def _is_url(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("secret")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        return long_enough(value)


class BrowseSettings(BaseModel):
    """The pages, served by `python scheduler.py` beside the crawl."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8001, gt=0, lt=65536)


def long_enough(value: SecretStr) -> SecretStr:
    """A secret that cannot be guessed.

    Raises:
        ValueError: it has fewer than 16 characters.
    """
    if any(len(part) < 16 for part in value.get_secret_value().split() or [""]):
        raise ValueError("must have at least 16 characters")
    return value


class Settings(BaseSettings):
    """Everything that differs between two deployments."""

    model_config = SettingsConfigDict(env_prefix="KAMERSPOOR_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data: Path = Path("kamerspoor-data")
    """Folder of the database, the raw bytes and the feeds."""
    database: Path | None = None
    watches: Path = Path("watches.toml")
    feed_base_url: str = "http://127.0.0.1:8001/feeds/"
    """Where readers fetch the feeds; part of the feeds' own links."""
    contact: str = "https://example.org/kamerspoor"
    """How a source's operator reaches whoever runs this; part of the User-Agent."""
    topics: Path | None = None
    """Folder with further topic files."""
    model: str | None = None
    """Name or folder of a trained Dutch pipeline; the bundled one when absent."""
    alert_max_age_days: int = Field(default=60, ge=1)
    """A publication that is older when it is first read is history, not news: it is stored and alerts nobody."""
    document_seconds: float = Field(default=300, gt=0)
    """How long one document may take to read."""
    document_megabytes: int = Field(default=2048, ge=512)
    """How much memory the reading process may use."""
    sources: dict[str, SourceSettings] = {}
    public_url: str | None = None
    """Where readers reach `kamerspoor browse`; alerts then link to its pages, and with `secret` mails have a link that pauses them."""
    secret: SecretStr | None = None
    """Signs the links in mails."""
    corrections_token: SecretStr | None = None
    """Who knows it may contradict what was read, in `kamerspoor browse`; without it nobody may."""
    browse: BrowseSettings = BrowseSettings()
    mail: MailSettings | None = None
    webhooks: dict[str, WebhookSettings] = {}
    webhook_secret: SecretStr | None = None
    """The key for receivers whose URL stands in the watches file itself."""
    webhook_allow_private: bool = False
    """Whether webhooks may go to addresses inside our own network."""
    webhook_seconds: float = Field(default=15, gt=0)
    """How long a receiver may take for one webhook."""
    notify: dict[str, SecretStr] = {}
    """Name to Apprise URL: chat and other services."""

    @field_validator("secret", "webhook_secret", "corrections_token")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value is None else long_enough(value)

    @field_validator("public_url")
    @classmethod
    def _is_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @property
    def database_path(self) -> Path:
        """The database file."""
        return self.database or self.data / "kamerspoor.db"

    @property
    def feeds_path(self) -> Path:
        """The folder of the feeds: beside the database."""
        return self.database_path.parent / "feeds"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before the file, whose values come in as arguments."""
        return env_settings, file_secret_settings, init_settings


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings.

    Args:
        config: the settings file; else `KAMERSPOOR_CONFIG`, else `kamerspoor.toml` in the working folder when there is one.
        overrides: values from the command line; they win over everything.

    Raises:
        UsageError: the file is absent, not TOML, or holds an unknown or invalid setting.
    """
    named = config or (Path(os.environ["KAMERSPOOR_CONFIG"]) if "KAMERSPOOR_CONFIG" in os.environ else None)
    path = named or Path(CONFIG_NAME)
    values: dict[str, Any] = {}
    if named is not None or path.exists():
        values = _read_toml(path)
        for name in _secrets(values, Settings):
            variable = f"KAMERSPOOR_{name.upper().replace('.', '__')}"
            raise UsageError(f"settings: {name}: a secret does not belong in {path}; put it in the environment as {variable}")
        values |= _from_folder(path.parent, values)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        variable = f"KAMERSPOOR_{name.upper().replace('.', '__')}"
        raise UsageError(f"settings: {name}: {first['msg'].removeprefix('Value error, ')} (in {path} or {variable})") from error
    given = {name: value for name, value in overrides.items() if value is not None}
    return settings.model_copy(update=given)


def _from_folder(folder: Path, values: Mapping[str, Any]) -> dict[str, str]:
    """The paths of a file, and the defaults of those that it leaves out, as they count from its folder: cron starts commands elsewhere."""
    said = {name: values.get(name, Settings.model_fields[name].default) for name in PATHS}
    return {name: str(folder / value) for name, value in said.items() if isinstance(value, str | Path)}


def _secrets(values: dict[str, Any], model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The names of values that are secrets by their type."""
    for name, value in values.items():
        field = model.model_fields.get(name)
        types = () if field is None else _leaves(field.annotation)
        keyed = field is not None and get_origin(field.annotation) is dict and isinstance(value, dict)
        for key, inner in value.items() if keyed else [("", value)]:
            place = f"{prefix}{name}.{key}" if keyed else f"{prefix}{name}"
            if SecretStr in types:
                yield place
            for inside in types:
                if isinstance(inside, type) and issubclass(inside, BaseModel) and isinstance(inner, dict):
                    yield from _secrets(inner, inside, f"{place}.")


def _leaves(annotation: Any) -> tuple[Any, ...]:
    """The types that an annotation is made of: `dict[str, X]` and `X | None` hold X."""
    return tuple(leaf for part in get_args(annotation) for leaf in _leaves(part)) or (annotation,)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"settings: {path} does not exist; `kamerspoor init` writes one") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"settings: {path}: {error}") from error
    except OSError as error:
        raise UsageError(f"settings: {path}: {error.strerror}") from error


def interval(settings: Settings, source: str, default: timedelta) -> timedelta:
    """How often to crawl a source: this deployment's wish, else the source's own rhythm."""
    own = settings.sources.get(source)
    return default if own is None or own.every_minutes is None else timedelta(minutes=own.every_minutes)
