"""What people call things: by names in any language, with small slips, by number, and several at once.

Names are compared in two steps: as they are (in any case), then without accents, apostrophes, hyphens and spaces.
How alike two words are says difflib, which comes with Python and is quick enough for some hundred names.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from bot.catalogs import joining_words

T = TypeVar("T")

_APOSTROPHES = str.maketrans("’‘`´＇′", "''''''")
_MORE_APOSTROPHES = "'ʼʹ"
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_MARKS = re.compile("[\u0300-\u036f]")  # accents: not the marks that make another letter in Japanese and elsewhere
_APART = re.compile(r"[+,;、，；＋\"“”„«»\n]|[^\s/&|+,;、，；＋\"“”„«»]+")
_NUMBER = re.compile(r"[#№]?(\d{1,3})[.)]?")
_JOINED = "と"  # between Japanese words, which have no spaces

_NEAR, _NEAR_WORD = 0.6, 0.7  # of two names, and of single words of them, one of which somebody may have meant
_BEHIND = 0.2  # the nearest by more than this is not near
_SLIP, _LEAD = 0.8, 0.1  # of what somebody clearly meant; by so much less does anything else fit
_SHORTEST_SLIP, _SHORTEST_WORD = 4, 3
_MOST_WORDS = 40  # that are looked at
_MOST_WORDS_WITH_SLIPS = 12
_MOST_NEAR = 3
# What reading costs: the cheapest reading is what was meant
_A_NAME, _A_SLIP, _A_WORD, _A_JOINT = 10.0, 100.0, 10_000.0, 1.0


def style_key(name: str) -> str:
    """Return a name as it is compared: however it is composed, in any case, with single spaces, ' for ’."""
    apart = unicodedata.normalize("NFD", " ".join(name.split())).translate(_APOSTROPHES)
    return unicodedata.normalize("NFC", apart.casefold())  # as Unicode 3.13 compares without regard to case


@lru_cache(maxsize=4096)  # what strangers type: bounded
def loosely(name: str) -> str:
    """Return the words of a name as they are compared with less care: no accents, apostrophes or hyphens."""
    name = unicodedata.normalize("NFD", name).translate(_APOSTROPHES)
    apart = _MARKS.sub("", unicodedata.normalize("NFKD", name.casefold()).casefold())
    apart = "".join(sign for sign in apart if sign not in _MORE_APOSTROPHES)
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in apart)
    return unicodedata.normalize("NFC", " ".join(words.split()))


def closely(name: str) -> str:
    """Return a name as `loosely` does, without its spaces."""
    return loosely(name).replace(" ", "")


def number_in(text: str) -> int | None:
    """Return the number that a text is, as in 3, #3 and 3.; None for other texts."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found[1]) if found else None


@dataclass(frozen=True)
class Read(Generic[T]):
    """What a name means; `slip` is what was typed, where that is not quite its name."""

    meant: T
    slip: str | None = None


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What words mean: what they name, in order, and the parts that name nothing."""

    named: tuple[Read[T], ...] = ()
    unknown: tuple[str, ...] = ()


class Names(Generic[T]):
    """Finds what is meant by what people type. Where two things have the same name, it means the first."""

    def __init__(self, named: Iterable[tuple[str, T]], numbered: Sequence[T | None] = ()) -> None:
        """`named` are names of things, each of which may have several; `numbered` are those that numbers from 1 mean.

        None in `numbered` is one that is no more.
        """
        self._exact: dict[str, T] = {}
        self._loose: dict[str, T] = {}
        self._numbered = numbered
        every = [(name, thing) for name, thing in named if name]
        for name, thing in every:
            self._exact.setdefault(style_key(name), thing)
        for way in (loosely, closely, _with_umlauts):
            for name, thing in every:
                if key := way(name):
                    self._loose.setdefault(key, thing)
        self._longest = max((len(name.split()) for name in self._loose), default=0) + 1

    def exactly(self, text: str) -> T | None:
        """Return the thing that has this name, however it is written; None where nothing has."""
        if (found := self._exact.get(style_key(text))) is not None:
            return found
        loose = loosely(text)
        found = self._loose.get(loose)
        return found if found is not None else self._loose.get(loose.replace(" ", ""))

    def read(self, text: str) -> Reading[T]:
        """Return what a text names: one thing, or several, joined by signs, spaces or words such as "and"."""
        if (whole := self.exactly(text)) is not None:
            return Reading((Read(whole),))
        words = [part for word in _APART.findall(text) for part in self._without_joints(word)]
        if len(words) > _MOST_WORDS:
            return Reading(unknown=(" ".join(text.split()),))
        if (numbered := self._by_number(words)) is not None:
            return Reading(tuple(map(Read, numbered)))
        cut = self._cheapest(words)
        if cut.unknown and len(words) <= _MOST_WORDS_WITH_SLIPS:
            cut = self._cheapest(words, with_slips=True)
        if not cut.named:
            return Reading(unknown=(" ".join(text.split()),))
        return Reading(cut.named, cut.unknown)

    def near(self, text: str) -> list[T]:
        """Return up to three things that may be meant by a text, best first: their names or words of them are alike."""
        whole = loosely(text)
        alike = likeness_to(whole)
        found = [(alike(key, _NEAR), thing) for key, thing in self._loose.items()]
        parts = [(part, thing) for key, thing in self._loose.items() for part in _long_words(key)]
        for word in _long_words(whole)[:_MOST_WORDS_WITH_SLIPS]:
            alike = likeness_to(word)
            found += [(alike(part, _NEAR_WORD), thing) for part, thing in parts]
        found = [(likeness, thing) for likeness, thing in found if likeness]
        found.sort(key=lambda pair: -pair[0])
        return _each_once(thing for likeness, thing in found if likeness >= found[0][0] - _BEHIND)[:_MOST_NEAR]

    # ---- how ----------------------------------------------------------------------------------------------------

    def _by_number(self, words: Sequence[str]) -> list[T] | None:
        """Return what numbers mean, where there is nothing but numbers, all of them of something."""
        numbers = [number_in(word) for word in words if not _joins(word)]
        if not numbers:
            return None
        found = [
            self._numbered[number - 1] if number is not None and 0 < number <= len(self._numbered) else None
            for number in numbers
        ]
        known = [thing for thing in found if thing is not None]
        return known if len(known) == len(found) else None

    def _without_joints(self, word: str) -> list[str]:
        """Take apart what is joined without spaces, unless it is a name as it stands."""
        parts = [part for part in word.split(_JOINED) if part]
        if len(parts) < 2 or self.exactly(word) is not None or any(self.exactly(part) is None for part in parts):
            return [word]
        return parts

    def _cheapest(self, words: Sequence[str], *, with_slips: bool = False) -> _Cut[T]:
        """Cut the words into names such that as few as possible are no names, then as few as possible are slips."""
        best: list[_Cut[T]] = [_Cut(0.0)]
        for end in range(1, len(words) + 1):
            last, before = words[end - 1], best[end - 1]
            cuts = [before.with_unknown(last)]
            if _joins(last):
                cuts.append(before.joint())
            for begin in range(max(0, end - self._longest), end):
                piece = words[begin:end]
                if _is_sign(piece[0]) or _is_sign(piece[-1]):
                    continue
                cut, name = best[begin], " ".join(piece)
                if (found := self.exactly(name)) is not None:
                    cuts.append(cut.with_name(_A_NAME, Read(found)))
                elif with_slips and not any(map(_is_sign, piece)) and (slip := self._slip(name)) is not None:
                    likeness, thing = slip
                    cuts.append(cut.with_name(_A_SLIP * (2 - likeness), Read(thing, name)))
            best.append(min(cuts, key=lambda cut: cut.cost))
        return best[-1]

    def _slip(self, name: str) -> tuple[float, T] | None:
        """Return what is clearly meant, and how alike it is; None where nothing is, or two things are about as likely.

        What differs in a digit is something else.
        """
        key = loosely(name)
        if len(key) < _SHORTEST_SLIP:
            return None
        digits, alike = _digits(key), likeness_to(key)
        best: tuple[float, T] | None = None
        second = 0.0
        for known, thing in self._loose.items():
            likeness = alike(known, _SLIP - _LEAD) if _digits(known) == digits else 0.0
            if best is None or likeness > best[0]:
                if best is not None and best[1] is not thing:
                    second = best[0]
                best = likeness, thing
            elif thing is not best[1]:
                second = max(second, likeness)
        return best if best is not None and best[0] >= max(_SLIP, second + _LEAD) else None


@dataclass(frozen=True)
class _Cut(Generic[T]):
    """The words so far, cut into names."""

    cost: float
    named: tuple[Read[T], ...] = ()
    unknown: tuple[str, ...] = ()
    is_open: bool = field(default=False)  # the last word was no name: the next may belong to it

    def with_name(self, cost: float, read: Read[T]) -> _Cut[T]:
        return _Cut(self.cost + cost, (*self.named, read), self.unknown)

    def joint(self) -> _Cut[T]:
        return _Cut(self.cost + _A_JOINT, self.named, self.unknown)

    def with_unknown(self, word: str) -> _Cut[T]:
        unknown = (*self.unknown[:-1], f"{self.unknown[-1]} {word}") if self.is_open else (*self.unknown, word)
        return _Cut(self.cost + _A_WORD, self.named, unknown, is_open=True)


def likeness_to(one: str) -> Callable[[str, float], float]:
    """Return what tells how alike another word is, 0 to 1; 0 for less than is asked for, as most are at a glance."""
    matcher = difflib.SequenceMatcher(None, "", one, autojunk=False)  # which remembers what it finds out of this one

    def alike(other: str, least: float) -> float:
        if 2 * min(len(one), len(other)) < least * (len(one) + len(other)):
            return 0.0
        matcher.set_seq1(other)
        ratio = matcher.ratio() if matcher.quick_ratio() >= least else 0.0
        return ratio if ratio >= least else 0.0

    return alike


def _long_words(text: str) -> list[str]:
    """Return the words of a text, but for such as "on", which is like many another."""
    return [word for word in text.split() if len(word) >= _SHORTEST_WORD]


def _joins(word: str) -> bool:
    return _is_sign(word) or word.casefold() in joining_words()


def _is_sign(word: str) -> bool:
    return not any(unicodedata.category(sign)[0] in "LMN" for sign in word)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _with_umlauts(name: str) -> str:
    """Return a name as it is typed where there are no umlauts."""
    return loosely(unicodedata.normalize("NFC", name).casefold().translate(UMLAUTS))


def _each_once(things: Iterable[T]) -> list[T]:
    return list({id(thing): thing for thing in things}.values())
