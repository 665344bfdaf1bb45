"""Presets: named style pictures with credits and good settings, shipped with the project or added by an admin.

A folder of presets holds pictures and a `styles.toml` with a section for each:

    [dragon-scales]
    title = "Dragon scales"
    file = "dragon.jpg"

`description`, `credits`, `licence` and `settings` (options, such as `settings = { strength = 60 }`) may be added.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from PIL import Image

from bot.catalogs import in_every_language
from bot.faults import ConfigError, Fault, listed, near, shown
from bot.naming import Names
from nst_engine.options import OptionError, Options, make_options

SHIPPED = Path(__file__).resolve().parent / "styles"
LIST_FILE = "styles.toml"
FORMATS = ("JPEG", "PNG", "WEBP")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TEXTS = {"title": 80, "description": 300, "file": 255, "credits": 300, "licence": 80}  # key: most characters
_KEYS = (*_TEXTS, "settings")


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A named style. `settings` are options that suit it, checked; `title` and `description` are English."""

    name: str
    title: str
    path: Path
    description: str = ""
    credits: str = ""
    licence: str = ""
    settings: Mapping[str, Any] = MappingProxyType({})

    @property
    def titles(self) -> tuple[str, ...]:
        """Its title in every language that is spoken here, English first."""
        return in_every_language(self.title)

    def picture_bytes(self) -> bytes:
        """Read the picture's file, encoded as it lies there. Blocks; raises OSError when the file has gone."""
        return self.path.read_bytes()

    def options(self, base: Options | None = None) -> Options:
        """Return the preset's settings on top of `base` or the defaults."""
        return make_options(self.settings, base)


class UnknownPreset(LookupError):
    """No preset has this name; `near` holds up to three similar ones, best first."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        self.name, self.near = name, tuple(near)
        super().__init__(f"there is no preset called {name!r}" + (f"; near: {listed(self.near)}" if near else ""))


class PresetsError(ConfigError):
    """Folders of presets that cannot be used, with every fault in all of them.

    `file` is the `styles.toml` at fault; with faults in several files it is None, and each fault's path begins with its
    file's.
    """

    def __init__(self, faults: Mapping[Path, Sequence[Fault]]) -> None:
        if len(faults) == 1:
            [(file, found)] = faults.items()
            super().__init__(file, found)
        else:
            super().__init__(
                None,
                [
                    msgspec.structs.replace(fault, path=f"{file}: {fault.path}" if fault.path else str(file))
                    for file, several in faults.items()
                    for fault in several
                ],
            )


class Presets:
    """All presets by name, in the order of their files: the shipped ones first, then each folder's."""

    def __init__(self, presets: Sequence[Preset]) -> None:
        self._presets = {preset.name: preset for preset in presets}

    @classmethod
    def load(cls, *folders: Path, shipped: Path | None = SHIPPED, default: str | None = None) -> Presets:
        """Read the shipped presets and those in `folders`; a later preset replaces an earlier one of its name.

        Blocks; raises PresetsError with every fault in every folder, and ConfigError when `default` (the config's
        defaults.preset) is none of them.
        """
        presets: list[Preset] = []
        faults: dict[Path, list[Fault]] = {}
        for folder in (*([shipped] if shipped else ()), *folders):
            reader = _Reader(folder)
            presets += reader.read()
            if reader.faults:
                faults[folder / LIST_FILE] = reader.faults
        if faults:
            raise PresetsError(faults)
        found = cls(presets)
        if default is not None:
            found._require_default(default)
        return found

    def get(self, name: str) -> Preset:
        """Return the preset with this name, or with this title in any language; raises UnknownPreset."""
        if preset := self._presets.get(name):
            return preset
        names = Names(self.named())
        if preset := names.exactly(name):
            return preset
        raise UnknownPreset(name, [preset.name for preset in names.near(name)])

    def named(self) -> Iterator[tuple[str, Preset]]:
        """Yield all that presets are called, and which: by their names, then by their titles, English ones first."""
        yield from ((preset.name, preset) for preset in self)
        yield from ((preset.title, preset) for preset in self)
        yield from ((title, preset) for preset in self for title in preset.titles)

    def _require_default(self, name: str) -> None:
        try:
            self.get(name)
        except UnknownPreset as error:
            known = listed([f'"{similar}"' for similar in error.near]) or 'a name that "impasto styles" lists'
            raise ConfigError(None, [Fault("defaults.preset", f'"{name}"', known)]) from None

    def names(self) -> tuple[str, ...]:
        """Return every preset's name, in order."""
        return tuple(self._presets)

    def __iter__(self) -> Iterator[Preset]:
        return iter(self._presets.values())

    def __len__(self) -> int:
        return len(self._presets)

    def __contains__(self, name: object) -> bool:
        return name in self._presets


class _Reader:
    """Reads one folder, collecting faults instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []

    def read(self) -> list[Preset]:
        return [preset for name, entry in self._entries().items() if (preset := self._preset(name, entry))]

    def _fault(self, path: str, found: str, allowed: str) -> None:
        self.faults.append(Fault(path, found, allowed))

    def _entries(self) -> dict[str, Any]:
        try:
            return tomllib.loads((self.folder / LIST_FILE).read_bytes().decode("utf-8-sig"))
        except FileNotFoundError:
            self._fault("", "no such file", f"a folder with a {LIST_FILE}")
        except OSError as error:
            self._fault("", error.strerror or str(error), "a file that you can read")
        except UnicodeDecodeError:
            self._fault("", "text that is not UTF-8", "UTF-8")
        except tomllib.TOMLDecodeError as error:
            self._fault("", f"a mistake in the TOML: {error}", "TOML such as key = value")
        return {}

    def _preset(self, name: str, entry: Any) -> Preset | None:
        before = len(self.faults)
        if not _NAME.fullmatch(name):
            self._fault(name, shown(name), "a name of up to 40 small letters a to z, digits and hyphens")
        if not isinstance(entry, dict):
            self._fault(name, shown(entry), f"a section: [{name}]")
            return None
        for key in entry.keys() - set(_KEYS):
            self._fault(f"{name}.{key}", "an unknown key", listed(near(key, _KEYS) or _KEYS))
        texts = {key: self._text(name, key, entry) for key in _TEXTS}
        path = self._picture(name, texts["file"]) if texts["file"] else None
        settings = self._settings(name, entry.get("settings", {}))
        if len(self.faults) > before or path is None:
            return None
        del texts["file"]
        return Preset(name=name, path=path, settings=MappingProxyType(settings), **texts)

    def _text(self, name: str, key: str, entry: dict[str, Any]) -> str:
        most, needed = _TEXTS[key], key in ("title", "file")
        value = entry.get(key, "")
        if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
            found = shown(value) if key in entry else "nothing"
            self._fault(f"{name}.{key}", found, f"text in quotes, {'1' if needed else '0'} to {most} characters")
            return ""
        return value.strip()

    def _picture(self, name: str, file: str) -> Path | None:
        key, folder = f"{name}.file", self.folder.resolve()
        path = None if "\0" in file else (folder / file).resolve()  # which no system takes in a name
        if path is None or not path.is_relative_to(folder):
            self._fault(key, shown(file), "the name of a picture in the same folder")
            return None
        try:
            with Image.open(path, formats=FORMATS) as picture:
                picture.verify()
        except FileNotFoundError:
            self._fault(key, f"no file {shown(file)}", "the name of a picture in the same folder")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            self._fault(key, f"{shown(file)}, which is no picture that can be read", "a JPEG, PNG or WebP picture")
        else:
            return path
        return None

    def _settings(self, name: str, values: Any) -> dict[str, Any]:
        key = f"{name}.settings"
        if not isinstance(values, dict):
            self._fault(key, shown(values), "options, such as { strength = 60 }")
            return {}
        settings = {}
        for option, value in values.items():
            try:
                settings[option] = getattr(make_options({option: value}), option)
            except OptionError as error:
                known = option in Options.__struct_fields__
                self._fault(f"{key}.{option}", shown(value) if known else "an unknown option", error.allowed)
                continue
            if settings[option] == "file":
                self._fault(f"{key}.{option}", shown(value), '"photo", "noise" or "style"')
        return settings
