"""What a chat was told last is remembered, and a file that is gone or damaged only costs telling it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fingerprint import fingerprint, note, noted

NAMES = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), max_size=20)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(st.dictionaries(NAMES, DIGESTS, max_size=5))
async def test_what_is_noted_is_read_again(tmp_path_factory: pytest.TempPathFactory, marks: dict[str, str]) -> None:
    file = tmp_path_factory.mktemp("notes") / "commands.sha256"
    await note(file, marks)
    assert await noted(file) == marks


@pytest.mark.parametrize("content", [None, b"\xff\xfe nonsense", b""])
async def test_without_a_readable_note_nothing_counts_as_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "commands.sha256"
    if content is not None:
        file.write_bytes(content)
    assert await noted(file) == {}


async def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    await note(tmp_path / "no such folder" / "commands.sha256", {"": "0" * 64})
    assert await noted(tmp_path / "no such folder" / "commands.sha256") == {}


def test_the_order_of_keys_makes_no_difference_but_every_value_does() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
