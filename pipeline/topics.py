"""The topics that a watch can name, with the titles that readers see."""

from __future__ import annotations

from pathlib import Path

from nlp.topic_files import load_topics


def topic_titles(further: Path | None = None) -> dict[str, str]:
    """Name to Dutch title of every topic, those of a further folder included."""
    return {topic.name: topic.title for topic in load_topics(further)}
