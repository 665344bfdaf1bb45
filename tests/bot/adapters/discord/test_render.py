"""Views as Discord shows them: nothing that people wrote may notify anybody or look like something else."""

from __future__ import annotations

import re

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.discord.presses import SERVED, Press
from bot.adapters.discord.render import CONTENT_LENGTH, custom_id, escaped, render
from bot.model import Person
from bot.outcomes import DeliveredFile
from bot.presenter import Button, View
from bot.presenter.view import Reference

ANNA = Person(platform="discord", id="1456074443980800022", name="Anna")
FILE = DeliveredFile(role="painting", media_type="image/png", data=b"png", name="ink.png")


def view(text: str = "Here.", **more: object) -> View:
    return View(text=text, short=text[:200], **more)


def test_only_the_requester_is_mentioned():
    message = render(view("@everyone look, <@42>", mention=ANNA)).to_send()
    assert message["content"].startswith(f"<@{ANNA.id}> ")
    allowed = message["allowed_mentions"].to_dict()
    assert allowed == {"parse": [], "users": [int(ANNA.id)], "replied_user": False} or (
        allowed["parse"] == [] and allowed["users"] == [int(ANNA.id)]
    )


def test_without_a_mention_nobody_is_notified():
    allowed = render(view("<@42> @here")).to_send()["allowed_mentions"].to_dict()
    assert allowed["parse"] == []
    assert not allowed.get("users")


@example("<@42>")
@example("<@!42>")
@example("<@&7>")
@example("<#1>")
@example("<:a:1>")
@example("<a:a:1>")
@example("</ab:1>")
@example("@everyone")
@example("and @here")
@given(st.text(alphabet=st.sampled_from("ab <>@#&!:/*_~`|\\[]()-1234567890\n.>t"), max_size=300))
def test_no_text_of_a_person_becomes_a_mention_or_an_emoji(text):
    content = render(view(text)).content
    assert not re.search(r"(?<!\\)<(@[!&]?\d+|#\d+|a?:\w+:\d+|t:\d+|/\w+:\d+)>", content)
    assert not re.search(r"@(everyone|here)", content)
    assert len(content) <= CONTENT_LENGTH


@given(st.text(alphabet="*_`~|a", min_size=1, max_size=5000), st.integers(20, 2000))
def test_text_is_cut_to_what_discord_takes(text, longest):
    assert len(escaped(text, longest)) <= longest


def test_markdown_shows_as_it_was_written():
    assert escaped("**ink** _on_ `paper` || x", 100) == r"\*\*ink\*\* \_on\_ \`paper\` \|\| x"


# What Discord reads: a backslash takes the meaning of the character after it; addresses are read before anything else.
READ = re.compile(r"""\\.|https?://[^\s<]+[^<.,:;"')\]\s]|(?P<meant>[\[*`~|_])""", re.DOTALL)


@given(st.lists(st.sampled_from([*"a[]()*_`~|\\ \n<>#-", "https://x.y/"]), max_size=200).map("".join))
def test_no_text_of_a_person_becomes_a_link_with_another_name_or_is_set_differently(text):
    shown = render(view(text)).content
    assert not [match for match in READ.finditer(shown) if match["meant"]]
    assert not re.search(r"^\s*(>|#|-)", shown, re.MULTILINE)


def test_no_link_hides_behind_another():
    shown = escaped("[a](b) [free](https://evil.example) and [c](d)", 200)
    assert shown == r"\[a](b) \[free](https://evil.example) and \[c](d)"


def test_what_begins_a_line_shows_as_it_was_written():
    text = "# one\n  - two\n> three\n>>> four\n-# five\n<id:customize>"
    assert escaped(text, 200) == "\\# one\n  \\- two\n\\> three\n\\>>> four\n\\-# five\n\\<id:customize>"


def test_numbered_lines_stay_lines_and_numbers_in_a_sentence_numbers():
    assert escaped("1. Ink\n12. Oil\nPage 1 of 2", 100) == "1\\. Ink\n12\\. Oil\nPage 1 of 2"
    assert escaped("Strength 1.5 of 10.", 100) == "Strength 1.5 of 10."


def test_addresses_stay_addresses():
    assert escaped("See https://example.org/a_b_c?d=~e.", 100) == "See https://example.org/a_b_c?d=~e."


def test_channels_and_roles_of_the_presenter_show_their_names():
    references = (Reference(kind="room", id="123456789012345678"), Reference(kind="role", id="223456789012345678"))
    text = " and ".join(reference.text for reference in references)
    rendered = render(view(text, references=references))
    assert rendered.content == "<#123456789012345678> and <@&223456789012345678>"
    assert rendered.to_send()["allowed_mentions"].to_dict()["parse"] == []


def test_pictures_have_their_alt_texts_and_hide_when_they_shall():
    shown = view(picture=FILE, alt_text="A" * 2000, files=(FILE,), file_alt_texts=("A sheet",), spoiler=True)
    first, second = render(shown).to_send()["files"]
    assert len(first.description) == 1024
    assert second.description == "A sheet"
    assert first.spoiler and second.spoiler


def test_a_view_can_be_sent_twice():
    rendered = render(view(picture=FILE))
    assert [file.fp.read() for message in (rendered.to_send(), rendered.to_send()) for file in message["files"]] == [
        b"png",
        b"png",
    ]


def test_an_edit_replaces_pictures_and_buttons_unless_told_to_keep_the_pictures():
    rendered = render(view())
    assert rendered.to_edit()["attachments"] == []
    assert rendered.to_edit()["view"] is None
    assert "attachments" not in rendered.to_edit(keep_files=True)


async def test_buttons_keep_their_rows_and_their_looks():
    rows = (
        (Button(verb="again", job_id="abc", label="Again", emoji="🔁", style="primary"),),
        (Button(verb="delete", job_id="abc", label="D" * 100, style="danger"),),
    )
    found = render(view(buttons=rows)).to_send()["view"]
    assert found.is_finished()  # the library does not keep it
    assert [(item.row, item.custom_id, item.style) for item in found.children] == [
        (0, "job:abc:again", discord.ButtonStyle.primary),
        (1, "job:abc:delete", discord.ButtonStyle.danger),
    ]
    assert len(found.children[1].label) == 80


NAMES = st.text(alphabet="abc ÄÖあのカ:-1", min_size=1, max_size=40)


@given(verb=st.sampled_from(sorted(SERVED)), job=st.from_regex(r"[a-z0-9]{10}", fullmatch=True), name=NAMES)
def test_every_button_finds_its_way_back(verb, job, name):
    template = Press.__discord_ui_compiled_template__
    match = template.fullmatch(custom_id(Button(verb=verb, job_id=job, label="x", argument=name)))
    assert match is not None
    assert (match["job"], match["verb"], match["argument"]) == (job, verb, name)
    template = Press.__discord_ui_compiled_template__
    match = template.fullmatch(custom_id(Button(verb=verb, label="x", argument=f"place:{name}")))
    assert match is not None
    assert (match["verb"], match["argument"]) == (verb, f"place:{name}")


def test_an_id_that_discord_would_not_take_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="too long"):
        custom_id(Button(verb="styles", label="x", argument="9" * 100))
