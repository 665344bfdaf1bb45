import re
import unicodedata
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import outcomes as o
from bot.intake import RejectionCode
from bot.model import ADMINISTRATORS, GENERAL_TOPIC, Limits, PlaceSettings, StoredStyle
from bot.presenter import TELEGRAM, TELEGRAM_COMMANDS, TERMINAL, Presenter, View, languages, moments_in
from bot.presenter.commands import command_name
from bot.presenter.dialect import Dialect
from nst_engine.options import OPTION_TABLE, WISHES, Options
from tests.bot.presenter_samples import (
    ANNA,
    FACTS,
    LIMITS,
    MESSAGES,
    NOW,
    REJECTION_FACTS,
    REPORT,
    SHARES,
    all_outcomes,
    file,
    job,
    option_refusals,
    progress,
    quota_state,
    styles_page,
)
from tests.gathering import all_faults

PRESENTER = Presenter(now=lambda: NOW)
ON_TELEGRAM = Presenter(now=lambda: NOW, dialect=TELEGRAM)
SPOKEN = {
    "discord": (PRESENTER, False),
    "terminal": (Presenter(now=lambda: NOW, dialect=TERMINAL), False),
    "telegram": (ON_TELEGRAM, False),
    "telegram, alone": (ON_TELEGRAM, True),
}
SAMPLES = all_outcomes()
VERBS = {
    "again", "stronger", "softer", "colors", "bigger", "swap", "variations", "pick", "film", "details", "delete",
    "cancel", "forget", "history", "result", "restyle", "styles", "style_remove", "report_close",
    "report_delete", "offer", "smaller",
}  # fmt: skip
TYPED_VERBS = {
    *VERBS, "full", "sticker", "style_pick", "style_drop", "draft_drop", "draft_unmask", "draft_others",
} - {"restyle"}  # fmt: skip
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u200e\u200f\u061c"


TRICKS = [
    "{0}", "{name}", "{text.__class__}", "%s %(x)d %", "a\nb\r\x00\x1b[31mred", "مرحبا {x}", "\u202eevil",
    "👩‍👩‍👧", "@everyone", "x" * 5000, "", " ", "\ud800", "“”", "\u2028", "\u2066\u2066",
]  # fmt: skip
strangers = st.one_of(st.sampled_from(TRICKS), st.text())


def text(outcome: o.Outcome, locale: str = "en") -> str:
    return PRESENTER.view(outcome, locale).text


def units(words: str) -> int:
    """How long Telegram takes a text to be."""
    return len(words.encode("utf-16-le")) // 2


def assert_harmless(words: str, *, lines: int) -> None:
    assert words.count("\n") < lines
    for character in words.replace("\n", ""):
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert character not in BIDI_CONTROLS
    assert words.count("\u2068") == words.count("\u2069")
    words.encode()


def kinds(base: type[o.Outcome] = o.Outcome) -> Iterator[type[o.Outcome]]:
    for kind in base.__subclasses__():
        if kind.__subclasses__():
            yield from kinds(kind)
        else:
            yield kind


def test_there_is_a_sample_of_every_outcome() -> None:
    assert {type(sample) for sample in SAMPLES} == set(kinds())


@pytest.mark.parametrize("outcome", SAMPLES, ids=lambda sample: type(sample).__name__)
def test_every_outcome_becomes_a_view_that_platforms_can_show(outcome: o.Outcome) -> None:
    with all_faults() as gathered:
        for language in languages():
            for spoken, (presenter, private) in SPOKEN.items():
                with gathered(type(outcome).__name__, language, spoken):
                    assert_can_be_shown(outcome, presenter.view(outcome, language, private=private), presenter.dialect)


def assert_can_be_shown(outcome: o.Outcome, view: View, dialect: Dialect) -> None:
    assert view.text.strip() == view.text != ""
    for words in (view.text, view.short, view.alt_text or "", *view.file_alt_texts):
        assert "{" not in words and "}" not in words and "None" not in words and ".." not in words
        assert "duration-" not in words, "a unit that Babel has no word for"
    assert len(view.text) <= 1800
    assert 0 < units(view.short) <= 200
    assert "\n" not in view.short
    assert view.is_error == isinstance(outcome, (o.Refusal, o.Failed, o.ReloadFailed))
    assert view.progress is None or 0 <= view.progress <= 1
    if view.picture is not None:
        assert units(view.text) + len(ANNA.name) + 64 <= 1024
        assert view.alt_text and len(view.alt_text) <= 1024
    assert len(view.file_alt_texts) == len(view.files)
    assert len(view.buttons) <= (10 if dialect.narrow else 5)
    for row in view.buttons:
        assert 1 <= len(row) <= 5
        for button in row:
            assert button.verb in (TYPED_VERBS if dialect.typed else VERBS)
            assert 0 < len(button.label) <= 20
            assert len(f"j:{button.job_id}:{button.verb}:{button.argument}".encode()) <= 64


def test_bad_values_are_answered_with_what_is_allowed() -> None:
    refused = {outcome.option: text(outcome) for outcome in option_refusals() if outcome.found == "101x"}
    assert set(refused) == set(OPTION_TABLE)
    for name, info in OPTION_TABLE.items():
        assert "“101x”" in refused[name]
        for choice in info.choices:
            assert choice in refused[name]
    strength = o.OptionRefused(option="strength", found="101", allowed="a whole number from 0 to 100")
    assert text(strength) == "Strength must be a whole number from 0 to 100; you gave 101."
    assert text(strength, "de") == "Stärke (strength): erlaubt ist eine ganze Zahl von 0 bis 100; angegeben war 101."
    scale = o.OptionRefused(option="style_scale", found="0,05", allowed="a number from 0.1 to 4")
    assert "0.1" in text(scale, "de"), "a limit is shown as it must be typed, in every language"


def test_a_misspelt_name_is_answered_with_the_names_that_were_meant() -> None:
    near = tuple(o.StyleEntry(name=title.lower(), title=title) for title in ("Mosaic", "Woodcut"))
    style = o.PresetUnknown(name="mosacut", near=near)
    assert text(style) == "There is no style called “mosacut”. Did you mean Mosaic or Woodcut?"
    assert "Mosaik oder Holzschnitt" in text(style, "de")
    assert "mosaic or woodcut" in Presenter(dialect=TERMINAL).view(style, "en").text  # which need no quotes there
    option = text(o.OptionRefused(option="strenth", found="5", allowed="strength", near=("strength",)))
    assert option == "There is no option called “strenth”. Did you mean “strength”?"
    assert "„stary-night“" in text(o.PresetUnknown(name="stary-night"), "de")


def test_every_rejection_of_the_intake_has_a_sentence_of_its_own() -> None:
    def sentence(code: str) -> str:
        return text(o.PictureRejected(which="photo", code=code, facts=REJECTION_FACTS.get(code, {})))

    sentences = {code: sentence(code) for code in get_args(RejectionCode)}
    assert sentences.pop("too_slow") == sentences["too_much_memory"]
    assert len(set(sentences.values())) == len(sentences)
    assert sentence("a code of tomorrow") == sentences["internal"]
    assert "30 MB" in text(
        o.PictureRejected(
            which="style", code="too_many_bytes", facts={"found": 30 * 1024 * 1024, "limit": 20 * 1024 * 1024}
        )
    )


def test_a_file_just_above_the_limit_does_not_look_as_large_as_the_limit() -> None:
    limit = 20 * 1024 * 1024
    sentence = text(o.PictureRejected(which="photo", code="too_many_bytes", facts={"found": limit + 1, "limit": limit}))
    assert "20.1 MB" in sentence and "20 MB" in sentence


@pytest.mark.parametrize("reason", get_args(o.FailureReason))
def test_a_failure_says_that_it_costs_nothing_and_what_to_do(reason: str) -> None:
    view = PRESENTER.view(o.Failed(job=job(state="failed"), reason=reason, refunded=1), "en")
    assert "lease" in view.text, "every failure ends in a request"
    assert view.text.endswith("It does not count towards your paintings for today.")
    assert view.mention == ANNA
    free = PRESENTER.view(o.Failed(job=job(state="failed"), reason=reason), "en")
    assert "count" not in free.text


def test_numbers_decide_between_singular_and_plural() -> None:
    def waiting(limit: int, locale: str) -> str:
        return text(o.TooManyWaiting(limit=limit), locale)

    assert waiting(1, "en").startswith("You have a painting under way already.")
    assert waiting(3, "en").startswith("You have 3 paintings under way already.")
    assert waiting(1, "de").startswith("Du hast schon ein Gemälde in Auftrag.")
    assert waiting(3, "de").startswith("Du hast schon 3 Gemälde in Auftrag.")


def test_times_and_numbers_are_written_as_the_language_writes_them() -> None:
    accepted = o.Accepted(job=job(state="queued"), ahead=2, seconds_left=118.0)
    assert text(accepted) == "Number 3 in the queue, about 2 minutes to go."
    assert text(accepted, "de") == "Nummer 3 in der Warteschlange, noch etwa 2 Minuten."
    used = o.QuotaUsedUp(limit=1000, used=1000, needed=1, resets_at=NOW + 3 * 3600)
    assert text(used) == "Your 1,000 paintings for today are used up. You get new ones in 3 hours."
    assert text(used, "de-AT") == "Deine 1.000 Gemälde für heute sind verbraucht. Neue bekommst du in 3 Stunden."


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de", "Das"), ("de-AT", "Das"), ("DE", "Das"), ("de_CH.UTF-8", "Das"), ("de-Latn-DE", "Das"),
        ("en", "Only"), ("en-GB", "Only"), ("C", "Only"), ("", "Only"), ("tlh", "Only"), ("x" * 5000, "Only"),
        ("../../de", "Only"), ("\x00", "Only"),
    ],
)  # fmt: skip
def test_people_are_answered_in_their_language_where_it_is_spoken(locale: str, expected: str) -> None:
    assert text(o.NotAdmin(verb="pause"), locale).startswith(expected)


def test_the_default_language_is_for_those_whose_own_is_not_spoken() -> None:
    german = Presenter("de")
    assert german.view(o.NotAdmin(verb="pause"), "ko").text.startswith("Das")
    assert german.view(o.NotAdmin(verb="pause"), "en").text.startswith("Only")
    assert Presenter("tlh").view(o.NotAdmin(verb="pause"), "ko").text.startswith("Only")


def test_progress_shows_a_bar_the_time_left_and_the_preview() -> None:
    painting = o.Painting(job=job(state="painting"), progress=progress(preview=b"jpeg"))
    view = PRESENTER.view(painting, "en")
    assert view.progress == pytest.approx(58 / 130)
    assert "45%" in view.text and "▰▰▰▰▰▱▱▱▱▱▱▱" in view.text
    assert "Step 2 of 3, 256 × 192 pixels; about 30 seconds to go." in view.text
    assert view.picture is not None and view.picture.data == b"jpeg"
    assert [button.verb for row in view.buttons for button in row] == ["cancel"]


@given(
    iteration=st.integers(-5, 10_000),
    iterations=st.integers(0, 5000),
    seconds=st.floats(),
    scales=st.integers(0, 8),
)
def test_progress_of_any_kind_can_be_shown(iteration: int, iterations: int, seconds: float, scales: int) -> None:
    at = progress(iteration=iteration, iterations=iterations, seconds_left=seconds, scales=scales)
    view = PRESENTER.view(o.Painting(job=job(state="painting"), progress=at), "de")
    assert view.progress is not None and 0 <= view.progress <= 1
    assert "nan" not in view.text and "inf" not in view.text


def test_the_bar_shows_the_share_of_the_work_rather_than_of_the_iterations() -> None:
    at = progress(iteration=60, iterations=100, done=0.25)
    view = PRESENTER.view(o.Painting(job=job(state="painting"), progress=at), "en")
    assert view.progress == 0.25
    assert "25%" in view.text


def painted(options: Options, **changes: Any) -> View:
    finished = o.Finished(job=job(options=options), files=(file("painting"),), styles=("Night Fields",), facts=FACTS)
    return PRESENTER.view(msgspec.structs.replace(finished, **changes), "en")


def verbs(view: View) -> list[str]:
    return [button.verb for row in view.buttons for button in row]


def test_a_painting_comes_with_its_facts_credits_and_everything_one_may_do_next() -> None:
    view = painted(Options(strength=50), credits=("Impasto", "Impasto"))
    assert view.text == (
        "Here is your painting. Style: Night Fields.\n"
        "Strength 50 · 512 × 384 pixels · seed 7 · painted in 34 seconds\n"
        "Style picture by Impasto."
    )
    assert view.mention == ANNA
    assert view.alt_text == "A painting of the sent photo. Style: Night Fields."
    assert verbs(view) == [
        "again", "stronger", "softer", "colors", "bigger", "swap", "variations", "film", "details", "delete",
    ]  # fmt: skip


def test_a_dial_at_its_end_has_no_button_to_turn_it_further() -> None:
    assert "stronger" not in verbs(painted(Options(strength=100)))
    assert "softer" not in verbs(painted(Options(strength=0)))


def test_the_colours_button_names_the_colours_that_it_brings() -> None:
    def label(options: Options) -> str:
        return next(button.label for row in painted(options).buttons for button in row if button.verb == "colors")

    assert label(Options(colors="style")) == "Photo's colours"
    assert label(Options(colors="photo")) == "Style's colours"


def test_pictures_of_their_own_are_named_besides_the_presets() -> None:
    styles = (StoredStyle(digest="d", preset="night-fields"), StoredStyle(digest="e"))
    request = msgspec.structs.replace(job().request, styles=styles)
    view = painted(Options(), job=job(request=request))
    assert view.text.startswith("Here is your painting. Style: Night Fields and your style picture.")
    swapped = painted(Options(), job=job(request=msgspec.structs.replace(request, styles=styles[1:])), styles=())
    assert swapped.text.startswith("Here is your painting. Style: your style picture.")


def test_a_sheet_of_variations_asks_for_a_pick() -> None:
    sheet = job(task="variations", strengths=(20, 40, 60, 80))
    view = PRESENTER.view(o.Finished(job=sheet, files=(file("variations"),), styles=()), "en")
    picks = [button for row in view.buttons for button in row if button.verb == "pick"]
    assert [(pick.argument, pick.label) for pick in picks] == [
        ("1", "Strength 20"), ("2", "Strength 40"), ("3", "Strength 60"), ("4", "Strength 80"),
    ]  # fmt: skip


def test_details_say_with_which_settings_it_was_painted() -> None:
    request = msgspec.structs.replace(job().request, options=Options(strength=65, colors="photo", style_scale=0.5))
    details = o.Finished(job=msgspec.structs.replace(job(task="inspect"), request=request), files=(), styles=())
    for setting in ("Size: 512", "Quality: standard", "Strength: 65", "Colors: photo", "Style scale: 0.5"):
        assert setting in text(details)
    assert "Optimizer" not in text(details), "what was left as it is goes without saying"


def test_measured_times_are_exact() -> None:
    words = PRESENTER.words("en")
    assert [words.exact_duration(seconds) for seconds in (0.2, 94.4, 720)] == ["1 second", "94 seconds", "12 minutes"]


def test_a_stranger_is_told_once_what_to_do() -> None:
    offered = text(o.NotYours(verb="stronger", restyle="k3f9"))
    assert offered == "This painting is somebody else's.\nI can paint a photo of yours in the same style, though."


def test_previews_are_hidden_where_results_are() -> None:
    shown = progress(preview=b"jpeg")
    for spoiler in (True, False):
        assert PRESENTER.view(o.Painting(job=job(), progress=shown, spoiler=spoiler), "en").spoiler == spoiler


def test_the_history_calls_presets_by_their_titles() -> None:
    page = o.HistoryPage(jobs=(job(),), titles={"night-fields": "Night Fields"})
    assert "Night Fields" in text(page)
    assert "night-fields" in text(o.HistoryPage(jobs=(job(),))), "or else by their names"


def test_details_show_the_sheet_and_attach_the_plot() -> None:
    files = (file("progress_sheet"), file("loss_plot"))
    view = PRESENTER.view(o.Finished(job=job(task="inspect"), files=files, styles=(), facts=FACTS), "en")
    assert view.picture == files[0] and view.files == files[1:]
    assert "130 iterations in 34 seconds with vgg19 on cpu (bfloat16), seed 7." in view.text
    assert "content 12,500, style 830.5" in view.text


def test_forgetting_and_older_pages_carry_what_the_studio_needs_back() -> None:
    forget = PRESENTER.view(o.ForgetAsked(jobs=2, token="t0k3n"), "en").buttons[0][0]
    assert (forget.verb, forget.argument, forget.style) == ("forget", "t0k3n", "danger")
    older = PRESENTER.view(o.HistoryPage(jobs=(job(),), next_before=NOW - 0.123456), "en").buttons[-1][0]
    assert older.verb == "history" and moments_in(older.argument or "") == (NOW - 0.123456, None)
    page = o.HistoryPage(jobs=(job(),), next_before=1.5, next_after=NOW - 0.123456)
    newer, older = PRESENTER.view(page, "en").buttons[-1]
    assert (newer.label, moments_in(newer.argument or "")) == ("Newer", (None, NOW - 0.123456))
    assert (older.label, moments_in(older.argument or "")) == ("Older", (1.5, None))
    for odd in ("", "after:", "after:nan", "soon", "inf"):
        assert moments_in(odd) == (None, None)


def test_a_long_queue_is_cut_but_tells_where_ones_own_job_stands() -> None:
    other = o.QueueEntry(job_id=None, mine=False, state="queued", task="paint", seconds_left=1.0)
    mine = o.QueueEntry(job_id="k", mine=True, state="queued", task="paint", seconds_left=1.0)
    view = text(o.QueueState(entries=(other,) * 40 + (mine,)))
    assert view.count("\n") < 20
    assert view.endswith("…and 26 more.\nYours: 41\n❌ cancels one of yours.")


def test_ones_own_jobs_in_the_queue_can_be_cancelled_by_their_numbers() -> None:
    other = o.QueueEntry(job_id=None, mine=False, state="queued", task="paint", seconds_left=1.0)
    mine = [msgspec.structs.replace(other, job_id=f"j{number}", mine=True) for number in range(7)]
    for presenter, _ in SPOKEN.values():
        view = presenter.view(o.QueueState(entries=(other, *mine)), "en")
        assert argument_of(view, "cancel") == [(f"j{number}", None, str(number + 2)) for number in range(5)]
        assert verbs(presenter.view(o.QueueState(entries=(other,)), "en")) == []


def argument_of(view: View, verb: str) -> list[tuple[str | None, str | None, str]]:
    return [(each.job_id, each.argument, each.label) for row in view.buttons for each in row if each.verb == verb]


def test_the_history_offers_what_each_job_allows() -> None:
    jobs = (
        job(id="waits", state="queued"),
        job(id="there"),
        job(id="failed", state="failed"),
        job(id="kept", state="expired", error_code="undeliverable"),
        job(id="lost", state="expired", painted_at=NOW, error_code="storage_error"),
        job(id="gone", deleted=True),
    )
    view = PRESENTER.view(o.HistoryPage(jobs=jobs, next_before=NOW), "en")
    assert argument_of(view, "again") == [
        ("there", None, "2"),
        ("failed", None, "3"),
        ("kept", None, "4"),
        ("lost", None, "5"),
    ]
    assert argument_of(view, "result") == [("there", None, "2"), ("kept", None, "4")]
    assert [verb for verb in verbs(view) if verb not in ("again", "result")] == ["history"]
    assert [line.split(".")[0] for line in view.text.splitlines()[1:7]] == ["1", "2", "3", "4", "5", "6"]
    assert ["not delivered" in line for line in view.text.splitlines()[4:6]] == [True, False]


def test_a_long_page_of_the_history_still_fits_below_a_message() -> None:
    view = PRESENTER.view(o.HistoryPage(jobs=tuple(job(id=f"j{n}") for n in range(14)), next_before=NOW), "en")
    assert [len(row) for row in view.buttons] == [5, 5, 5, 5, 1]


@pytest.mark.parametrize("language", languages())
def test_a_page_of_the_history_fits_whatever_its_styles_are_called(language: str) -> None:
    styles = tuple(StoredStyle(digest="d", saved="W" * 39 + str(number % 10)) for number in range(16))
    mine = job(request=msgspec.structs.replace(job().request, styles=styles), state="expired", width=6000, height=6000)
    page = text(o.HistoryPage(jobs=(mine,) * 10, next_before=1.0), language)
    assert len(page) <= 1800
    assert page.count(mine.id) == 10


@pytest.mark.parametrize("language", languages())
def test_what_is_cut_leaves_no_isolate_open(language: str) -> None:
    words = "مرحبا " * 200
    reports = o.ReportsPage(reports=(msgspec.structs.replace(REPORT, text=words, link=words, job_id=words),) * 5)
    entry = o.StyleEntry(name=words[:40], title=words[:40], kind="place")
    for outcome in (reports, styles_page(entries=(entry,) * 9)):
        view = PRESENTER.view(outcome, language)
        for shown in (view.text, view.short, view.alt_text or ""):
            assert shown.count("\u2068") == shown.count("\u2069")


def test_the_gallery_turns_its_pages_and_stays_among_the_saved_ones() -> None:
    assert argument_of(PRESENTER.view(styles_page(), "en"), "styles") == [(None, "2", "Next")]
    middle = PRESENTER.view(styles_page(page=2, first=10, saved_only=True), "en")
    assert argument_of(middle, "styles") == [(None, "1:saved", "Previous"), (None, "3:saved", "Next")]
    last = PRESENTER.view(styles_page(page=3, first=19), "en")
    assert argument_of(last, "styles") == [(None, "2", "Previous")]
    assert "19. my cat (yours)\n20. our logo (this server's)\n21. Night Fields\n22. Mosaic\n" in last.text
    assert last.picture is not None and "my cat" in (last.alt_text or "")


def test_removing_a_style_asks_with_all_that_the_studio_needs() -> None:
    view = PRESENTER.view(o.StyleRemoveAsked(name="my cat: 2", for_place=True), "en")
    assert argument_of(view, "style_remove") == [(None, "place:my cat: 2", "Remove")]
    assert view.buttons[0][0].style == "danger"
    mine = PRESENTER.view(o.StyleRemoveAsked(name="my cat"), "en")
    assert argument_of(mine, "style_remove") == [(None, "mine:my cat", "Remove")]


def test_reports_are_closed_one_by_one() -> None:
    page = o.ReportsPage(reports=(REPORT, msgspec.structs.replace(REPORT, id="r4")), more=3)
    view = PRESENTER.view(page, "en")
    assert argument_of(view, "report_close") == [(None, "r3p0", "Close 1"), (None, "r4", "Close 2")]
    assert verbs(view) == ["report_close", "report_close"]
    assert "1. 1 hour ago: “This painting shows my house.”" in view.text and "…and 3 more." in view.text


def test_a_report_names_people_and_places_and_has_what_an_owner_needs() -> None:
    view = PRESENTER.view(o.ReportsPage(reports=(REPORT,), painters={"k3f9": ANNA}), "en")
    assert view.text.splitlines()[1:] == [
        "1. 1 hour ago: “This painting shows my house.”",
        "    Bert (discord:77) · painting k3f9 of Anna (discord:1234) · Art Club (discord:111) · "
        "https://discord.com/channels/1/2/3",
    ]
    assert argument_of(view, "result") == [("k3f9", "1", "Show 1")]
    assert argument_of(view, "report_delete") == [(None, "r3p0", "Delete 1")]
    alone = PRESENTER.view(o.ReportReceived(report=REPORT, painter=ANNA), "en")
    assert alone.text.startswith("Bert (discord:77) reported something:")
    assert [button.label for row in alone.buttons for button in row] == ["Show", "Delete", "Close"]


def test_nobody_is_promised_that_somebody_looks() -> None:
    assert text(o.ReportUnread()) == "Nobody reads reports here yet, so I have not kept yours."
    assert text(o.ReportUnread(contact="Ann")).endswith("Questions? Ask Ann.")


def test_somebody_elses_painting_offers_its_style() -> None:
    view = PRESENTER.view(o.NotYours(verb="again", restyle="k3f9"), "en")
    assert argument_of(view, "restyle") == [("k3f9", None, "On my photo")]
    assert verbs(PRESENTER.view(o.NotYours(verb="again"), "en")) == []


def test_channels_and_roles_can_be_shown_by_their_names() -> None:
    view = PRESENTER.view(o.ChannelNotAllowed(channels=("111", "222")), "en")
    assert [(each.kind, each.id) for each in view.references] == [("room", "111"), ("room", "222")]
    for each in view.references:
        assert each.text in view.text
    settings = PlaceSettings(allowed_channels=("111",), allowed_roles=tuple(str(n) for n in range(50)))
    view = PRESENTER.view(o.SettingsState(settings=settings), "en")
    assert len(view.references) == 11 and all(each.text in view.text for each in view.references)


def test_settings_call_a_preset_by_its_title() -> None:
    titles = {"starry-river": "Starry river", "oil": "Oil"}
    chosen = o.SettingsState(settings=PlaceSettings(preset="starry-river"), titles=titles)
    usual = o.SettingsState(settings=PlaceSettings(), usual=PlaceSettings(preset="starry-river"), titles=titles)
    assert "• Style: Starry river\n" in text(chosen)
    assert "• Stil: Sternenfluss\n" in PRESENTER.view(chosen, "de").text
    assert "• Style: Starry river, as usual\n" in text(usual)


def test_who_has_no_history_is_told_how_to_begin_there() -> None:
    empty = o.HistoryPage(jobs=())
    assert "/stylize" in text(empty)
    assert "Send" not in text(empty)
    assert "Send me a photo" in told(empty)


def test_settings_are_a_list_that_one_can_read() -> None:
    settings = PlaceSettings(options={"quality": "fine", "size": 768}, preset="mosaic", spoiler=True)
    usual = PlaceSettings(options={"size": 512, "quality": "auto", "strength": 50}, preset="oil", limits=LIMITS)
    most = Limits(paintings_a_day=1000, waiting_at_once=20, largest_size=2048)
    state = o.SettingsState(settings=settings, saved=True, usual=usual, most=most)
    assert text(state).splitlines() == [
        "Saved. The settings here are now:",
        "• Style: mosaic",
        "• Size: 768",
        "• Quality: fine (slow)",
        "• Strength: 50, as usual",
        "• Paintings a day: 30, as usual",
        "• Waiting at once: 3, as usual",
        "• Largest size: 1024 pixels, as usual",
        "• Paintings a day, all together: no limit",
        "• Channels: all",
        "• Roles: all",
        "• Hide paintings: yes",
    ]


def test_settings_tell_what_holds_where_more_was_chosen_than_anybody_may_have() -> None:
    settings = PlaceSettings(options={"size": 2000}, limits=Limits(paintings_a_day=500))
    usual = PlaceSettings(options={"quality": "auto", "strength": 50}, limits=LIMITS)
    lines = text(o.SettingsState(settings=settings, usual=usual, most=Limits(paintings_a_day=100))).splitlines()
    assert "• Style: everybody chooses one" in lines
    assert "• Size: 1024 (2000 was chosen, but nobody may have more)" in lines
    assert "• Paintings a day: 100 (500 was chosen, but nobody may have more)" in lines


def test_quota_tells_the_cap_that_binds_and_whose_it_is() -> None:
    own, here = o.DayCap(whose="person", limit=30, used=28), o.DayCap(whose="here", limit=5, used=2)
    shared = o.DayCap(whose="place", limit=50, used=49)
    assert text(quota_state(own)).splitlines() == [
        "You have 2 paintings left today, of 30.",
        "The count starts again in 5 hours.",
        "Under way now: 1 of at most 3.",
        "Largest size: 1024 pixels, of what moves 512.",
        "What moves counts as one painting for every 12 frames or part of them.",
    ]
    assert text(quota_state(own, here)).startswith("You have 2 paintings left today, of 30.\n")
    fewer = msgspec.structs.replace(here, used=4)
    assert text(quota_state(own, fewer)).startswith("You have 1 painting left here today, of 5.\n")
    assert text(quota_state(own, shared)).splitlines()[:2] == [
        "Everybody here together has 1 painting left today, of 50.",
        "You yourself have 2 paintings left today, of 30.",
    ]
    over = o.QuotaUsedUp(limit=50, used=50, needed=1, resets_at=NOW + 3600, whose="place")
    assert text(quota_state(own, msgspec.structs.replace(shared, used=50), refusal=over)).splitlines()[:2] == [
        "The 50 paintings for everybody here are used up for today. There will be new ones in 1 hour.",
        "You yourself have 2 paintings left today, of 30.",
    ]


def test_who_may_not_ask_is_told_so_and_not_what_would_be_left() -> None:
    own = o.DayCap(whose="person", limit=30, used=1)
    assert "left" not in text(quota_state(own, refusal=o.Banned(reason="Spam")))
    paused = text(quota_state(own, refusal=o.Paused(reason=""))).splitlines()
    assert paused[0].startswith("I take no new paintings for the moment")
    assert paused[1] == "You have 29 paintings left today, of 30."
    view = PRESENTER.view(quota_state(own, refusal=o.RoleNotAllowed(roles=("5",))), "en")
    assert [each.id for each in view.references] == ["5"]
    page = text(o.Help(platform="discord", presets=18, limits=LIMITS, refusal=o.Banned(), reports=False))
    assert "You may not ask for paintings any more." in page
    assert "/report" not in page


def test_owners_read_the_limits_of_a_person_and_where_they_come_from() -> None:
    told = o.PersonLimits(
        person="discord:1234",
        name="Anna",
        own=Limits(waiting_at_once=3, largest_size=5000),
        limits=Limits(paintings_a_day=30, waiting_at_once=3, largest_size=2048),
        used=12,
        waiting=1,
        ban=o.Banned(reason="Spam"),
    )
    assert text(told).splitlines() == [
        "The limits of Anna (discord:1234) now:",
        "• Paintings a day: 30, as usual",
        "• Waiting at once: 3",
        "• Largest size: 2048 (5000 was chosen, but nobody may have more)",
        "Used today: 12. Under way now: 1.",
        "Where a server has limits of its own, those hold.",
        "Anna (discord:1234) may not ask for paintings any more.",
        "The reason given: Spam",
    ]


def test_missing_permissions_are_called_as_in_the_settings_of_the_chat() -> None:
    assert text(o.PermissionMissing(permissions=("attach_files",))).startswith(
        "I lack a permission here: “Attach Files”."
    )
    assert "„Dateien anhängen“" in text(o.PermissionMissing(permissions=("attach_files",)), "de")


def test_a_refused_option_names_what_may_be_chosen_where_that_is_less_than_usual() -> None:
    start = text(o.OptionRefused(option="init", found="file", allowed="photo or noise or style"))
    assert start == "Start (init) must be photo, noise, or style; you gave “file”."
    waiting = text(o.OptionRefused(option="waiting_at_once", found="99", allowed="a whole number from 0 to 10"))
    assert "a whole number from 0 to 10;" in waiting
    both = text(o.OptionRefused(option="style_weight", found="0", allowed="more than 0 where content_weight is 0"))
    assert both == "Content weight and style weight can't both be 0. Please raise one of them."


def test_a_hidden_painting_is_hidden() -> None:
    assert painted(Options(), spoiler=True).spoiler and not painted(Options()).spoiler


def test_a_saved_style_is_credited_by_its_name() -> None:
    styles = (StoredStyle(digest="d", saved="my cat"), StoredStyle(digest="e"))
    request = msgspec.structs.replace(job().request, styles=styles)
    view = painted(Options(), job=job(request=request), styles=())
    assert view.text.startswith("Here is your painting. Style: my cat and your style picture.")
    assert "my cat" in text(o.HistoryPage(jobs=(job(request=request),)))


def test_a_lent_style_is_not_called_ones_own_and_cannot_be_swapped() -> None:
    styles = (StoredStyle(digest="d", lent=True),)
    request = msgspec.structs.replace(job().request, styles=styles)
    view = painted(Options(), job=job(request=request), styles=())
    assert view.text.startswith("Here is your painting. Style: another picture.")
    assert "swap" not in verbs(view) and "swap" in verbs(painted(Options()))


@pytest.mark.parametrize("language", languages())
def test_help_teaches_a_newcomer_in_about_ten_lines(language: str) -> None:
    limits = Limits(paintings_a_day=30, largest_size=1024)
    page = text(o.Help(platform="discord", presets=18, limits=limits), language)
    assert 8 <= len(page.splitlines()) <= 12
    words = PRESENTER.words(language)
    for command in ("stylize", "styles", "history", "quota", "report", "forget-me", "impasto settings"):
        assert command_name(command, words) in page
    assert words.pgettext("command", "Stylize this") in page
    assert command_name("impasto stats", words) not in page
    assert command_name("impasto stats", words) in text(
        o.Help(platform="discord", presets=18, limits=limits, owner=True), language
    )


def test_privacy_names_all_that_is_kept_and_how_to_delete_it() -> None:
    page = text(o.Privacy(keep_days=30, keep_history_days=365, backup_days=14, contact="impasto@example.org"))
    for fact in ("30 days", "365 days", "14 days", "hash", "backups", "Delete", "/forget-me", "impasto@example.org"):
        assert fact.lower() in page.lower()
    assert "policy" not in page and "terms" not in page


# ---- Telegram ---------------------------------------------------------------------------------------------------


def told(outcome: o.Outcome, language: str = "en", *, private: bool = False) -> str:
    return ON_TELEGRAM.view(outcome, language, private=private).text


@pytest.mark.parametrize("language", languages())
def test_commands_have_the_english_names_that_telegram_allows_in_every_language(language: str) -> None:
    words = ON_TELEGRAM.words(language)
    names = {
        "stylize": "/stylize", "styles": "/styles", "style save": "/savestyle", "style list": "/mystyles",
        "history": "/history", "quota": "/quota", "queue": "/queue", "cancel": "/cancel", "help": "/help",
        "impasto settings": "/settings", "privacy": "/privacy", "report": "/report", "forget-me": "/forgetme",
        "impasto stats": "/stats", "impasto pause": "/pause", "impasto resume": "/resume", "impasto ban": "/ban",
        "impasto unban": "/unban", "impasto quota": "/setquota", "impasto reload": "/reload",
        "impasto reports": "/reports", "myid": "/myid",
    }  # fmt: skip
    assert {path: command_name(path, words) for path in names} == names
    assert {name.removeprefix("/") for name in names.values()} == set(TELEGRAM_COMMANDS)
    for outcome in SAMPLES:
        if isinstance(outcome, o.CommandUnknown):  # it repeats what is none
            continue
        for private in (False, True):
            for command in re.findall(
                r"(?<![\w/:.<])/(\w+)", ON_TELEGRAM.view(outcome, language, private=private).text
            ):
                assert command in TELEGRAM_COMMANDS


def test_nobody_on_telegram_hears_of_servers() -> None:
    """But for what is said on Discord only, and what people themselves wrote."""
    elsewhere = (
        o.TooLongHere,
        o.PermissionMissing,
        o.NobodysPlace,
        o.ReportReceived,
        o.ReportsPage,
        o.AdminDone,
        o.PersonLimits,
    )
    for outcome in SAMPLES:
        if not isinstance(outcome, elsewhere) and getattr(outcome, "platform", "telegram") == "telegram":
            assert not re.search("server|discord|channel", told(outcome).lower()), told(outcome)


@pytest.mark.parametrize("language", languages())
def test_help_on_telegram_teaches_all_ways_to_ask_in_twelve_lines(language: str) -> None:
    limits = Limits(paintings_a_day=30, largest_size=1024)
    for owner in (False, True):
        for private in (False, True):
            view = ON_TELEGRAM.view(
                o.Help(platform="telegram", presets=18, limits=limits, owner=owner), language, private=private
            )
            assert len(view.text.splitlines()) <= 12
            for command in ("/stylize mosaic strength=70", "/styles", "/savestyle", "/history", "/quota", "/settings"):
                assert command in view.text
            assert ("/stats" in view.text) == owner
            assert argument_of(view, "styles") == [(None, "1", view.buttons[0][0].label)]


def test_three_buttons_at_most_stand_below_a_painting_on_telegram_and_one_sends_it_whole() -> None:
    finished = o.Finished(job=job(), files=(file("painting"),), styles=("Night Fields",), facts=FACTS)
    view = ON_TELEGRAM.view(finished, "en")
    assert [[button.label for button in row] for row in view.buttons] == [
        ["Again", "Stronger", "Softer"],
        ["Colours", "Bigger", "Swap"],
        ["Film", "Variations", "Details"],
        ["Full quality", "Delete"],
    ]
    assert set(verbs(view)) - {"full"} == set(verbs(PRESENTER.view(finished, "en")))
    sheet = o.Finished(job=job(task="variations", strengths=(20, 40, 60, 80)), files=(file("variations"),), styles=())
    assert [len(row) for row in ON_TELEGRAM.view(sheet, "en").buttons] == [2, 2, 1]


def test_what_is_transparent_can_be_had_for_a_sticker_on_telegram_which_shows_it_on_white() -> None:
    cut_out = msgspec.structs.replace(file("painting"), transparent=True)
    finished = o.Finished(job=job(), files=(cut_out,), styles=("Night Fields",), facts=FACTS)
    view = ON_TELEGRAM.view(finished, "en")
    assert [button.label for button in view.buttons[-1]] == ["Full quality", "Sticker", "Delete"]
    assert "white here: the buttons “Full quality” and “Sticker”" in view.text
    elsewhere = PRESENTER.view(finished, "en")
    assert "sticker" not in verbs(elsewhere)
    assert "white" not in elsewhere.text
    opaque = ON_TELEGRAM.view(o.Finished(job=job(), files=(file("painting"),), styles=()), "en")
    assert "sticker" not in verbs(opaque)
    assert "white" not in opaque.text


def test_the_gallery_on_telegram_is_chosen_from_by_numbers() -> None:
    view = ON_TELEGRAM.view(styles_page(page=2, first=10), "en")
    tokens = [entry.token for entry in styles_page().entries]
    assert argument_of(view, "style_pick") == [
        (None, token, str(number)) for number, token in enumerate(tokens, start=10)
    ]
    assert [len(row) for row in view.buttons] == [3, 3, 3, 2]
    assert "style_drop" not in verbs(view) and "draft_drop" not in verbs(view)
    saved = ON_TELEGRAM.view(styles_page(saved_only=True), "en")
    assert argument_of(saved, "style_drop")[0] == (None, tokens[0], "1")
    assert [len(row) for row in saved.buttons] == [3, 3, 3, 5, 4, 1]
    assert "style_pick" not in verbs(PRESENTER.view(styles_page(), "en"))


def test_a_gallery_for_a_draft_says_what_there_is_and_can_be_left() -> None:
    draft = o.DraftState(has_photo=True, has_style=False, expires_at=NOW + 3600)
    view = ON_TELEGRAM.view(styles_page(draft=draft), "en", private=True)
    heading, first, *_ = view.text.splitlines()
    assert heading == (
        "I have the photo. Choose its style by number, type its name, or send a picture whose style you like."
    )
    assert first == "1. my cat (yours) · 2. our logo (this group's) · 3. Night Fields"
    assert argument_of(view, "draft_drop") == [(None, None, "Cancel")]
    assert "only as a reply" not in view.text and "only as a reply" in told(styles_page(draft=draft))


def test_a_draft_names_its_styles_and_is_told_how_to_go_on() -> None:
    draft = o.DraftState(has_photo=False, has_style=True, expires_at=NOW + 3600, styles=("Mosaic", "my cat"))
    assert told(draft, private=True) == (
        "Style: Mosaic and my cat. Now send the photo that I should paint.\n"
        "If nothing more comes, I let it go in 1 hour."
    )
    assert verbs(ON_TELEGRAM.view(draft, "en")) == ["draft_drop"]
    empty = o.DraftState(has_photo=False, has_style=False, expires_at=NOW + 3600)
    assert verbs(ON_TELEGRAM.view(empty, "en")) == ["styles", "draft_drop"]
    assert told(o.DraftDropped(existed=False)) == "There is nothing to cancel."


def test_pictures_with_words_that_name_nothing_are_asked_about() -> None:
    draft = o.DraftState(has_photo=True, has_style=False, expires_at=NOW + 3600, others=1, unread="my cat")
    view = ON_TELEGRAM.view(styles_page(draft=draft), "en", private=True)
    assert "In “my cat” I found neither a style nor an option.\n" in view.text
    assert "There is one more picture: is it the style, or should I paint that one instead?" in view.text
    assert argument_of(view, "draft_others") == [
        (None, "style", "It is the style"),
        (None, "photo", "Paint that instead"),
    ]
    several = ON_TELEGRAM.view(styles_page(draft=msgspec.structs.replace(draft, others=2)), "en")
    assert argument_of(several, "draft_others") == [(None, "style", "They are the styles")]


def test_peoples_own_names_are_not_translated() -> None:
    draft = o.DraftState(has_photo=False, has_style=True, expires_at=NOW + 60, styles=("my cat",))
    assert "my cat" in ON_TELEGRAM.view(draft, "de").text
    own = o.Share(entry=o.StyleEntry(name="my cat", title="my cat", kind="mine"))
    shown = ON_TELEGRAM.share_texts(own, "en")
    assert (shown.title, "yours" in shown.caption) == ("my cat (yours)", False)


def test_who_keeps_no_picture_is_told_how_to() -> None:
    view = ON_TELEGRAM.view(o.MissingPicture(which="style", verb="style_save"), "en")
    assert "/savestyle my cat" in view.text
    assert "/style save" in PRESENTER.view(o.MissingPicture(which="style", verb="style_save"), "en").text


def test_settings_on_telegram_say_what_to_type() -> None:
    settings = PlaceSettings(
        options={"size": 512}, allowed_channels=(GENERAL_TOPIC, "12"), allowed_roles=(ADMINISTRATORS,)
    )
    assert told(o.SettingsState(settings=settings)).splitlines() == [
        "The settings here:",
        "• Style (preset): everybody chooses one",
        "• Size: 512",
        "• Quality: as usual",
        "• Strength: as usual",
        "• Paintings a day (daily): as usual",
        "• Waiting at once (waiting_at_once): as usual",
        "• Largest size (largest_size): as usual",
        "• Paintings a day, all together (daily_for_all): no limit",
        "• Topics: General and #12",
        "• Who may ask (who): administrators",
        "• Hide paintings (spoiler): no",
        "Change it like this: /settings size=512 daily=5 who=administrators reset=preset",
    ]
    references = ON_TELEGRAM.view(o.SettingsState(settings=settings), "en").references
    assert [each.id for each in references] == ["12"], "an adapter that knows its name may show it"
    alone = told(o.SettingsState(settings=settings), private=True)
    assert "who" not in alone and "topics" not in alone.lower() and "/settings" in alone


def test_refusals_on_telegram_speak_of_groups_topics_and_administrators() -> None:
    assert told(o.RoleNotAllowed(roles=(ADMINISTRATORS,))) == "Here I paint only for administrators of this group."
    assert told(o.ChannelNotAllowed(channels=("12",))) == "I don't paint in this topic. Please ask me in #12."
    assert "“Send photos”" in told(o.PermissionMissing(permissions=("can_send_photos",)))
    refused = told(o.OptionRefused(option="roles", found="friends", allowed="up to 100 ids"))
    assert refused == "Who may ask (who) must be everyone or administrators; you gave “friends”."
    unknown = told(o.OptionRefused(option="zzz", found="1", allowed="preset or size or channels"))
    assert unknown == "There is no option called “zzz”. The options are preset, size, and topics."
    near = told(o.OptionRefused(option="rolls", found="", allowed="roles", near=("roles", "who")))
    assert near == "There is no option called “rolls”. Did you mean “who”?"


@pytest.mark.parametrize("found", MESSAGES)
def test_what_is_no_picture_is_answered_with_what_can_be_painted(found: str) -> None:
    view = ON_TELEGRAM.view(o.PictureRejected(which="photo", code="not_a_picture", facts={"found": found}), "en")
    assert view.text.startswith("That is a")
    assert view.text.endswith(", not a picture. Please send a photo, an image file or a plain sticker.")


def test_a_limit_is_told_also_where_nobody_knows_how_large_the_file_is() -> None:
    limit = {"limit": 20 * 1024 * 1024}
    sentence = told(o.PictureRejected(which="photo", code="too_many_bytes", facts=limit))
    assert sentence == "The photo is too large a file: I take at most 20 MB. Please send a smaller one."


def test_nothing_is_offered_on_telegram_that_has_no_form_there() -> None:
    view = ON_TELEGRAM.view(o.NotYours(verb="again", restyle="k3f9"), "en")
    assert view.text == "This painting is somebody else's. Please send a photo of your own." and view.buttons == ()


def test_removing_a_style_on_telegram_carries_its_token() -> None:
    asked = o.StyleRemoveAsked(name="a name of forty letters, which is too long", token="c0ffee00", for_place=True)
    assert argument_of(ON_TELEGRAM.view(asked, "en"), "style_remove") == [(None, "c0ffee00", "Remove")]


def test_what_is_sent_into_other_chats_names_style_and_credits_and_invites() -> None:
    painting, plain, mine, _, preset, *_ = (ON_TELEGRAM.share_texts(share, "en") for share in SHARES)
    assert painting.title == "Night Fields and my cat" and painting.description == "2 hours ago · 512 × 384 pixels"
    assert painting.caption == "Painted from a photo. Style: Night Fields and my cat."
    assert plain.title == "A painting of yours" and mine.title == "my cat (yours)"
    assert preset.caption.splitlines()[:2] == [
        "A style to have photos painted in: Night Fields.",
        "Style picture by Impasto.",
    ]


@given(words=strangers, language=st.sampled_from(["en", "de"]))
def test_what_is_sent_into_other_chats_fits_and_is_harmless(words: str, language: str) -> None:
    entry = o.StyleEntry(name=words, title=words, description=words, credits=words)
    for share in (
        o.Share(entry=entry),
        o.Share(entry=msgspec.structs.replace(entry, kind="mine")),
        o.Share(job=job(), styles=(words,) * 16),
    ):
        said = ON_TELEGRAM.share_texts(share, language)
        assert units(said.caption) <= 1024
        for line in (said.title, said.description):
            assert_harmless(line, lines=1)


def test_captions_are_measured_as_telegram_measures_them() -> None:
    credits_ = tuple(f"{number}{'🎨' * 180}" for number in range(9))
    finished = o.Finished(job=job(), files=(file("painting"),), styles=("🖼" * 60,) * 3, credits=credits_)
    assert 900 < units(ON_TELEGRAM.view(finished, "en").text) <= 960
    entry = o.StyleEntry(name="🎨" * 40, title="🎨" * 40, kind="mine")
    view = ON_TELEGRAM.view(styles_page(entries=(entry,) * 9, saved_only=True), "en")
    assert units(view.text) <= 960 and units(view.short) <= 200


# ---- words of strangers -----------------------------------------------------------------------------------------


@given(name=strangers, near=st.lists(strangers, max_size=3), language=st.sampled_from(["en", "de"]))
def test_unknown_names_are_repeated_safely(name: str, near: list[str], language: str) -> None:
    for outcome in (
        o.PresetUnknown(name=name, near=tuple(o.StyleEntry(name=each, title=each, kind="mine") for each in near)),
        o.OptionRefused(option=name, found=name, allowed="", near=tuple(near)),
        o.OptionRefused(option="size", found=name, allowed=""),
    ):
        view = PRESENTER.view(outcome, language)
        assert_harmless(view.text, lines=1)
        assert len(view.text) <= 700 and len(view.short) <= 200


@given(words=strangers, titles=st.lists(strangers, max_size=16), language=st.sampled_from(["en", "de"]))
def test_captions_fit_whatever_styles_and_reasons_are_called(words: str, titles: list[str], language: str) -> None:
    finished = o.Finished(job=job(), files=(file("painting"),), styles=tuple(titles), credits=tuple(titles))
    view = PRESENTER.view(finished, language)
    assert len(view.text) <= 960
    assert len(view.alt_text or "") <= 1024
    assert_harmless(view.text.replace("\u2068", "").replace("\u2069", ""), lines=3)
    assert_harmless(text(o.Banned(reason=words), language), lines=2)
    assert_harmless(
        text(o.AdminDone(verb="ban", person=words, details={"reason": words, "largest_size": 5}), language), lines=3
    )


@given(words=strangers, language=st.sampled_from(["en", "de"]))
def test_names_of_styles_and_reports_are_repeated_safely(words: str, language: str) -> None:
    entry = o.StyleEntry(name=words, title=words, kind="mine")
    page = PRESENTER.view(styles_page(entries=(entry,) * 9), language)
    assert len(page.text) <= 960 and len(page.alt_text or "") <= 1024
    assert_harmless(page.text.replace("\u2068", "").replace("\u2069", ""), lines=11)
    assert len(PRESENTER.style_label(entry, language)) <= 100
    for outcome in (
        o.StyleSaved(name=words),
        o.StyleNameRefused(found=words),
        o.StyleRemoved(name=words),
        o.StyleNameTaken(name=words),
    ):
        assert_harmless(text(outcome, language), lines=1)
    report = msgspec.structs.replace(REPORT, text=words, link=words)
    assert_harmless(text(o.ReportReceived(report=report), language), lines=3)
    assert len(text(o.ReportsPage(reports=(report,) * 10), language)) <= 1900
    assert_harmless(PRESENTER.phrase("too_large_here", language, name=words, limit=5), lines=1)


def test_braces_and_percent_signs_of_strangers_are_only_letters() -> None:
    assert text(o.PresetUnknown(name="{near} %s {0}")).startswith("There is no style called “{near} %s {0}”.")


def test_what_reads_from_right_to_left_stays_in_its_quotation_marks() -> None:
    assert "“\u2068שלום\u2069”" in text(o.PresetUnknown(name="שלום"))


def test_emojis_stay_whole() -> None:
    assert "👩‍👩‍👧" in text(o.PresetUnknown(name="👩‍👩‍👧"))


@given(moment=st.floats(), seconds=st.floats())
def test_times_beyond_reason_are_no_reason_to_fail(moment: float, seconds: float) -> None:
    assert text(o.Banned(until=moment))
    assert text(o.Waiting(job=job(state="queued"), ahead=0, seconds_left=seconds))


def test_the_table_of_options_is_there_in_every_language() -> None:
    english, german = PRESENTER.options_help("en"), PRESENTER.options_help("de")
    assert [row.name for row in english] == [row.name for row in german] == list(OPTION_TABLE)
    for row, translated in zip(english, german, strict=True):
        assert row.help == WISHES[row.name].help != translated.help
    strength = next(row for row in german if row.name == "strength")
    assert (strength.allowed, strength.default) == ("eine ganze Zahl von 0 bis 100", "50")


def test_presets_are_named_in_the_persons_language_and_an_admins_own_stay_as_they_are() -> None:
    assert PRESENTER.preset_text("Mosaic", "de") == "Mosaik"
    assert PRESENTER.preset_text("Mosaic", "en") == "Mosaic"
    assert PRESENTER.preset_text("Aunt {x}'s\nquilt", "de") == "Aunt {x}'s quilt"
    assert PRESENTER.preset_text("", "de") == "", "an empty message id is the catalogue's header"
    painting = o.Finished(job=job(), files=(file("painting"),), styles=("Mosaic",))
    assert text(painting, "de").startswith("Hier ist dein Gemälde. Stil: Mosaik.")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_film_that_cannot_be_made_blames_no_options(language: str) -> None:
    film = msgspec.structs.replace(
        job(state="failed", task="film"), request=msgspec.structs.replace(job().request, format="mp4")
    )
    words = text(o.Failed(job=film, reason="bad_task"), language)
    assert "GIF" in words
    assert words != text(o.Failed(job=job(state="failed"), reason="bad_task"), language)


def test_a_repeated_wish_is_not_called_next_once_it_has_left_the_queue() -> None:
    for state in ("painting", "painted", "delivered"):
        view = PRESENTER.view(o.Accepted(job=job(state=state), ahead=0, repeated=True), "en")
        assert view.text == "I have this one already."
    assert view.buttons == ()  # a painting that was delivered cannot be cancelled
    assert "Next in the queue" in text(o.Accepted(job=job(state="queued"), ahead=0, repeated=True))
