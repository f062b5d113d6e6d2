"""The sources: one module each, found by its file name."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from crawler.sources.base import Source
from db.errors import UsageError


def source_class(name: str) -> type[Source]:
    """The source of this name.

    Raises:
        UsageError: there is none.
    """
    found = source_classes()
    if name not in found:
        raise UsageError(f"no source named {name!r}; there are {', '.join(sorted(found))}")
    return found[name]


def source_classes() -> dict[str, type[Source]]:
    """Every source by name, in order of name: the classes in the modules here whose name is their module's."""
    found: dict[str, type[Source]] = {}
    for module_info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = import_module(f"{__name__}.{module_info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Source) and thing.__dict__.get("name") == module_info.name:
                found[module_info.name] = thing
    return found
