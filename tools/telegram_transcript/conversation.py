"""What Mia and the others do, moment by moment."""

from __future__ import annotations

from PIL import Image

from tools.telegram_transcript.camera import Camera
from tools.telegram_transcript.page import Extra
from tools.telegram_transcript.stage import Stage, Wishes
from tools.telegram_transcript.world import World


async def play(world: World, camera: Camera, wishes: Wishes) -> dict[str, Image.Image]:
    """Play the whole conversation, and return its pictures by name."""
    stage = Stage(world, camera, wishes)
    await _first_painting(stage)
    await _other_languages(stage)
    await _group_begins(stage)
    await _at_once(stage)
    await _album(stage)
    await _masked(stage)
    await _moving(stage)
    await _private_rest(stage)
    await _inline(stage)
    await stage.scene("All that is in Mia's chat in the end")
    await stage.shoot("all-of-mia", world.private(world.mia), world.mia, last=100, bar=True)
    await stage.scene("All that Mia sees in the group in the end")
    await stage.shoot("all-of-group", world.group, world.mia, last=100, bar=True)
    return stage.shots


async def _first_painting(stage: Stage) -> None:
    world, mia = stage.world, stage.world.mia
    telegram, chat = world.telegram, world.private(mia)

    await stage.scene("Mia opens the bot and presses Start")
    await stage.answered("start", chat, mia, telegram.say(mia, chat, "/start"), bar=True)

    await stage.scene("Mia writes something that is no style")
    await stage.answered("chatting", chat, mia, telegram.say(mia, chat, "can you paint my cat?"))

    await stage.scene("Mia sends a photo of her cat, without a word")
    gallery = await stage.answered("gallery", chat, mia, telegram.send_photo(mia, chat, stage.wishes.cat), bar=True)

    await stage.scene(f"Mia looks for {stage.wishes.title}, and presses its number")
    number = await stage.chosen(mia, gallery, stage.wishes.title)
    await stage.shoot("gallery-found", chat, mia, last=1)
    job, _ = await stage.job_of(mia, stage.pressed("picked", mia, gallery, number))
    await stage.watched("first", mia, job, at=(0, 45))
    painting = await stage.delivered("first-result", mia, job)
    await stage.shoot("first-all", chat, mia, last=2, bar=True)

    await stage.scene("Mia presses Full quality")
    await stage.pressed("full-said", mia, painting, "full")
    await world.said(chat, painting.id)
    await stage.shoot("full", chat, mia, last=1)

    await stage.scene("Mia presses Stronger")
    job, _ = await stage.job_of(mia, stage.pressed("stronger-said", mia, painting, "stronger"))
    await stage.watched("stronger", mia, job, at=(30,))
    await stage.scene("Meanwhile, Mia sends /queue")
    await stage.answered("queue", chat, mia, telegram.say(mia, chat, "/queue"))
    await stage.delivered("stronger-result", mia, job)


async def _other_languages(stage: Stage) -> None:
    world, lena, yuki = stage.world, stage.world.lena, stage.world.yuki
    telegram, chat = world.telegram, world.private(lena)

    await stage.scene("Lena, whose Telegram speaks German, presses Start")
    await stage.answered("german-help", chat, lena, telegram.say(lena, chat, "/start"), last=1)
    await stage.scene("Lena sends a photo with words below it")
    words = f"/stylize {stage.wishes.second_preset} strength=70 {stage.wishes.small_typed}"
    job, _ = await stage.job_of(lena, telegram.send_photo(lena, chat, stage.wishes.coffee, words))
    await stage.watched("german", lena, job)
    painting = await stage.delivered("german-result", lena, job)
    await stage.scene("Lena presses Details")
    job, _ = await stage.job_of(lena, stage.pressed("details-said", lena, painting, "details"))
    await stage.watched("details", lena, job, at=())
    await stage.delivered("details-result", lena, job)

    await stage.scene("由紀, whose Telegram speaks Japanese, presses Start and sends a photo")
    chat = world.private(yuki)
    await stage.answered("japanese-help", chat, yuki, telegram.say(yuki, chat, "/start"), last=1)
    await stage.answered("japanese-gallery", chat, yuki, telegram.send_photo(yuki, chat, stage.wishes.cat), last=1)


async def _group_begins(stage: Stage) -> None:
    world, mia, cleo, group = stage.world, stage.world.mia, stage.world.cleo, stage.world.group
    telegram, name = world.telegram, world.telegram.world.me.username

    await stage.scene("Cleo, who runs the group, looks at its settings")
    await stage.answered("settings", group, cleo, telegram.say(cleo, group, f"/settings@{name}"))
    await stage.scene("Cleo changes them")
    typed = telegram.say(cleo, group, f"/settings@{name} {stage.wishes.small_typed} daily=20")
    await stage.answered("settings-changed", group, cleo, typed)
    await stage.scene("Mia, who does not run the group, tries the same")
    await stage.answered("settings-refused", group, mia, telegram.say(mia, group, f"/settings@{name} daily=99"))


async def _at_once(stage: Stage) -> None:
    world, mia, ben, cleo, group = stage.world, stage.world.mia, stage.world.ben, stage.world.cleo, stage.world.group
    telegram, name = world.telegram, world.telegram.world.me.username

    await stage.scene("Mia posts her cat; all three ask for it in a style at once")
    photo = await telegram.send_photo(mia, group, stage.wishes.cat, "Say hello to Pepper!")
    words = f"/stylize@{name} {stage.wishes.second_preset} strength=70"
    first, asked = await stage.job_of(ben, telegram.say(ben, group, words, reply_to=photo))
    second, _ = await stage.job_of(mia, telegram.say(mia, group, f"/stylize@{name} watercolour", reply_to=photo))
    third, _ = await stage.job_of(cleo, telegram.say(cleo, group, f"/stylize@{name} mosaic", reply_to=photo))
    for job in (first, second, third):
        await world.status(job.id)
    await stage.shoot("three-at-once", group, mia, last=7, bar=True)
    await stage.watched("second", mia, second, at=())
    painting = await stage.delivered("ben-result", mia, first)
    await stage.shoot("group", group, mia, only=(photo.id, asked.id, painting.id), bar=True)

    await stage.scene("Mia presses a button on Ben's painting")
    await stage.pressed("not-yours", mia, painting, "stronger")
    await stage.delivered("mia-in-group", mia, second)
    await stage.delivered("cleo-in-group", mia, third)
    await stage.scene("Ben presses Softer on his own")
    job, _ = await stage.job_of(ben, stage.pressed("softer-said", ben, painting, "softer"))
    await stage.watched("softer", ben, job, at=())
    await stage.delivered("softer-result", ben, job)


async def _album(stage: Stage) -> None:
    world, mia, ben, group = stage.world, stage.world.mia, stage.world.ben, stage.world.group
    telegram, name, wishes = world.telegram, world.telegram.world.me.username, stage.wishes

    await stage.scene("Ben sends his bot an album of two in private: a portrait and a picture whose style he likes")
    chat, pictures = world.private(ben), [wishes.portrait, wishes.pattern]
    words = f"/stylize film {wishes.small_typed}"
    job, _ = await stage.job_of(ben, telegram.send_album(ben, chat, pictures, words, gap=0.3))
    await stage.shoot("album", chat, ben, last=2)
    await stage.delivered("album-result", ben, job)

    await stage.scene("He tries the same in the group, where only the message with the words reaches the bot")
    album = await telegram.send_album(ben, group, pictures, f"/stylize@{name}")
    await world.said(group, album[-1].id)
    await stage.shoot("album-in-group", group, ben, last=2)
    await stage.answered("album-dropped", group, ben, telegram.say(ben, group, f"/cancel@{name}"))

    await stage.scene("Ben sends /stylize alone, then a photo")
    asked = await stage.answered("draft", group, ben, telegram.say(ben, group, f"/stylize@{name}"))
    words = str((asked.force_reply or {}).get("input_field_placeholder", ""))
    if words:
        await stage.shoot("draft-field", group, ben, last=1, extra=Extra(kind="placeholder", words=words))
    photo = telegram.send_photo(ben, group, wishes.coffee, reply_to=asked)
    asked = await stage.answered("draft-gallery", group, ben, photo)
    await stage.scene("Ben leaves it at that")
    await stage.answered("draft-cancelled", group, ben, telegram.say(ben, group, f"/cancel@{name}"))

    await stage.scene("Mia asks the group's bot for her history")
    before = world.telegram.messages(world.private(mia))[-1].id
    await stage.answered("history-in-group", group, mia, telegram.say(mia, group, f"/history@{name}"))
    await world.said(world.private(mia), before)
    await stage.shoot("history", world.private(mia), mia, last=1)


async def _masked(stage: Stage) -> None:
    world, mia, wishes = stage.world, stage.world.mia, stage.wishes
    telegram, chat = world.telegram, world.private(mia)

    await stage.scene("Mia sends an album: her cat, and a mask with the cat's face in white")
    words = f"/stylize watercolour background={wishes.second_preset} {wishes.small_typed}"
    sending = telegram.send_album(mia, chat, [wishes.cat, wishes.face], words, captions={1: "mask"}, gap=0.3)
    job, _ = await stage.job_of(mia, sending)
    await stage.shoot("masked", chat, mia, last=2)
    await stage.delivered("masked-result", mia, job)

    await stage.scene("Mia sends the photo first, then the mask, and changes her mind about it")
    await stage.answered("mask-gallery", chat, mia, telegram.send_photo(mia, chat, wishes.cat), last=1)
    masked = await stage.answered("mask-added", chat, mia, telegram.send_photo(mia, chat, wishes.face, "mask"))
    await stage.pressed("unmasked-said", mia, masked, "draft_unmask")
    await stage.shoot("unmasked", chat, mia, last=1)
    await stage.answered("mask-cancelled", chat, mia, telegram.say(mia, chat, "/cancel"))


async def _moving(stage: Stage) -> None:
    world, ben, wishes = stage.world, stage.world.ben, stage.wishes
    telegram, chat = world.telegram, world.private(ben)

    await stage.scene("Ben sends a GIF, with a style below it")
    words = f"/stylize {wishes.second_preset} {wishes.small_typed}"
    job, asked = await stage.job_of(ben, telegram.send_animation(ben, chat, wishes.stroll, words))
    await stage.watched("moving", ben, job)
    painting = await stage.delivered("moving-result", ben, job)
    await stage.shoot("moving-all", chat, ben, only=(asked.id, painting.id), bar=True)
    await stage.scene("Ben sends a film in a format that cannot be read")
    old = telegram.send_document(ben, chat, b"film", mime="video/x-msvideo", name="old.avi")
    await stage.answered("old-film", chat, ben, old)


async def _private_rest(stage: Stage) -> None:
    world, mia = stage.world, stage.world.mia
    telegram, chat = world.telegram, world.private(mia)

    for command in ("quota", "styles", "mystyles", "privacy", "settings"):
        await stage.scene(f"Mia sends /{command}")
        await stage.answered(f"mia-{command}", chat, mia, telegram.say(mia, chat, f"/{command}"))
    await stage.scene("Mia saves a style")
    photo = telegram.send_photo(mia, chat, stage.wishes.pattern, "/savestyle grandma's cloth")
    await stage.answered("savestyle", chat, mia, photo)
    await stage.scene("Mia looks at her styles")
    await stage.answered("mystyles-two", chat, mia, telegram.say(mia, chat, "/mystyles"))
    await stage.scene("Mia mistypes an option")
    words = "/stylize watercolor strenght=70"
    await stage.answered("mistyped", chat, mia, telegram.send_photo(mia, chat, stage.wishes.cat, words))
    await stage.scene("Mia sends a voice message")
    await stage.answered("voice", chat, mia, telegram.send_other(mia, chat, "voice", b"hello", mime="audio/ogg"))
    await stage.scene("Mia sends /cancel with nothing to cancel")
    await stage.answered("cancel-nothing", chat, mia, telegram.say(mia, chat, "/cancel"))


async def _inline(stage: Stage) -> None:
    world, mia, group = stage.world, stage.world.mia, stage.world.group

    await stage.scene("Mia types the bot's name in the group")
    await stage.inline("inline", mia, group, "")
    await stage.scene("Mia types a style's name behind it")
    query = await stage.inline("inline-words", mia, group, "stained")
    if query.results:
        await stage.scene("Mia sends the first")
        world.choose(mia, group, query.results[0])
        await stage.shoot("inline-sent", group, mia, last=1)
