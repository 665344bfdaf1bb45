"""Sentences in one person's language: translated, with plurals, numbers, times and names filled in.

Message ids are the English sentences; their placeholders stand in braces and are filled by name. Values are never
read as templates, and whatever a person wrote goes through `safe` first.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import timedelta
from gettext import NullTranslations
from typing import Literal

from babel import Locale
from babel.dates import format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from bot.presenter.dialect import DISCORD, Dialect

_UNITS = (("gigabyte", 1024**3), ("megabyte", 1024**2), ("kilobyte", 1024), ("byte", 1))
NAME_LENGTH = 60  # characters of a person's own words that a sentence repeats
_LONGEST_SPAN = 10**9  # seconds, 30 years: what exceeds it is no estimate
_KEPT_FORMATS = "\u200c\u200d"  # joiners: families and professions among the emojis, and Persian spelling


def N_(message: str) -> str:  # noqa: N802 - the name that extractors look for
    """Mark a message for the catalogues where it stands in a table, to be translated when it is used."""
    return message


def safe(text: object, longest: int = NAME_LENGTH) -> str:
    """Return somebody's own words as one short line without control characters.

    What reads from right to left is isolated, so that it cannot turn the sentence around it.
    """
    parts = [
        character
        if character in _KEPT_FORMATS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else " "
        for character in str(text)[: 8 * longest]
    ]
    line = re.sub(r"\s+", " ", "".join(parts)).strip()
    if len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in line):
        line = f"\u2068{line}\u2069"
    return line


class Words:
    """One language, its way of writing numbers and times, and the present.

    `dialect` is how the chat speaks that it is said in. `private`: nobody else is there, so that what goes for groups
    may be left out.
    """

    def __init__(
        self,
        locale: Locale,
        translations: NullTranslations,
        now: Callable[[], float],
        *,
        dialect: Dialect = DISCORD,
        private: bool = False,
    ) -> None:
        self.locale = locale
        self.dialect = dialect
        self.private = private
        self._translations = translations
        self._now = now

    def gettext(self, message: str, **values: str | int) -> str:
        """Translate a sentence and fill in its placeholders; numbers are written as the language writes them."""
        # An empty message id is the catalogue's header.
        return self._filled(self._translations.gettext(message), values) if message else ""

    def here(self, server: str, group: str, **values: str | int) -> str:
        """Translate one of two sentences (marked by `N_`): that for servers, or that for groups."""
        return self.gettext(group if self.dialect.groups else server, **values)

    def pgettext(self, context: str, message: str) -> str:
        """Translate a name that depends on what it names, such as a command's; it has no placeholders."""
        return self._translations.pgettext(context, message)

    def ngettext(self, singular: str, plural: str, n: int, **values: str | int) -> str:
        """Translate a sentence that depends on a number, which fills the placeholder {n}."""
        return self._filled(self._translations.ngettext(singular, plural, n), {"n": n, **values})

    def _filled(self, template: str, values: dict[str, str | int]) -> str:
        return template.format_map(
            {name: value if isinstance(value, str) else self.number(value) for name, value in values.items()}
        )

    def name(self, text: str, longest: int = NAME_LENGTH) -> str:
        """Return a name such as a preset's title: translated where the catalogue has it, and safe."""
        return safe(self._translations.gettext(text) if text else "", longest)

    def quoted(self, text: object) -> str:
        """Return somebody's own words in quotation marks; numbers go without."""
        line = safe(text)
        if re.fullmatch(r"[+-]?\d+([.,]\d+)?", line, re.ASCII):
            return line
        return self.gettext("“{text}”", text=line)

    def number(self, value: float) -> str:
        """Write a number, such as 1,024."""
        return str(format_decimal(value, locale=self.locale))

    def percent(self, fraction: float) -> str:
        """Write a fraction from 0 to 1 as a whole percentage."""
        return str(format_percent(fraction, format=None, locale=self.locale))

    def size(self, width: int, height: int) -> str:
        """Write a picture's size in pixels, such as 512 × 384."""
        return f"{width} × {height}"

    def bytes(self, count: float) -> str:
        """Write an amount of data, such as 20 MB."""
        unit, divisor = next((unit, size) for unit, size in _UNITS if count >= size or size == 1)
        # Rounded up, so that a file just above a limit does not seem to be as large as the limit.
        amount = math.ceil(10 * count / divisor) / 10
        return str(format_unit(amount, f"digital-{unit}", length="short", locale=self.locale))

    def megapixels(self, pixels: float) -> str:
        """Write a number of pixels, such as 50 megapixels."""
        return str(format_unit(round(pixels / 1e6, 1), "graphics-megapixel", locale=self.locale))

    def figure(self, value: float) -> str:
        """Write a measured value to four significant digits."""
        text = f"{value:.4g}"
        return self.number(float(text)) if 0.1 <= abs(value) < 1e9 else text

    def duration(self, seconds: float) -> str:
        """Write a time span in words: 34 seconds, 2 minutes, 3 hours."""
        return format_timedelta(_whole_seconds(seconds), locale=self.locale)

    def exact_duration(self, seconds: float) -> str:
        """Write a measured time span: 94 seconds, and from ten minutes on 12 minutes."""
        return format_timedelta(_whole_seconds(seconds), threshold=10, locale=self.locale)

    def estimate(self, seconds: float) -> str:
        """Write an expected time span, no more exact than it is worth: 35 seconds."""
        whole = _whole_seconds(seconds)
        return self.duration(whole if whole < 20 else 5 * round(whole / 5))

    def days(self, days: float) -> str:
        """Write a number of days, such as 30 days; less than one in hours."""
        whole = timedelta(days=round(days)) if days >= 1 else timedelta(days=days)
        # Not format_unit: Babel lacks the long form of "day" in some languages.
        unit: Literal["day", "hour"] = "day" if days >= 1 else "hour"
        return format_timedelta(whole, granularity=unit, threshold=math.inf, locale=self.locale)

    def when(self, moment: float) -> str:
        """Write a moment (Unix seconds) relative to now: in 3 hours, 2 days ago."""
        distance = moment - self._now()
        whole = _whole_seconds(abs(distance))
        return format_timedelta(whole if distance > 0 else -whole, add_direction=True, locale=self.locale)

    def both(self, parts: Iterable[str]) -> str:
        """Join as "a, b and c"."""
        return str(format_list(list(parts), style="standard", locale=self.locale))

    def either(self, parts: Iterable[str]) -> str:
        """Join as "a, b or c"."""
        return str(format_list(list(parts), style="or", locale=self.locale))


def _whole_seconds(seconds: float) -> int:
    return round(min(max(1.0, seconds), _LONGEST_SPAN)) if math.isfinite(seconds) else _LONGEST_SPAN
