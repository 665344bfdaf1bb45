"""A memory of bounded size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(dict[K, V]):
    """A dict that forgets what was put in first, beyond `most` items; what is still in use it keeps."""

    def __init__(self, most: int, in_use: Callable[[K, V], bool] = lambda key, value: False) -> None:
        super().__init__()
        self._most, self._in_use = most, in_use

    def __setitem__(self, key: K, value: V) -> None:
        """Put something in, and forget the oldest for it."""
        super().__setitem__(key, value)
        too_many = len(self) - self._most
        if too_many > 0:
            oldest = [old for old in self if old != key and not self._in_use(old, self[old])]
            for old in oldest[:too_many]:
                del self[old]
