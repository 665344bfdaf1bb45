"""The pages that people read about the bot: what it does, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.outcomes import Help, Outcome, Privacy
from bot.presenter import limits
from bot.presenter.buttons import full_quality, gallery_button
from bot.presenter.commands import command_name
from bot.presenter.view import View, plain
from bot.presenter.words import N_, Words, safe

_ADDRESS_LENGTH = 300  # characters


def _help(outcome: Help, words: Words) -> View:
    """Teach how to ask; channels and roles that are named may be shown by their names."""
    if outcome.brief:
        return plain(brief_help(words), buttons=((gallery_button(words),),))
    view = _telegram_help(outcome, words) if outcome.platform == "telegram" else _usual_help(outcome, words)
    if outcome.refusal is None:
        return view
    return msgspec.structs.replace(view, references=limits.why_not(outcome.refusal, words).references)


def _usual_help(outcome: Help, words: Words) -> View:
    """Teach a newcomer in about ten lines."""

    def command(path: str) -> str:
        return command_name(path, words)

    lines = [
        _who_i_am(words),
        words.ngettext(
            "• {stylize}: give me a photo, a GIF or a short clip, and name my style or add a picture whose style you"
            " like.",
            "• {stylize}: give me a photo, a GIF or a short clip, and name one of my {n} styles or add a picture whose"
            " style you like.",
            outcome.presets,
            stylize=command("stylize"),
        ),
    ]
    if outcome.platform == "discord":
        lines.append(
            words.gettext(
                "• Is a picture in the chat already? Right-click or long-press the message, then “Apps” and “{menu}”.",
                menu=command("Stylize this"),
            )
        )
    lines += [
        words.gettext("• You see how it comes along, and I call you when it is done."),
        _about_buttons(words, replies=outcome.platform == "discord"),
        _about_styles(words),
        words.gettext(
            "• {history} brings back what I made for you; {queue} shows what is waiting.",
            history=command("history"),
            queue=command("queue"),
        ),
        _limits(outcome, words),
        _how_to_be_forgotten(words),
        _how_to_report(words) if outcome.reports else "",
    ]
    if outcome.platform == "discord":
        settings = command("impasto settings")
        lines.append(
            words.gettext("• You run a server that I am on? {settings} sets the rules there.", settings=settings)
            if words.private
            else words.gettext("• You run this server? {settings} sets the rules for it.", settings=settings)
        )
    if outcome.owner:
        lines.append(_for_owners(words))
    return plain(*lines)


def _telegram_help(outcome: Help, words: Words) -> View:
    """Teach all the ways to ask, in at most twelve lines."""

    def command(path: str) -> str:
        return command_name(path, words)

    stylize, settings = command("stylize"), command("impasto settings")
    last = _for_owners(words) if outcome.owner else _how_to_report(words) if outcome.reports else ""  # not to oneself
    return plain(
        _who_i_am(words),
        words.gettext(
            "• Send me a photo, a GIF or a short clip (in a group, reply {stylize} to one), then choose a style: by"
            " number, by name, or with a second picture.",
            stylize=stylize,
        ),
        words.gettext(
            "• Two pictures at once, with the caption {stylize}: the first is painted in the style of the second. One"
            " with the caption “mask” is white where I am to paint.",
            stylize=stylize,
        ),
        words.gettext(
            "• All in one go, below a photo or as a reply to a picture: {example}",
            example=f"{stylize} mosaic strength=70",
        ),
        words.gettext(
            "• Pictures sent as files keep all their detail; the button “{button}” gives you the painting as a file.",
            button=full_quality(words),
        ),
        _about_buttons(words, replies=True),
        _about_styles(words),
        words.gettext(
            "• {history} brings back what I made for you; type {name} in any chat to send it there.",
            history=command("history"),
            name=f"@{safe(outcome.name)}",
        )
        if outcome.name
        else words.gettext("• {history} brings back what I made for you.", history=command("history")),
        _limits(outcome, words),
        _how_to_be_forgotten(words),
        words.gettext("• {settings} sets how I paint when you ask for nothing else.", settings=settings)
        if words.private
        else words.gettext("• You run this group? {settings} sets the rules for it.", settings=settings),
        last,
        buttons=((gallery_button(words),),),
    )


def brief_help(words: Words) -> str:
    """Teach in one sentence, to who did not ask, how to begin."""
    if words.dialect.typed:
        return words.gettext(
            "Send me a photo, and I show you my styles to choose from; {help} tells what else I do.",
            help=command_name("help", words),
        )
    return words.gettext(
        "With {stylize} you hand me a photo to paint; {help} tells what else I do.",
        stylize=command_name("stylize", words),
        help=command_name("help", words),
    )


# ---- lines that both have ---------------------------------------------------------------------------------------


def _who_i_am(words: Words) -> str:
    return words.gettext("I repaint photos in the style of another picture, stroke by stroke. This is how:")


def _about_buttons(words: Words, *, replies: bool) -> str:
    """`replies`: what somebody says to a painting reaches me."""
    line = words.gettext("• The buttons below a painting change it: stronger, softer, bigger, other colours, a film.")
    also = words.gettext("You can also say so in a reply to it.")
    return f"{line} {also}" if replies else line


def _about_styles(words: Words) -> str:
    return words.gettext(
        "• {styles} shows all the styles; {save} keeps a picture of yours as one.",
        styles=command_name("styles", words),
        save=command_name("style save", words),
    )


def _how_to_be_forgotten(words: Words) -> str:
    return words.gettext(
        "• {privacy} says what I keep; {forget} deletes everything of yours.",
        privacy=command_name("privacy", words),
        forget=command_name("forget-me", words),
    )


def _how_to_report(words: Words) -> str:
    return words.gettext(
        "• Something is wrong? {report} tells the people who run this bot.", report=command_name("report", words)
    )


def _for_owners(words: Words) -> str:
    return words.gettext(
        "• You run this bot: {stats}, {reports} and what stands beside them are for you.",
        stats=command_name("impasto stats", words),
        reports=command_name("impasto reports", words),
    )


def _limits(outcome: Help, words: Words) -> str:
    if outcome.refusal is not None:
        return f"• {limits.why_not(outcome.refusal, words).text}"
    quota = command_name("quota", words)
    a_day, size = outcome.limits.paintings_a_day, outcome.limits.largest_size
    if a_day is None or size is None:
        return words.gettext("• {quota} shows what you may ask for today.", quota=quota)
    return words.ngettext(
        "• You may ask for {n} painting a day, of up to {size} pixels; {quota} shows what is left.",
        "• You may ask for {n} paintings a day, of up to {size} pixels; {quota} shows what is left.",
        a_day,
        size=str(size),
        quota=quota,
    )


# ---- what is kept -----------------------------------------------------------------------------------------------


def _privacy(outcome: Privacy, words: Words) -> View:
    """Say in plain sentences what is kept, how long, and how to have it deleted."""
    forget = command_name("forget-me", words)
    lines = [
        words.gettext("What I keep, and for how long:"),
        words.gettext(
            "• Your photos, your style pictures and the paintings: {days} after I am done, so that the buttons work.",
            days=words.days(outcome.keep_days),
        ),
        words.gettext(
            "• Your history: who asked for what, where and when, without pictures, for {days}.",
            days=words.days(outcome.keep_history_days),
        ),
        words.here(
            N_(
                "• Styles that you save, until you remove them (those for a server stay with it); reports that you"
                " write, until they are closed."
            ),
            N_(
                "• Styles that you save, until you remove them (those for a group stay with it); reports that you"
                " write, until they are closed."
            ),
        ),
        words.gettext("• Bans and how much you asked for today: only under a keyed hash instead of your name."),
        words.gettext(
            "• Backups of all this, made before an update: up to {days}.", days=words.days(outcome.backup_days)
        ),
        words.gettext(
            "Pictures are painted on the owner's own machine and go nowhere else. I read no messages, only what you"
            " hand to me."
        ),
        words.gettext(
            "To delete: the button “{delete}” below a painting removes it with its pictures, and {forget} removes"
            " everything of yours.",
            delete=words.gettext("Delete"),
            forget=forget,
        ),
    ]
    if outcome.policy_url:
        lines.append(words.gettext("The whole policy: {url}", url=safe(outcome.policy_url, _ADDRESS_LENGTH)))
    if outcome.terms_url:
        lines.append(words.gettext("The terms: {url}", url=safe(outcome.terms_url, _ADDRESS_LENGTH)))
    if outcome.contact:
        lines.append(words.gettext("Questions? Ask {contact}.", contact=safe(outcome.contact, _ADDRESS_LENGTH)))
    return plain(*lines)


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {Help: _help, Privacy: _privacy}
