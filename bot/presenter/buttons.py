"""The buttons below results; each is a verb of the studio on the job that made the result."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Job
from bot.presenter.view import Button, Rows
from bot.presenter.words import Words

_ROWS = (
    ("again", "stronger", "softer", "colors", "bigger"),
    ("swap", "variations", "film", "details", "delete"),
)
_NARROW_ROWS = (
    ("again", "stronger", "softer"),
    ("colors", "bigger", "swap"),
    ("film", "variations", "details"),
    ("full", "sticker", "delete"),
)


_OF_MOVING = ("again", "stronger", "softer", "colors", "delete")


def painting_buttons(job: Job, words: Words, *, transparent: bool = False) -> Rows:
    """Return what can be done with a painting; no button for a dial at its end, nor for what must stand still."""
    options = job.request.options

    def button(verb: str, label: str, emoji: str, argument: str | None = None) -> Button:
        return Button(verb=verb, job_id=job.id, label=label, emoji=emoji, argument=argument)

    buttons = [
        Button(verb="again", job_id=job.id, label=words.gettext("Again"), emoji="🔁", style="primary"),
        button("colors", _colors(options.colors, words), "🎨"),
        button("bigger", words.gettext("Bigger"), "🔍"),
        button("variations", words.gettext("Variations"), "🔢"),
        button("film", words.gettext("Film"), "🎬", "gif"),
        button("details", words.gettext("Details"), "📈"),
        delete_button(job, words),
    ]
    if options.strength < 100:
        buttons.append(button("stronger", words.gettext("Stronger"), "💪"))
    if options.strength > 0:
        buttons.append(button("softer", words.gettext("Softer"), "🪶"))
    if not max(job.request.styles, key=lambda style: style.weight).lent:  # which is not to be painted itself
        buttons.append(button("swap", words.gettext("Swap"), "🔀"))
    if words.dialect.recompressed:
        buttons.append(button("full", full_quality(words), "📎"))
    if transparent and words.dialect.stickers:
        buttons.append(button("sticker", sticker(words), "🏷️"))
    known = {each.verb: each for each in buttons if job.task != "animate" or each.verb in _OF_MOVING}
    rows = _NARROW_ROWS if words.dialect.narrow else _ROWS
    return tuple(filter(None, (tuple(known[verb] for verb in row if verb in known) for row in rows)))


def _colors(now: str, words: Words) -> str:
    if words.dialect.narrow:
        # Translators: button, three beside each other on a phone: at most 12 characters, if that is possible
        return words.gettext("Colours")
    return words.gettext("Photo's colours") if now == "style" else words.gettext("Style's colours")


def full_quality(words: Words) -> str:
    """Name the button that sends a painting as a file."""
    # Translators: button, at most 20 characters: sends the painting as a file, which Telegram does not recompress
    return words.gettext("Full quality")


def sticker(words: Words) -> str:
    """Name the button that sends a painting as a picture for a sticker."""
    # Translators: button, at most 20 characters: sends the painting as a file of which a sticker can be made
    return words.gettext("Sticker")


def pick_buttons(job: Job, strengths: Sequence[int], words: Words) -> Rows:
    """Return one button for each picture on a sheet of variations; the argument counts them from 1."""
    picks = tuple(
        Button(
            verb="pick",
            job_id=job.id,
            argument=str(number),
            label=words.gettext("Strength {strength}", strength=strength),
            style="primary",
        )
        for number, strength in enumerate(strengths, start=1)
    )
    beside = 2 if words.dialect.narrow else 4  # two as on the sheet itself
    rows = (picks[at : at + beside] for at in range(0, len(picks), beside))
    return *rows, (delete_button(job, words),)


def retry_button(job: Job, words: Words) -> Button:
    """Return the button that asks for a failed painting once more."""
    return Button(verb="again", job_id=job.id, label=words.gettext("Try again"), emoji="🔁", style="primary")


def result_button(job: Job, words: Words) -> Button:
    """Return the button that sends what a job made once more."""
    # Translators: button, at most 20 characters: sends a finished painting once more
    label = words.gettext("Send it again")
    return Button(verb="result", job_id=job.id, label=label, emoji="🖼️", style="primary")


def size_button(verb: str, size: int, words: Words, *, job: Job | None = None, argument: str | None = None) -> Button:
    """Return the button that asks for the same painting at another size, in pixels."""
    # Translators: button, at most 20 characters: paints at this size
    label = words.gettext("At {size} pixels", size=str(size))
    job_id, argument = job.id if job else None, argument or str(size)
    return Button(verb=verb, job_id=job_id, argument=argument, label=label, emoji="📐", style="primary")


def restyle_button(job_id: str, words: Words) -> Button:
    """Return the button that puts a painting's style on a photo of whoever presses it."""
    # Translators: button, at most 20 characters
    label = words.gettext("On my photo")
    return Button(verb="restyle", job_id=job_id, label=label, emoji="🎨", style="primary")


def cancel_draft_button(words: Words) -> Button:
    """Return the button that drops a half-made request."""
    return Button(verb="draft_drop", label=words.gettext("Cancel"), emoji="❌")


def unmask_button(words: Words) -> Button:
    """Return the button that takes the mask out of a half-made request."""
    # Translators: button, at most 20 characters: takes the mask away that somebody has sent
    return Button(verb="draft_unmask", label=words.gettext("Without the mask"), emoji="🎭")


def other_buttons(count: int, words: Words) -> tuple[Button, ...]:
    """Return the buttons that say what the other pictures of a half-made request are for."""
    if not count:
        return ()
    # Translators: button, at most 20 characters: the other picture is (all the other pictures are) the style
    label = words.ngettext("It is the style", "They are the styles", count)
    style = Button(verb="draft_others", argument="style", label=label, emoji="🎨")
    if count > 1:
        return (style,)
    # Translators: button, at most 20 characters: paint the other picture instead of the photo that was sent before
    label = words.gettext("Paint that instead")
    return (style, Button(verb="draft_others", argument="photo", label=label, emoji="🖼️"))


def gallery_button(words: Words) -> Button:
    """Return the button that opens the gallery."""
    # Translators: button, at most 20 characters
    return Button(verb="styles", argument="1", label=words.gettext("Styles"), emoji="🖼️")


def delete_button(job: Job, words: Words) -> Button:
    """Return the button that removes a result."""
    return Button(verb="delete", job_id=job.id, label=words.gettext("Delete"), emoji="🗑️", style="danger")
