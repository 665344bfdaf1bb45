"""Sentences as people read them, where a careless one is easily written: numbers, names, who reads it, and where."""

from __future__ import annotations

import re

import msgspec

from bot import outcomes as o
from bot.model import Limits
from bot.presenter import TELEGRAM, Presenter, View, languages
from tests.bot.presenter_samples import NOW, all_outcomes, job
from tests.gathering import all_faults

PRESENTER = Presenter(now=lambda: NOW)
ON_TELEGRAM = Presenter(now=lambda: NOW, dialect=TELEGRAM)


def text(outcome: o.Outcome, locale: str = "en", *, private: bool = False, on: Presenter = PRESENTER) -> str:
    return on.view(outcome, locale, private=private).text


# ---- numbers -----------------------------------------------------------------------------------------------------


def stats(n: int) -> o.Stats:
    return o.Stats(
        by_state={"delivered": n}, people=n, last_day={"paintings": n, "seconds": n, "failed": n, "people": n},
        files=n, file_bytes=n, free_bytes=n, engine="cpu", paused=False, reports=n,
    )  # fmt: skip


def test_figures_of_one_are_said_in_the_singular() -> None:
    assert "1 painting, 1 second of painting, 1 failed, 1 person" in text(stats(1))
    assert "2 paintings, 2 seconds of painting, 2 failed, 2 people" in text(stats(2))
    assert "1 Gemälde, 1 Sekunde lang gemalt, 1 gescheitert, 1 Person" in text(stats(1), "de")
    assert "5 картин, 5 секунд работы, 5 с ошибкой, 5 человек" in text(stats(5), "ru")
    assert "2 картини" in text(stats(2), "uk")


def test_german_counts_paintings_and_no_pictures() -> None:
    caps = (o.DayCap(whose="place", limit=50, used=50), o.DayCap(whose="person", limit=1, used=0))
    limits = Limits(paintings_a_day=1, waiting_at_once=3, largest_size=1024)
    common = {"waiting": 0, "limits": limits, "largest_moving_size": 512, "frames_a_painting": 12, "resets_at": NOW}
    told = [
        o.QuotaState(caps=caps, **common),
        o.QuotaState(caps=(o.DayCap(whose="here", limit=5, used=4),), **common),
        o.QuotaUsedUp(limit=5, used=5, needed=1, resets_at=NOW, whose="here"),
        o.ReplyNotUnderstood(said="hm"),
    ]
    for outcome in told:
        assert "Gemälde" in text(outcome, "de"), text(outcome, "de")
        others = re.sub(r"[Bb]ewegten? Bilder\w*", "", text(outcome, "de"))  # what moves has this name
        assert not re.search(r"\bBild(er)?\b", others), others


def test_nothing_is_counted_where_there_is_nothing() -> None:
    assert "0" not in text(o.ForgetAsked(jobs=0, token="t0k3n"))
    assert text(o.Forgotten(jobs=0, files=0)).startswith("All that I kept of you is deleted.\n")
    assert text(o.Forgotten(jobs=0, files=1)).startswith("All that I kept of you is deleted: 1 picture.\n")
    assert text(o.Forgotten(jobs=1, files=2)).startswith("All that I kept of you is deleted: 1 job and 2 pictures.\n")


def test_the_most_frames_may_be_one() -> None:
    one = o.PictureRejected(which="photo", code="too_many_frames", facts={"limit": 1})
    assert text(one) == "The photo has more than 1 frame. Please send a single picture."


def test_a_page_explains_only_the_buttons_that_it_has() -> None:
    both = text(o.HistoryPage(jobs=(job(), job(state="cancelled"))))
    one = text(o.HistoryPage(jobs=(job(state="cancelled"),)))
    assert both.endswith("🔁 makes one again, 🖼️ sends it once more.")
    assert one.endswith("🔁 makes one again.")
    assert text(o.HistoryPage(jobs=(job(state="queued"),))).endswith("(k3f9)")


# ---- names -------------------------------------------------------------------------------------------------------


def test_names_that_were_meant_stand_in_quotation_marks() -> None:
    option = o.OptionRefused(option="strenth", found="5", allowed="strength", near=("strength",))
    assert text(option).endswith("Did you mean “strength”?")
    assert text(option, "de").endswith("Meintest du „strength“?")
    assert "«\u00a0strength\u00a0»" in text(option, "fr") and "「strength」" in text(option, "ja")


def test_a_style_that_was_meant_is_called_by_its_title() -> None:
    style = o.PresetUnknown(name="mosiac", near=(o.StyleEntry(name="mosaic", title="Mosaic"),))
    assert text(style).endswith("Did you mean Mosaic?")
    assert text(style, "de").endswith("Meintest du Mosaik?")


def test_help_says_what_the_bot_is_called_where_it_can_be_asked_in_any_chat() -> None:
    help_ = next(each for each in all_outcomes() if isinstance(each, o.Help) and each.name)
    with all_faults() as gathered:
        for language in languages():
            with gathered(language):
                assert "@impasto_bot" in text(help_, language, on=ON_TELEGRAM)
                assert "@" not in text(msgspec.structs.replace(help_, name=None), language, on=ON_TELEGRAM)


# ---- who reads it, and where -------------------------------------------------------------------------------------


def test_where_others_read_it_a_cancelled_job_names_its_person() -> None:
    def cancelled(**more: object) -> o.Cancelled:
        return o.Cancelled(job=job(state="cancelled"), refunded=1, **more)  # type: ignore[arg-type]

    assert text(cancelled()) == "Anna cancelled this job.\nIt does not count as a painting of today."
    assert text(cancelled(), private=True).startswith("Cancelled, as you asked.")
    assert text(cancelled(answer=True)).startswith("Cancelled, as you asked.")
    assert text(cancelled(answer=True, by_admin=True)) == "The job is cancelled."
    assert PRESENTER.view(cancelled(by_admin=True), "en").mention is not None
    assert PRESENTER.view(cancelled(), "en").mention is None, "they know, and need no call"


def test_alone_with_the_bot_nobody_reads_of_this_server_or_this_group() -> None:
    there = {
        o.NotManager: ("server", "group"),
        o.Help: ("this server", "this group"),
        o.SettingsState: ("this server", "this group"),
    }
    for outcome in (each for each in all_outcomes() if type(each) in there):
        for presenter in (PRESENTER, ON_TELEGRAM):
            said = text(outcome, private=True, on=presenter)
            assert "this server" not in said
            assert "this group" not in said


# ---- phrases that nobody would say -------------------------------------------------------------------------------

_ODD = {
    "en": (
        "the queue is finished", "you may have its style", "scrambled", "what holds", "not a picture but",
        "losses it followed", "my @name",
    ),
    "de": (
        "klick rechts", "malzeit", "stilverlust", "dazu gehörten", "jemanden davon", "auf einer seite", "was hier gilt",
    ),
    "ja": ("中止",),
}  # fmt: skip


def test_no_phrase_is_back_that_people_stumbled_over() -> None:
    with all_faults() as gathered:
        for language, phrases in _ODD.items():
            for outcome in all_outcomes():
                for presenter in (PRESENTER, ON_TELEGRAM):
                    said = _everything(presenter.view(outcome, language)).lower()
                    with gathered(language, type(outcome).__name__):
                        assert not [phrase for phrase in phrases if phrase in said]


def _everything(view: View) -> str:
    labels = (button.label for row in view.buttons for button in row)
    return " ".join((view.text, view.alt_text or "", *view.file_alt_texts, *labels))
