"""Settings of one deployment: read once from the environment (`KAMERSPOOR_*`) and `kamerspoor.toml`, validated, then passed down.

The environment wins over the file. Nested values use two underscores: `KAMERSPOOR_SOURCES__KOOP__BASE_URL`.
"""

from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from db.errors import UsageError

CONFIG_NAME = "kamerspoor.toml"


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
    document_seconds: float = Field(default=120, gt=0)
    """How long one document may take to read."""
    document_megabytes: int = Field(default=2048, ge=512)
    """How much memory the reading process may use."""
    sources: dict[str, SourceSettings] = {}

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
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        variable = f"KAMERSPOOR_{name.upper().replace('.', '__')}"
        raise UsageError(f"settings: {name}: {first['msg'].removeprefix('Value error, ')} (in {path} or {variable})") from error
    given = {name: value for name, value in overrides.items() if value is not None}
    return settings.model_copy(update=given)


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
