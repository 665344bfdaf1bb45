"""What people type for a style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.cli.errors import CliError
from bot.adapters.cli.inputs import looks_like_file, split_style

names = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)


@given(names, st.floats(min_value=1e-6, max_value=1000, allow_nan=False))
def test_a_name_and_a_weight_come_back(name, weight):
    assert split_style(f"{name}:{weight!r}") == (name, weight)
    assert split_style(name) == (name, 1.0)


@given(st.text(max_size=20).filter(lambda text: "\0" not in text))
def test_anything_is_split_or_refused_in_one_line(text):
    try:
        name, weight = split_style(text)
    except CliError as error:
        assert "\n" not in str(error)
    else:
        assert 0 < weight <= 1000
        assert name in text


@pytest.mark.parametrize("text", ["a.png", "dir/a", "./a", "A.JPEG", "x.heic"])
def test_what_looks_like_a_file(text):
    assert looks_like_file(text)


def test_a_file_whose_name_holds_a_colon(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:2").write_bytes(b"")
    assert split_style("a:2") == ("a:2", 1.0)
    assert split_style("a:2:3") == ("a:2", 3.0)
