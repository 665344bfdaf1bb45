"""At least one outcome of every kind, as the studio might answer it, for looking at what the presenter says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from bot import outcomes as o
from bot.intake import RejectionCode
from bot.model import (
    ADMINISTRATORS,
    GENERAL_TOPIC,
    CliPlace,
    Job,
    Limits,
    Person,
    PlaceSettings,
    Report,
    Slip,
    State,
    StoredRequest,
    StoredStyle,
)
from nst_engine.options import OPTION_TABLE, OptionError, Options, make_options, parse_options
from nst_engine.protocol import PaintFacts, Progress

NOW = 1_750_000_000.0
ANNA = Person(platform="discord", id="1234", locale="de", name="Anna")
LIMITS = Limits(paintings_a_day=30, waiting_at_once=3, largest_size=1024)
FACTS = PaintFacts(
    engine_seconds=33.6,
    iterations=130,
    content_loss=1.25e4,
    style_loss=830.5,
    backbone="vgg19",
    device="cpu",
    dtype="bfloat16",
    seed=7,
)


def job(**changes: Any) -> Job:
    """A delivered painting of 512 by 384 pixels, two hours old."""
    request = StoredRequest(
        content="c" * 64,
        styles=(StoredStyle(digest="d" * 64, preset="night-fields"),),
        options=changes.pop("options", Options(seed=7)),
        width=1600,
        height=1200,
        strengths=changes.pop("strengths", None),
        standard_seconds=changes.pop("standard_seconds", None),
    )
    values: dict[str, Any] = {
        "id": "k3f9", "key": "key", "state": "delivered", "person": ANNA, "place": CliPlace(output="/tmp/out.png"),
        "verb": "submit", "task": "paint", "request": request, "cost": 30.0, "paintings": 1,
        "created_at": NOW - 7200, "width": 512, "height": 384, "facts": FACTS,
    }  # fmt: skip
    return Job(**{**values, **changes})


def file(role: str, media_type: str = "image/png") -> o.DeliveredFile:
    """A file whose bytes don't matter here."""
    return o.DeliveredFile(role=role, media_type=media_type, data=b"bytes", name=f"{role}.png")


def progress(**changes: Any) -> Progress:
    """Halfway through the second of three scales."""
    base = Progress(
        id="k3f9", iteration=58, iterations=130, scale=1, scales=3, width=256, height=192, content_loss=1.0,
        style_loss=2.0, seconds_left=31.4,
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


REJECTION_FACTS: dict[str, dict[str, str | int]] = {
    "too_many_bytes": {"found": 31_000_000, "limit": 20 * 1024 * 1024},
    "too_many_pixels": {"width": 9000, "height": 8000, "limit": 50_000_000, "limit_side": 20_000},
    "too_small": {"width": 8, "height": 600, "limit": 16},
    "not_a_picture": {"found": "PDF"},
    "unsupported_format": {"found": "Photoshop", "allowed": "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF, BMP"},
    "truncated": {"format": "JPEG"},
    "too_many_frames": {"format": "GIF", "limit": 2000},
    "too_slow": {"limit": 20},
    "too_much_memory": {"limit": 1024**3},
    "unreadable": {"format": "PNG", "detail": "broken"},
}


MESSAGES = (
    "video", "video note", "animation", "animated sticker", "voice", "voice message", "audio", "document", "story",
    "poll", "contact", "location", "dice", "game",
)  # fmt: skip
"""What comes from Telegram instead of a picture."""


def _rejections() -> Iterator[o.Outcome]:
    for code in get_args(RejectionCode):
        yield o.PictureRejected(which="photo", code=code, facts=REJECTION_FACTS.get(code, {}))
    yield o.MissingPicture(which="style", verb="style_save")
    yield o.MissingPicture(which="mask", verb="invert_mask")
    for which in get_args(o.Which):
        yield o.PictureRejected(which=which, code="empty")
        yield o.MissingPicture(which=which)
    for found in ("text", "web page", "video", "audio", "archive", "office document", "program", "unknown"):
        yield o.PictureRejected(which="style", code="not_a_picture", facts={"found": found})
    for found in MESSAGES:
        yield o.PictureRejected(which="photo", code="not_a_picture", facts={"found": found})
    yield o.PictureRejected(which="photo", code="too_many_bytes", facts={"limit": 20 * 1024 * 1024})
    pixels: dict[str, str | int] = {"width": 30_000, "height": 30_000, "limit": 50_000_000, "limit_side": 20_000}
    yield o.PictureRejected(which="photo", code="too_many_pixels", facts=pixels)
    yield from (o.PictureRejected(which="style", code=code) for code in ("gone", "unreachable", "unpaid"))
    yield o.PictureRejected(which="photo", code="a code of tomorrow")


def option_refusals() -> Iterator[o.OptionRefused]:
    """What the options say themselves about a wrong value of each, and about wrong words."""
    for name in OPTION_TABLE:
        try:
            make_options({name: "101x"})
        except OptionError as error:
            yield o.OptionRefused(option=error.option, found=error.found, allowed=error.allowed, near=error.near)
    for words in (["strength=101"], ["strenth=50"], ["zzz=1"], ["bigger"], ["strength"], ["content_layers=pool9"]):
        try:
            parse_options(words)
        except OptionError as error:
            yield o.OptionRefused(option=error.option, found=error.found, allowed=error.allowed, near=error.near)


def _refusals() -> Iterator[o.Outcome]:
    yield from (o.Banned(), o.Banned(until=NOW + 3 * 86400, reason="Spam in the gallery"), o.Paused())
    yield o.Paused(reason="New graphics card")
    for whose in ("person", "here", "place"):
        for limit in (0, 1, 30):
            yield o.QuotaUsedUp(limit=limit, used=limit, needed=1, resets_at=NOW + 3 * 3600 + 50, whose=whose)
    yield from (o.TooManyWaiting(limit=limit) for limit in (0, 1, 3))
    yield from (o.QueueFull(limit=limit) for limit in (1, 200))
    yield o.SizeNotAllowed(size=2048, largest=1024)
    yield o.SizeNotAllowed(size=1024, largest=512, moving=True)
    yield o.TooMuchWork(work=5243.0, largest=1500.0, iterations=1400)
    yield o.TooMuchWork(work=2654.2, largest=1500.0)
    yield from (o.TooLargeForMemory(size=4096, largest=1536, offer=offer) for offer in ("0123456789ab", None))
    yield o.TooLargeForMemory(size=64, largest=None)
    yield from (o.TooNarrow(size=192, least=1034, offer=offer) for offer in ("0123456789ab", None))
    yield o.TooNarrow(size=512, least=None)
    for what in ("mask", "background", "swap", "bigger", "film", "variations", "details", "a verb of tomorrow"):
        yield o.StillOnly(what=what)
    for left in (1, 2):
        yield o.QuotaUsedUp(limit=30, used=30 - left, needed=4, resets_at=NOW + 3600)
    yield from (o.MoreThanADay(limit=limit, needed=4) for limit in (1, 3))
    yield o.PresetUnknown(name="mosacut", near=(o.StyleEntry(name="mosaic", title="Mosaic"),))
    yield o.PresetUnknown(
        name="my cut",
        near=(o.StyleEntry(name="my cat", title="my cat", kind="mine"), o.StyleEntry(name="comic", title="Comic")),
    )
    yield o.BlendAlone()
    yield o.PresetUnknown(name="zzz")
    yield o.PresetUnknown(name="")
    yield from option_refusals()
    yield o.OptionRefused(option="format", found="webm", allowed="gif or mp4")
    yield o.OptionRefused(option="blend", found="101", allowed="a number from 0 to 100")
    yield o.OptionRefused(option="pick", found="5", allowed="a number from 1 to 4")
    yield o.OptionRefused(option="person", found="1234", allowed='a platform and an id, such as "discord:1234"')
    yield o.OptionRefused(option="person", found="", allowed='a platform and an id, such as "discord:1234"')
    for limit in ("paintings_a_day", "waiting_at_once", "largest_size"):
        yield o.OptionRefused(option=limit, found="-1", allowed="a whole number from 0")
    yield from (o.WeightRefused(found=-1.0), o.WeightRefused(found=float("nan")))
    yield from (o.TooManyStyles(limit=limit) for limit in (1, 4))
    yield from (o.TooManyPhotos(limit=limit) for limit in (1, 2))
    yield from (o.JobUnknown(job_id=id_) for id_ in ("k3f9", ""))
    yield from (o.NotYours(verb=verb) for verb in ("cancel", "delete", "film"))
    yield o.NotYours(verb="revise", restyle="k3f9")
    yield o.ReplyNotUnderstood(said="make it pop")
    yield o.ReplyNotUnderstood(
        said="oill", near=tuple(o.StyleEntry(name=name, title=name.title()) for name in ("mosaic", "woodcut"))
    )
    yield o.NotAdmin(verb="pause")
    yield o.WrongState(verb="pick", state="delivered")
    yield o.WrongState(verb="delete", state="painted")
    for state in ("queued", "painting", "painted", "delivered", "failed", "cancelled", "expired"):
        for verb in ("cancel", "delete", "film"):
            if (verb == "cancel") != (state in ("queued", "painting")) and (verb, state) != ("delete", "delivered"):
                yield o.WrongState(verb=verb, state=state)
    yield from (o.WrongState(verb="film", state=state) for state in ("delivered", "failed", "cancelled", "expired"))
    yield from (o.InputsGone(verb=verb) for verb in ("again", "film", "details", "pick"))
    yield o.NothingStronger(verb="stronger", value=100)
    yield o.NothingStronger(verb="softer", value=0)
    yield o.NothingStronger(verb="bigger", value=1024)
    yield o.StorageFull()
    yield o.Broken(reference="7f3a9c")
    yield o.OptionRefused(option="style_weight", found="0", allowed="more than 0 where content_weight is 0")
    yield o.OptionRefused(option="init", found="file", allowed="photo or noise or style")
    yield o.OptionRefused(option="paintings_a_day_for_all", found="many", allowed="a whole number from 0 to 1000000")
    yield o.OptionRefused(option="spoiler", found="perhaps", allowed="yes or no")
    yield from (
        o.OptionRefused(option=option, found="1, 2", allowed="up to 100 ids") for option in ("channels", "roles")
    )
    yield from (o.NotYours(verb=verb, restyle="k3f9") for verb in ("cancel", "again"))
    for weight, kind in (("content_weight", "content"), ("style_weight", "style")):
        yield o.OptionRefused(option=weight, found="0", allowed=f"more than 0 where reconstruct is {kind}")
    for option, found, allowed in (
        ("background", "", "a style's name or keep"),
        ("mask", "perhaps", "yes or no"),
        ("who", "friends", "everyone or administrators"),
        ("topics", "cats", "all or here"),
        ("daily", "many", "a whole number from 0 to 1000000"),
        ("daily_for_all", "many", "a whole number from 0 to 1000000"),
        ("reset", "", "reset=VALUE"),
        ("swap", "perhaps", "yes or no"),
        ("film", "perhaps", "yes or no"),
        ("days", "-1", "a whole number from 1 to 3650"),
        ("colour", "blue", "preset or size or channels or roles"),
    ):
        yield o.OptionRefused(option=option, found=found, allowed=allowed)
    yield o.OptionRefused(option="rolls", found="", allowed="roles", near=("roles", "who"))
    yield o.InputsGone(verb="restyle")
    yield o.WrongState(verb="result", state="queued")


def _refusals_of_places() -> Iterator[o.Outcome]:
    yield o.NotManager(verb="settings")
    yield o.NobodysPlace(verb="settings")
    yield o.NobodysPlace(verb="style_save")
    yield o.RuleForOthers(setting="paintings_a_day")
    yield o.MayNotWrite()
    yield o.FormForgotten()
    yield from (o.ChosenTwice(option=option) for option in ("strength", "size", "quality"))
    yield o.ChannelNotAllowed(channels=("111",))
    yield o.ChannelNotAllowed(channels=tuple(str(number) for number in range(100, 200)))
    yield o.ChannelNotAllowed(channels=(GENERAL_TOPIC, "12"))
    yield from (o.RoleNotAllowed(roles=roles) for roles in (("222",), ("222", "333"), (ADMINISTRATORS,)))
    yield from (o.TooLongHere(seconds=1500.0, largest=largest) for largest in (780.0, 65.0, 0.0))
    yield o.PermissionMissing(permissions=("attach_files",))
    names = ("view_channel", "send_messages", "send_messages_in_threads", "embed_links", "read_message_history")
    yield o.PermissionMissing(permissions=(*names, "a_permission_of_tomorrow"))
    yield o.PermissionMissing(permissions=("can_send_photos",))
    names = ("can_send_messages", "can_send_documents", "can_send_other_messages", "can_post_messages")
    yield o.PermissionMissing(permissions=names)
    for found in ("", "what?!", "x" * 50):
        yield o.StyleNameRefused(found=found)
    yield o.StyleNameTaken(name="mosaic")
    for limit in (0, 1, 25):
        yield from (o.TooManySaved(limit=limit, for_place=for_place) for for_place in (False, True))
    yield o.ReportEmpty()
    yield from (o.TooManyReports(limit=limit) for limit in (0, 1, 10))


def _status() -> Iterator[o.Outcome]:
    queued = job(state="queued", width=None, height=None, facts=None)
    for kind in (o.Accepted, o.Waiting):
        for ahead, seconds in ((2, 121.0), (0, 47.0), (2, None), (0, None), (1, 5000.0)):
            yield kind(job=queued, ahead=ahead, seconds_left=seconds)
        yield kind(job=queued, ahead=2, engine_ready=False)
    yield o.Accepted(job=queued, ahead=1, seconds_left=60.0, repeated=True)
    yield from (o.Accepted(job=moving(frames=frames), ahead=1, seconds_left=60.0) for frames in (2, 48))
    taken = tuple(o.Accepted(job=queued, ahead=ahead) for ahead in range(3))
    yield o.BatchAccepted(jobs=taken)
    over = o.LeftOut(why=o.QuotaUsedUp(limit=30, used=30, needed=1, resets_at=NOW + 3600), count=2)
    broken = o.LeftOut(why=o.PictureRejected(which="photo", code="empty"), number=2)
    narrow = o.LeftOut(why=o.TooNarrow(size=192, least=1034, offer="0123456789ab"), number=3)
    yield o.BatchAccepted(jobs=taken[:1], left=(broken, over))
    yield o.BatchAccepted(jobs=taken, left=(narrow, o.LeftOut(why=o.TooManyPhotos(limit=2), number=6)))
    a_draft = job(state="queued", options=Options(quality="draft"), standard_seconds=180.0)
    yield o.Accepted(job=a_draft, ahead=0, seconds_left=40.0)
    yield o.Painting(job=a_draft)
    slip = Slip("mosiac", "Mosaic")
    taken = StoredStyle(digest="d" * 64, preset="mosaic", slip=slip), StoredStyle(digest="e" * 64, saved="x", slip=slip)
    misspelt = msgspec.structs.replace(queued, request=msgspec.structs.replace(queued.request, styles=taken))
    yield o.Accepted(job=misspelt, ahead=0, seconds_left=40.0)
    yield o.Painting(job=misspelt, progress=progress())
    yield o.Painting(job=a_draft, progress=progress())
    yield o.Painting(job=queued)
    yield o.Painting(job=queued, progress=progress())
    yield o.Painting(job=queued, progress=progress(preview=b"jpeg"), retry=True, spoiler=True)
    yield o.Painting(job=queued, progress=progress(seconds_left=float("inf")))
    yield o.Painting(job=queued, progress=progress(scale=0, scales=1))
    for task in ("variations", "animate", "film", "inspect"):
        yield o.Painting(job=job(state="painting", task=task), progress=progress())


def moving(frames: int = 24, **changes: Any) -> Job:
    """A moving painting."""
    found = job(task="animate", paintings=-(-frames // 12), **changes)
    return msgspec.structs.replace(
        found, request=msgspec.structs.replace(found.request, frames=frames, frames_per_second=8.0, format="gif")
    )


def talkie() -> Job:
    """A moving painting of a clip with a sound."""
    found = moving()
    return msgspec.structs.replace(found, request=msgspec.structs.replace(found.request, format="mp4", sound=True))


def masked(*background: StoredStyle, **changes: Any) -> Job:
    """A painting with a mask."""
    found = job(**changes)
    request = msgspec.structs.replace(found.request, mask="e" * 64, background=background)
    return msgspec.structs.replace(found, request=request)


def _endings() -> Iterator[o.Outcome]:
    night, credit = ("Night Fields",), ("Impasto",)
    yield o.Finished(job=job(), files=(file("painting"),), styles=night, credits=credit, facts=FACTS)
    yield o.Finished(
        job=job(options=Options(strength=100, colors="photo")),
        files=(file("painting"),),
        styles=("Night Fields", "Chapel Window", "Wet Ink"),
        credits=credit * 3,
    )
    yield o.Finished(job=job(options=Options(strength=0)), files=(file("painting"),), styles=(), facts=FACTS)
    sheet = job(task="variations", strengths=(25, 45, 65, 85))
    yield o.Finished(job=sheet, files=(file("variations"),), styles=night, credits=credit)
    yield o.Finished(job=job(task="film"), files=(file("film", "image/gif"),), styles=night, credits=credit)
    details = (file("progress_sheet"), file("loss_plot"))
    yield o.Finished(job=job(task="inspect"), files=details, styles=night, credits=credit, facts=FACTS)
    yield o.Finished(job=job(), files=(), styles=night)
    yield o.Finished(job=moving(), files=(file("film", "image/gif"),), styles=night, credits=credit, facts=FACTS)
    yield o.Finished(job=talkie(), files=(file("film", "video/mp4"),), styles=night, credits=credit, facts=FACTS)
    yield o.Finished(job=masked(options=Options(colors="match")), files=(file("painting"),), styles=night)
    behind = (StoredStyle(digest="f" * 64, preset="mosaic"), StoredStyle(digest="a" * 64))
    yield o.Finished(job=masked(*behind), files=(file("painting"),), styles=night, background=("Mosaic",))
    yield o.Finished(job=job(), files=(file("painting"),), styles=night, facts=FACTS, spoiler=True)
    yield o.Finished(job=job(), files=(file("painting"), file("history", "application/json")), styles=night)
    cut_out = msgspec.structs.replace(file("painting"), transparent=True)
    yield o.Finished(job=job(), files=(cut_out,), styles=night, credits=credit, facts=FACTS)
    yield o.Finished(job=job(), files=(file("sticker", "image/webp"),), styles=night, credits=credit, facts=FACTS)
    for reason in (*get_args(o.FailureReason), "a reason of tomorrow"):
        yield o.Failed(job=job(state="failed"), reason=reason, refunded=1)
    yield o.Failed(job=job(state="failed", task="film"), reason="engine_died", refunded=0)
    yield o.Failed(job=job(state="failed", task="film"), reason="bad_task", refunded=0)
    yield o.Failed(job=job(state="failed"), reason="engine_died", refunded=4)
    yield o.Failed(job=job(state="failed"), reason="out_of_memory", refunded=1, smaller=336)
    yield o.Failed(job=job(state="failed", options=Options(size=64)), reason="out_of_memory", refunded=1)
    yield o.Failed(job=moving(state="failed"), reason="engine_error", refunded=2)
    yield o.Failed(job=job(state="expired", error_code="undeliverable"), reason="undeliverable", refunded=1)
    for person in (ANNA, msgspec.structs.replace(ANNA, name=None)):
        yield from (o.Cancelled(job=job(state="cancelled", person=person), refunded=refunded) for refunded in (0, 1))
    yield from (o.Cancelled(job=job(state="cancelled"), refunded=1, answer=answer) for answer in (True, False))
    for answer in (True, False):
        yield o.Cancelled(job=job(state="cancelled"), refunded=1, by_admin=True, answer=answer)


def quota_state(*caps: o.DayCap, **more: Any) -> o.QuotaState:
    """What somebody may still do; one painting of theirs is under way."""
    usual: dict[str, Any] = {"largest_moving_size": 512, "frames_a_painting": 12}
    return o.QuotaState(limits=LIMITS, caps=caps, waiting=1, resets_at=NOW + 5 * 3600, **{**usual, **more})


def _answers() -> Iterator[o.Outcome]:
    yield from (o.Deleted(job_id="k3f9", message_only=alone) for alone in (False, True))
    yield o.HistoryPage(jobs=())
    history = (
        job(state="painting", created_at=NOW - 20, width=None, height=None),
        job(task="film"),
        moving(),
        job(state="failed", task="variations", created_at=NOW - 3 * 86400),
        job(state="expired", error_code="undeliverable", created_at=NOW - 4 * 86400),
    )
    yield o.HistoryPage(jobs=history, next_before=NOW - 4 * 86400.5, titles={"night-fields": "Night Fields"})
    yield o.HistoryPage(jobs=history, next_after=NOW - 4 * 86400.5, titles={"night-fields": "Night Fields"})
    yield o.HistoryPage(jobs=tuple(job(state=state, task="inspect") for state in get_args(State)))
    yield o.HistoryPage(jobs=(job(state="cancelled"),))
    tomorrow = NOW + 5 * 3600
    for limit, used in ((30, 29), (30, 0), (30, 12), (1000, 1)):
        yield quota_state(o.DayCap(whose="person", limit=limit, used=used))
    own, here = o.DayCap(whose="person", limit=30, used=28), o.DayCap(whose="here", limit=5, used=2)
    shared = o.DayCap(whose="place", limit=50, used=49)
    for caps in ((own, here), (own, msgspec.structs.replace(here, used=4)), (own, shared), (own, here, shared)):
        yield quota_state(*caps)
    yield quota_state(own, largest_moving_size=1024, frames_a_painting=1)
    over = o.QuotaUsedUp(limit=50, used=50, needed=1, resets_at=tomorrow, whose="place")
    yield quota_state(own, msgspec.structs.replace(shared, used=50), refusal=over)
    yield quota_state(msgspec.structs.replace(own, used=30), refusal=msgspec.structs.replace(over, whose="person"))
    yield quota_state(msgspec.structs.replace(own, limit=0), refusal=msgspec.structs.replace(over, limit=0))
    for refusal in (
        o.Banned(reason="Spam"),
        o.Paused(reason="New card"),
        o.RoleNotAllowed(roles=("1",)),
        o.TooManyWaiting(limit=1),
    ):
        yield quota_state(own, refusal=refusal)
    yield o.QueueState(entries=())
    yield o.QueueState(entries=(), paused=True, engine_ready=False)
    mine = o.QueueEntry(job_id="k3f9", mine=True, state="queued", task="variations", seconds_left=95.0)
    other = o.QueueEntry(job_id=None, mine=False, state="painting", task="paint", seconds_left=10.0)
    yield o.QueueState(entries=(other,))
    yield o.QueueState(entries=(other, mine))
    yield o.QueueState(entries=(other,) * 16 + (mine,))
    yield from (o.ForgetAsked(jobs=count, token="t0k3n") for count in (0, 1, 12))
    yield from (o.Forgotten(jobs=jobs, files=files) for jobs, files in ((1, 1), (12, 40), (0, 2), (0, 0)))
    yield o.Forgotten(jobs=1, files=2, messages=1, staying=1, to_come=1)
    yield o.Forgotten(jobs=40, files=90, messages=32, staying=5, to_come=3)
    for photo, style in ((False, False), (True, False), (False, True), (True, True)):
        yield o.DraftState(has_photo=photo, has_style=style, expires_at=NOW + 3600)
    yield o.DraftState(has_photo=True, has_style=True, expires_at=NOW + 3600, others=1, unread="my cat")
    for photo, background in ((True, ()), (False, ("Mosaic",))):
        masked_draft = o.DraftState(has_photo=photo, has_style=not photo, expires_at=NOW + 3600, has_mask=True)
        yield msgspec.structs.replace(masked_draft, background=background)
        yield msgspec.structs.replace(masked_draft, background=background, has_mask=False)
    yield from (DRAFT, msgspec.structs.replace(DRAFT, styles=("Night Fields", "my cat")))
    for others, unread in ((1, "my cat"), (1, ""), (2, "my cat"), (5, "my cat")):
        undecided = o.DraftState(has_photo=True, has_style=False, expires_at=NOW + 3600, others=others, unread=unread)
        yield styles_page(draft=undecided)
    yield msgspec.structs.replace(DRAFT, unread="my cat")
    yield from (o.DraftDropped(existed=existed) for existed in (True, False))
    yield from (o.DraftExpired(had_photo=had) for had in (True, False))


DRAFT = o.DraftState(has_photo=False, has_style=True, expires_at=NOW + 3600, styles=("Night Fields",))


def styles_page(**changes: Any) -> o.StylesPage:
    """The first of three pages, with styles of all kinds."""
    presets = [
        o.StyleEntry(name=f"ink-{number}", title="Wet Ink", token=f"0000000{number}", description="Of many colours.")
        for number in range(3, 8)
    ]
    page = o.StylesPage(
        entries=(
            o.StyleEntry(name="my cat", title="my cat", token="c0ffee00", kind="mine"),
            o.StyleEntry(name="our logo", title="our logo", token="c0ffee01", kind="place"),
            o.StyleEntry(name="night-fields", title="Night Fields", token="c0ffee02", credits="Impasto"),
            o.StyleEntry(name="mosaic", title="Mosaic", token="c0ffee03"),
            *presets,
        ),
        page=1,
        pages=3,
        picture=file("styles", "image/jpeg"),
    )
    return msgspec.structs.replace(page, **changes)


REPORT = Report(
    id="r3p0", text="This painting shows my house.", reported_at=NOW - 3600, place_key="discord:111", job_id="k3f9",
    link="https://discord.com/channels/1/2/3", person_key="discord:77", person_name="Bert", place_name="Art Club",
)  # fmt: skip


SHARES = (
    o.Share(job=job(), styles=("Night Fields", "my cat"), upload="file"),
    o.Share(job=job(width=None, height=None), upload="file"),
    *(o.Share(entry=entry, upload="file") for entry in styles_page().entries[:3]),
    o.Share(entry=o.StyleEntry(name="ink-3", title="Wet Ink", description="Of many colours.")),
)


def _styles() -> Iterator[o.Outcome]:
    yield styles_page()
    yield styles_page(page=2, first=10)
    yield styles_page(page=3, first=19, saved_only=True)
    yield styles_page(entries=styles_page().entries[:2], pages=1, saved_only=True)
    yield o.StylesPage(entries=(), page=1, pages=1, saved_only=True)
    for draft in (
        msgspec.structs.replace(DRAFT, has_photo=True, has_style=False, styles=()),
        msgspec.structs.replace(DRAFT, has_style=False, styles=()),
        msgspec.structs.replace(DRAFT, has_photo=True, has_mask=True, background=("Mosaic",)),
        DRAFT,
    ):
        yield styles_page(page=2, first=10, draft=draft)
    yield o.Shares(shares=())
    yield o.Shares(shares=tuple(SHARES))
    for for_place in (False, True):
        for replaced in (False, True):
            yield o.StyleSaved(name="my cat", for_place=for_place, replaced=replaced)
        yield o.StyleRemoveAsked(name="my cat", token="c0ffee00", for_place=for_place)
        yield o.StyleRemoved(name="my cat", for_place=for_place)


def _pages() -> Iterator[o.Outcome]:
    yield o.SettingsState(settings=PlaceSettings())
    settings = PlaceSettings(
        options={"size": 768, "quality": "fine", "colors": "photo", "square": True, "style_scale": 1.5},
        preset="mosaic",
        limits=Limits(paintings_a_day=5, waiting_at_once=2, largest_size=1024),
        paintings_a_day_for_all=1000,
        allowed_channels=("111", "112"),
        allowed_roles=tuple(str(number) for number in range(200, 212)),
        spoiler=True,
    )
    yield o.SettingsState(settings=settings, saved=True)
    yield o.SettingsState(settings=msgspec.structs.replace(settings, options={"square": False}))
    usual = PlaceSettings(
        options={"size": 512, "quality": "auto", "strength": 50}, preset="night-fields", limits=LIMITS
    )
    yield o.SettingsState(settings=PlaceSettings(), usual=usual)
    most = Limits(paintings_a_day=3, waiting_at_once=20, largest_size=512)
    yield o.SettingsState(settings=settings, usual=usual, most=most)
    yield o.SettingsState(
        settings=PlaceSettings(allowed_channels=(GENERAL_TOPIC, "12"), allowed_roles=(ADMINISTRATORS,))
    )
    limits = LIMITS
    yield o.Help(platform="discord", presets=18, limits=limits, owner=True)
    yield o.Help(platform="discord", presets=18, limits=limits, reports=False, refusal=o.Banned())
    yield o.Help(platform="cli", presets=1, limits=Limits(paintings_a_day=1, largest_size=512))
    yield o.Help(platform="telegram", presets=18, limits=Limits())
    yield o.Help(platform="telegram", presets=18, limits=limits, brief=True)
    yield o.Help(platform="telegram", presets=18, limits=limits, owner=True, name="impasto_bot")
    yield o.Help(platform="discord", presets=18, limits=limits, brief=True)
    yield o.Welcome()
    yield o.CommandUnknown(name="hepl", near=("help", "styles"))
    yield o.CommandUnknown(name="xyzzy" * 12)
    yield o.OwnId(key="telegram:1234")
    yield o.OwnId(key="telegram:1234", owner=True)
    yield o.Privacy(keep_days=30, keep_history_days=365, backup_days=30)
    yield o.Privacy(
        keep_days=1,
        keep_history_days=0.5,
        backup_days=30,
        policy_url="https://example.org/privacy",
        terms_url="https://example.org/terms",
        contact="impasto@example.org",
    )


def _reports() -> Iterator[o.Outcome]:
    yield o.ReportTaken(report_id="r3p0")
    for contact in (None, "impasto@example.org"):
        yield o.ReportUnread(contact=contact)
    yield o.ReportReceived(report=REPORT)
    yield o.ReportReceived(report=REPORT, painter=ANNA)
    bare = msgspec.structs.replace(REPORT, text="x" * 1000, job_id=None, link=None, person_name=None, place_name=None)
    yield o.ReportReceived(report=bare)
    yield o.ReportsPage(reports=())
    yield o.ReportsPage(reports=(REPORT, bare), painters={"k3f9": ANNA})
    yield o.ReportsPage(reports=(REPORT, bare, REPORT, bare, bare), more=2)
    for verb in ("report_close", "report_delete"):
        yield o.AdminDone(verb=verb, details={"report": "r3p0"})


def _owners() -> Iterator[o.Outcome]:
    yield o.Stats(
        by_state={"queued": 3, "painting": 1, "painted": 1, "delivered": 1200, "failed": 2},
        people=41,
        last_day={"paintings": 77, "seconds": 3100, "failed": 1, "people": 9},
        files=4012,
        file_bytes=5_340_000_000,
        free_bytes=88 * 1024**3,
        engine="cpu (AMD EPYC), bfloat16",
        paused=True,
        reports=2,
    )
    yield o.Stats(
        by_state={"delivered": 1},
        people=1,
        last_day={"paintings": 1, "seconds": 1, "failed": 0, "people": 1},
        files=1,
        file_bytes=10**6,
        free_bytes=10**12,
        engine="starting",
        paused=False,
    )
    yield o.Stats(
        by_state={}, people=0, last_day={}, files=0, file_bytes=0, free_bytes=10**12, engine="starting", paused=False
    )
    for verb in ("pause", "resume", "ban", "unban", "cancel", "reload", "dance"):
        yield o.AdminDone(verb=verb, person="discord:1234")
    limits: dict[str, Any] = {"person": "discord:1234", "name": "Anna", "limits": LIMITS, "used": 12, "waiting": 1}
    yield o.PersonLimits(**limits, own=Limits())
    yield o.PersonLimits(**limits, own=Limits(paintings_a_day=30, largest_size=5000), done="quota_set")
    yield o.PersonLimits(**limits, own=Limits(), ban=o.Banned(until=NOW + 86400, reason="Spam"), done="quota_reset")
    yield o.AdminDone(verb="ban", person="discord:1234", name="Anna", details={"reason": "Spam", "until": NOW + 86400})
    yield o.AdminDone(verb="ban", person="discord:1234", details={"reason": "", "until": None})
    yield o.AdminDone(verb="unban", person="discord:1234", details={"was_banned": False})
    yield o.AdminDone(verb="pause", details={"reason": "New graphics card"})
    yield o.AdminDone(verb="reload", details={"after_restart": ["engine.threads", "intake.at_once"]})
    yield o.ReloadFailed(faults=('limits.paintings_a_day: found "many", use a whole number from 0',))


def all_outcomes() -> list[o.Outcome]:
    """Every sample."""
    makers = (
        _refusals,
        _refusals_of_places,
        _rejections,
        _status,
        _endings,
        _answers,
        _styles,
        _pages,
        _reports,
        _owners,
    )
    return [outcome for maker in makers for outcome in maker()]
