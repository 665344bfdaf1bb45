"""A conversation as a web page, in the manner of a phone's chat."""

from __future__ import annotations

import base64
import html
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from PIL import Image

WIDTH = 412  # of the page, in CSS pixels
_MESSAGE_WIDTH, _GROUPED_WIDTH = 342, 330  # of messages at most, as in the style sheet
_PICTURE_HEIGHT = 430  # of pictures at most
_WIDE, _TALL, _ALIKE = 1.2, 0.8, 0.2  # widths to heights, and how much two may differ
_FACES = ("#d45246", "#e58a3c", "#8f6ed0", "#4a9f4e", "#3a95b8", "#5280cc", "#c95f92")


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The message that another one replies to."""

    author: str
    text: str
    picture: bytes | None = None


class File(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment."""

    name: str
    size: int
    picture: bytes | None


class Bubble(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `pictures` are shown in full; `marked` are parts of the text by first and last letter."""

    number: int
    author: str = ""
    own: bool = False  # of the person who looks
    service: bool = False  # a line in the middle
    forwarded: str = ""
    via: str = ""
    quote: Quote | None = None
    pictures: tuple[bytes, ...] = ()
    badge: str = ""
    veiled: bool = False
    above: bool = False  # the text stands above the pictures
    file: File | None = None
    text: str = ""
    marked: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    time: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One result of an inline query."""

    title: str
    description: str
    picture: bytes | None


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the top of a chat. In a group, people have names and faces."""

    title: str
    below: str
    grouped: bool


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """What shows below the messages: `words` in a toast, in an alert, or in the field to type in; `offers` above it."""

    kind: Literal["toast", "alert", "field", "placeholder"]
    words: str
    offers: tuple[Offer, ...] = ()


def page(chat: Chat, bubbles: Sequence[Bubble], extra: Extra | None = None, *, bar: bool = False) -> str:
    """Return the page, with the chat's title above if there is to be a `bar`."""
    style = Path(__file__).with_name("chat.css").read_text(encoding="utf-8")
    title = f"<div>{html.escape(chat.title)}<small>{html.escape(chat.below)}</small></div>"
    top = f'<div class="bar">{_face(chat.title)}{title}</div>' if bar else ""
    lines = "".join(_line(bubble, chat.grouped) for bubble in bubbles)
    end = _extra(extra) if extra is not None else ""
    body = f'<body class="{"grouped" if chat.grouped else ""}">{top}{lines}{end}</body>'
    return f'<!doctype html><html><head><meta charset="utf-8"><style>{style}</style></head>{body}</html>'


def _line(bubble: Bubble, grouped: bool) -> str:
    if bubble.service:
        return f'<div class="line middle"><div class="pill">{html.escape(bubble.text)}</div></div>'
    named = grouped and not bubble.own
    rows = "".join(
        '<div class="row">' + "".join(f'<div class="key">{html.escape(label)}</div>' for label in row) + "</div>"
        for row in bubble.rows
    )
    return (
        f'<div class="line{" own" if bubble.own else ""}">{_face(bubble.author) if named else ""}'
        f'<div class="message"><div class="bubble">{_content(bubble, named, grouped)}</div>{rows}</div></div>'
    )


def _content(bubble: Bubble, named: bool, grouped: bool) -> str:
    parts = []
    if named:
        parts.append(f'<div class="author" style="color:{_color(bubble.author)}">{html.escape(bubble.author)}</div>')
    if bubble.forwarded:
        parts.append(f'<div class="aside">Forwarded from <b>{html.escape(bubble.forwarded)}</b></div>')
    if bubble.via:
        parts.append(f'<div class="aside">via @{html.escape(bubble.via)}</div>')
    if bubble.quote is not None:
        parts.append(_quote(bubble.quote))
    pictures = _pictures(bubble, _GROUPED_WIDTH if grouped else _MESSAGE_WIDTH) if bubble.pictures else ""
    text = f'<div class="text">{_marked(bubble.text, bubble.marked)}</div>' if bubble.text else ""
    parts += [text, pictures] if bubble.above else [pictures, _file(bubble.file), text]
    parts.append(f'<div class="time">{html.escape(bubble.time)}</div>')
    return "".join(parts)


def _pictures(bubble: Bubble, width: int) -> str:
    """Draw one picture in its own shape, or those of an album beside or above each other."""
    shapes = [_shape(data) for data in bubble.pictures]
    if len(shapes) == 1:
        high = width / shapes[0]
        if high > _PICTURE_HEIGHT:
            width, high = max(150, round(width * _PICTURE_HEIGHT / high)), _PICTURE_HEIGHT
        size = f"width:{width}px;grid-template:{high:.0f}px/1fr"
    else:
        size = f"width:{width}px;{_album(shapes, width)}"
    badge = f'<span class="badge">{html.escape(bubble.badge)}</span>' if bubble.badge else ""
    images = "".join(_image(data) for data in bubble.pictures)
    return f'<div class="pictures{" veiled" if bubble.veiled else ""}" style="{size}">{images}{badge}</div>'


def _album(shapes: Sequence[float], width: int) -> str:
    """Return the grid of an album of these widths to heights.

    Two pictures are laid out as in Telegram for Android (GroupedMessages.calculate): above each other where both are
    wide and of about the same shape, else beside each other, cut to one height.
    """
    if len(shapes) != 2:
        return f"grid-template-columns:1fr 1fr;grid-auto-rows:{width / 2:.0f}px"
    first, second = shapes
    if min(shapes) > _WIDE and (first + second) / 2 > 1.4 and abs(first - second) < _ALIKE:
        return f"grid-template:{width / first:.0f}px {width / second:.0f}px/1fr"
    right = 0.5 * width
    if not (min(shapes) > _WIDE or all(_TALL <= shape <= _WIDE for shape in shapes)):
        right = max(0.4 * width, width / first / (1 / first + 1 / second))
    high = min((width - right) / first, right / second, _PICTURE_HEIGHT)
    return f"grid-template:{high:.0f}px/{width - right:.0f}fr {right:.0f}fr"


def _shape(data: bytes) -> float:
    with Image.open(io.BytesIO(data)) as image:
        return image.width / image.height


def _file(file: File | None) -> str:
    if file is None:
        return ""
    size = f"{file.size / 1e6:.1f} MB" if file.size >= 1e6 else f"{file.size / 1e3:.1f} kB"
    words = f"<div><b>{html.escape(file.name)}</b><br><small>{size}</small></div>"
    picture = _image(file.picture) if file.picture is not None else ""
    return f'<div class="file">{picture}{words}</div>'


def _quote(quote: Quote) -> str:
    picture = _image(quote.picture) if quote.picture is not None else ""
    text = html.escape(" ".join(quote.text.split()))
    author = f"<b>{html.escape(quote.author)}</b>" if quote.author else ""
    return f'<div class="quote">{picture}<div>{author}<span>{text}</span></div></div>'


def _extra(extra: Extra) -> str:
    words = html.escape(extra.words)
    if extra.kind == "alert":
        return f'<div class="line middle"><div class="alert"><b>Telegram</b>{words}<u>OK</u></div></div>'
    if extra.kind == "toast":
        return f'<div class="line middle"><div class="toast">{words}</div></div>'
    full = " full" if extra.kind == "field" else ""
    field = f'<div class="line edge"><div class="field{full}">{words}</div></div>'
    return (_offers(extra.offers) if extra.offers else "") + field


def _offers(offers: Sequence[Offer]) -> str:
    """Draw the results of an inline query: a grid where all of them are pictures, as Telegram has it, else a list."""
    if all(offer.picture is not None for offer in offers):
        cells = "".join(_image(offer.picture) for offer in offers if offer.picture is not None)
        return f'<div class="line edge"><div class="offers grid">{cells}</div></div>'
    cells = "".join(
        '<div class="offer">'
        + (_image(offer.picture) if offer.picture is not None else '<span class="none"></span>')
        + f"<div><b>{html.escape(offer.title)}</b><div>{html.escape(offer.description)}</div></div></div>"
        for offer in offers
    )
    return f'<div class="line edge"><div class="offers">{cells}</div></div>'


def _marked(text: str, marked: Sequence[tuple[int, int]]) -> str:
    found, at = [], 0
    for first, end in sorted(marked):
        found += [html.escape(text[at:first]), f"<i>{html.escape(text[first:end])}</i>"]
        at = end
    return "".join([*found, html.escape(text[at:])])


def _face(name: str) -> str:
    return f'<div class="face" style="background:{_color(name)}">{html.escape(name[:1])}</div>'


def _color(name: str) -> str:
    return _FACES[zlib.crc32(name.encode()) % len(_FACES)]


def _image(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        media_type = Image.MIME[image.format or "JPEG"]
    return f'<img src="data:{media_type};base64,{base64.b64encode(data).decode()}">'
