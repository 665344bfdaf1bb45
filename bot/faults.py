"""Faults in settings: where, what was found, and what is allowed; all of them at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

_TWICE = re.compile(r"Cannot declare \(([^)]*)\) twice(.*)")
_OVERWRITTEN = re.compile(r"Cannot overwrite a value(.*)")
_LONGEST = 60  # characters of a value that a message repeats


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong. `path` is the key's ("engine.threads"), or empty when it is the file as a whole."""

    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        sentence = f"found {self.found}, use {self.allowed}"
        return one_line(f"{self.path}: {sentence}" if self.path else sentence)


class ConfigError(Exception):
    """Settings that cannot be used: `file` (None: the defaults or the environment) has these `faults`."""

    def __init__(self, file: Path | None, faults: Sequence[Fault]) -> None:
        self.file, self.faults = file, tuple(faults)
        lines = [self.heading, *(f"  {fault}" for fault in self.faults)]
        super().__init__("\n".join(lines) if len(faults) > 1 else f"{file or 'the settings'}: {faults[0]}")

    @property
    def heading(self) -> str:
        """What is wrong altogether, in one line."""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return f"{self.file or 'the settings'}: {count}"


def toml_fault(error: tomllib.TOMLDecodeError) -> Fault:
    """Return the fault of a text that is no TOML; what is there twice is the mistake that an example invites to."""
    found = str(error)
    if match := _TWICE.search(found):
        section, place = ".".join(re.findall(r"'([^']*)'", match[1])), match[2]
        advice = f"it once: where [{section}] stands already, put your lines below it, or take the # off those there"
        return Fault("", f"[{section}] a second time{place}", advice)
    if match := _OVERWRITTEN.search(found):
        return Fault("", f"a key a second time{match[1]} (a mistake in the TOML: {found})", "each key once")
    return Fault("", f"a mistake in the TOML: {found}", "TOML such as key = value")


def one_line(text: str) -> str:
    """Return the text with line breaks and other control characters escaped, fit for a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def near(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three of the known names that the misspelt one may mean, best first."""
    return difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)


def shown(value: Any) -> str:
    """Return a value as it may stand in TOML, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a section"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def allowed(schema: Mapping[str, Any]) -> str:
    """Return what a key takes, by its JSON schema, in words that fit behind "use"."""
    if "allowed" in schema:
        return str(schema["allowed"])
    kind = next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)
    if "enum" in kind:
        return listed([f'"{value}"' for value in kind["enum"]])
    if kind.get("format") == "path":
        return "a path in quotes"
    names = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text in quotes"}
    return names.get(kind["type"], "a section") + _range(kind)


def listed(words: Sequence[str]) -> str:
    """Return the words as a choice: a, b or c."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _range(kind: Mapping[str, Any]) -> str:
    low, high = kind.get("minimum"), kind.get("maximum")
    if high is not None:
        start = f"from {low:.10g}" if low is not None else f"above {kind['exclusiveMinimum']:.10g}"
        return f" {start} to {high:.10g}"
    if low is not None:
        return f" of at least {low:.10g}"
    return f" above {kind['exclusiveMinimum']:.10g}" if "exclusiveMinimum" in kind else ""
