"""The buttons below results; each is a verb of the studio on the job that made the result."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Job
from bot.presenter.view import Button, Rows
from bot.presenter.words import Words


def painting_buttons(job: Job, words: Words) -> Rows:
    """Return what can be done with a painting; a dial that is at its end has no button."""
    options = job.request.options

    def button(verb: str, label: str, emoji: str, argument: str | None = None) -> Button:
        return Button(verb=verb, job_id=job.id, label=label, emoji=emoji, argument=argument)

    colors = words.gettext("Photo's colours") if options.colors == "style" else words.gettext("Style's colours")
    first = [
        Button(verb="again", job_id=job.id, label=words.gettext("Again"), emoji="🔁", style="primary"),
        button("stronger", words.gettext("Stronger"), "💪") if options.strength < 100 else None,
        button("softer", words.gettext("Softer"), "🪶") if options.strength > 0 else None,
        button("colors", colors, "🎨"),
        button("bigger", words.gettext("Bigger"), "🔍"),
    ]
    lent = max(job.request.styles, key=lambda style: style.weight).lent  # not to be painted itself
    second = [
        button("swap", words.gettext("Swap"), "🔀") if not lent else None,
        button("variations", words.gettext("Variations"), "🔢"),
        button("film", words.gettext("Film"), "🎬", "gif"),
        button("details", words.gettext("Details"), "📈"),
        delete_button(job, words),
    ]
    return tuple(each for each in first if each), tuple(each for each in second if each)


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
    return picks, (delete_button(job, words),)


def retry_button(job: Job, words: Words) -> Button:
    """Return the button that asks for a failed painting once more."""
    return Button(verb="again", job_id=job.id, label=words.gettext("Try again"), emoji="🔁", style="primary")


def restyle_button(job_id: str, words: Words) -> Button:
    """Return the button that puts a painting's style on a photo of whoever presses it."""
    # Translators: button, at most 20 characters
    label = words.gettext("On my photo")
    return Button(verb="restyle", job_id=job_id, label=label, emoji="🎨", style="primary")


def delete_button(job: Job, words: Words) -> Button:
    """Return the button that removes a result."""
    return Button(verb="delete", job_id=job.id, label=words.gettext("Delete"), emoji="🗑️", style="danger")
