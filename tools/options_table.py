"""Write the table of options into README.md from nst_engine/options.py: `python -m tools.options_table`."""

from __future__ import annotations

import sys
from pathlib import Path

from nst_engine.options import WISHES, OptionInfo

README = Path(__file__).resolve().parent.parent / "README.md"
START, END = "<!-- options: start -->\n", "<!-- options: end -->"


def table() -> str:
    """Return the table of options in Markdown."""
    rows = [f"| `{info.name}` | {info.help} | {info.allowed} | {_default(info)} |" for info in WISHES.values()]
    return "\n".join(["| option | meaning | allowed | default |", "| --- | --- | --- | --- |", *rows]) + "\n"


def with_table(text: str) -> str:
    """Return the README's text with its table made anew."""
    before, rest = text.split(START)
    return before + START + table() + END + rest.split(END)[1]


def _default(info: OptionInfo) -> str:
    if info.default is None:
        return "–"
    if isinstance(info.default, bool):
        return "yes" if info.default else "no"
    if isinstance(info.default, dict):
        return ", ".join(info.default)
    return str(info.default)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"wrote {README}\n")
