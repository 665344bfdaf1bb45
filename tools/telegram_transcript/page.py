"""A conversation as a web page, in the manner of a phone's chat."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

import msgspec

WIDTH = 460  # of the page, in CSS pixels

_STYLE = """
body { margin: 0; width: %dpx; padding: 10px 0; background: #dfe7d6; font: 14.5px/1.35 "Noto Sans", sans-serif; }
.line { display: flex; flex-direction: column; align-items: flex-start; padding: 3px 10px; }
.line.own { align-items: flex-end; }
.bubble { background: #fff; border-radius: 12px; max-width: 390px; overflow: hidden; box-shadow: 0 1px 1px #0002; }
.own .bubble { background: #e6fbd2; }
.author { color: #3a7fc4; font-weight: 600; padding: 6px 10px 0; font-size: 13px; }
.quote { border-left: 3px solid #6ab05c; margin: 6px 10px 0; padding-left: 7px; font-size: 12.5px; color: #556; }
.bubble img { display: block; max-width: 390px; max-height: 430px; }
.file { display: flex; gap: 10px; align-items: center; padding: 8px 10px 0; }
.file img { width: 56px; height: 56px; object-fit: cover; border-radius: 8px; }
.file small { color: #667; }
.text { padding: 6px 10px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.text b { color: #2a6fb4; font-weight: 500; }
.time { padding: 0 10px 5px; text-align: right; font-size: 11px; color: #8a9; }
.keys { width: 390px; margin-top: 3px; }
.row { display: flex; gap: 3px; margin-bottom: 3px; }
.key { flex: 1; background: #7a9b78cc; color: #fff; border-radius: 7px; padding: 6px 4px; text-align: center;
  font-size: 13px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.badge { position: absolute; margin: 8px; background: #0008; color: #fff; border-radius: 6px; padding: 1px 6px;
  font-size: 11px; }
.note { align-self: center; background: #7a9b7899; color: #fff; border-radius: 10px; padding: 2px 10px;
  font-size: 12px; }
"""


class Bubble(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `picture` is shown in full, `file` as an attachment with its name; `rows` are buttons' labels."""

    number: int
    author: str
    own: bool = False  # of the person who looks
    text: str = ""
    mention: str = ""  # the part of the text that mentions somebody
    quote: str = ""
    picture: bytes | None = None
    media_type: str = "image/jpeg"
    badge: str = ""
    file: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    time: str = ""


def page(bubbles: Sequence[Bubble], *, note: str = "") -> str:
    """Return the page; each message stands in an element of the class "line" with its number as data-number."""
    head = f'<div class="line"><div class="note">{html.escape(note)}</div></div>' if note else ""
    body = "".join(map(_line, bubbles))
    return f'<!doctype html><meta charset="utf-8"><style>{_STYLE % WIDTH}</style>{head}{body}'


def _line(bubble: Bubble) -> str:
    parts = [] if bubble.own else [f'<div class="author">{html.escape(bubble.author)}</div>']
    if bubble.quote:
        parts.append(f'<div class="quote">{html.escape(bubble.quote)}</div>')
    if bubble.picture is not None:
        address = f"data:{bubble.media_type};base64,{base64.b64encode(bubble.picture).decode()}"
        if bubble.file:
            size = f"{len(bubble.picture) / 1024:,.0f} kB"
            name = html.escape(bubble.file)
            parts.append(f'<div class="file"><img src="{address}"><div>{name}<br><small>{size}</small></div></div>')
        else:
            badge = f'<span class="badge">{html.escape(bubble.badge)}</span>' if bubble.badge else ""
            parts.append(f'{badge}<img src="{address}">')
    if bubble.text:
        text = html.escape(bubble.text)
        if bubble.mention:
            mention = html.escape(bubble.mention)
            text = text.replace(mention, f"<b>{mention}</b>", 1)
        parts.append(f'<div class="text">{text}</div>')
    parts.append(f'<div class="time">{html.escape(bubble.time)}</div>')
    rows = "".join(
        '<div class="row">' + "".join(f'<div class="key">{html.escape(label)}</div>' for label in row) + "</div>"
        for row in bubble.rows
    )
    keys = f'<div class="keys">{rows}</div>' if rows else ""
    side = " own" if bubble.own else ""
    return (
        f'<div class="line{side}" data-number="{bubble.number}"><div class="bubble">{"".join(parts)}</div>{keys}</div>'
    )
