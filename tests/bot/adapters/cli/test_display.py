"""What a person sees while they wait."""

import io

import pytest
from rich.console import Console

from bot.adapters.cli.display import Bar, Lines, make_display
from bot.adapters.cli.outlet import TerminalOutlet
from bot.model import CliPlace, Job, Person, StoredRequest
from bot.outcomes import Painting, Waiting
from nst_engine.options import Options
from nst_engine.protocol import Progress

JOB = Job(
    id="k3f9", key="k", state="painting", person=Person(platform="cli", id="local"), place=CliPlace(output="/o.png"),
    verb="submit", task="paint", request=StoredRequest(content="", styles=(), options=Options(), width=4, height=3),
    cost=1.0, paintings=1, created_at=0.0,
)  # fmt: skip


def progress(iteration: int, seconds_left: float = 12.4) -> Painting:
    return Painting(
        job=JOB,
        progress=Progress(
            id="k3f9", iteration=iteration, iterations=40, scale=1, scales=2, width=512, height=384,
            content_loss=1000.0, style_loss=2345.0, seconds_left=seconds_left,
        ),
    )  # fmt: skip


def console(*, terminal: bool, width: int = 100) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, force_terminal=terminal, width=width, color_system=None), stream


def test_a_terminal_gets_a_bar_with_scale_iteration_loss_and_time():
    screen, stream = console(terminal=True)
    with make_display(screen, quiet=False) as display:
        assert isinstance(display, Bar)
        display.show(Painting(job=JOB), engine_ready=False)
        display.show(progress(10), engine_ready=True)
    shown = stream.getvalue()
    for word in ("Painting", "25%", "scale", "/2", "iteration 10/40", "loss 3.34e+03", "12 s left"):
        assert word in shown


def test_the_bar_fits_a_common_terminal():
    screen, stream = console(terminal=True, width=80)
    with make_display(screen, quiet=False) as display:
        display.show(progress(39), engine_ready=True)
    assert "12 s left" in stream.getvalue()


def test_a_pipe_gets_a_line_for_every_tenth():
    screen, stream = console(terminal=False)
    with make_display(screen, quiet=False) as display:
        assert isinstance(display, Lines)
        for iteration in range(41):
            display.show(progress(iteration), engine_ready=True)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Painting"
    assert 5 <= len(lines) - 1 <= 10
    assert lines[-1].strip().startswith("100%")


@pytest.mark.parametrize("seconds", [float("nan"), float("inf")])
def test_an_unknown_time_is_left_out(seconds):
    screen, stream = console(terminal=False)
    with make_display(screen, quiet=False) as display:
        display.show(progress(20, seconds), engine_ready=True)
    assert "left" not in stream.getvalue()


def test_while_the_painter_loads_and_while_others_are_painted():
    screen, stream = console(terminal=False)
    with make_display(screen, quiet=False) as display:
        display.show(Waiting(job=JOB, ahead=2), engine_ready=True)
        display.show(Painting(job=JOB), engine_ready=False)
        display.show(Painting(job=JOB, retry=True), engine_ready=True)
    assert stream.getvalue().splitlines() == ["Waiting, 2 ahead", "Loading the painter…", "Once more: Painting"]


def test_of_several_parts_the_bar_shows_all_the_work():
    screen, stream = console(terminal=True, width=80)
    with make_display(screen, quiet=False) as display:
        display.begin("3 of 4, cat.jpg in embroidery", number=3, of=4)
        display.show(progress(20), engine_ready=True)
    shown = stream.getvalue()
    assert "3 of 4, cat.jpg in embroidery: Painting" in shown
    assert "62%" in shown
    assert "12 s left of this one" in shown


def test_of_several_parts_a_pipe_gets_a_line_for_every_tenth_of_all():
    screen, stream = console(terminal=False)
    with make_display(screen, quiet=False) as display:
        for number in (1, 2, 3, 4):
            display.begin(f"{number} of 4", number=number, of=4)
            for iteration in range(41):
                display.show(progress(iteration), engine_ready=True)
    lines = stream.getvalue().splitlines()
    assert [line for line in lines if "of 4: " in line] == [f"{number} of 4: Painting" for number in (1, 2, 3, 4)]
    assert len(lines) - 4 == 10
    assert lines[-1].strip().startswith("100%  12 s left of this one")


def test_quiet_shows_nothing():
    screen, stream = console(terminal=True)
    with make_display(screen, quiet=True) as display:
        display.say("Painting")
        display.show(progress(10), engine_ready=True)
    assert stream.getvalue() == ""


async def test_a_terminal_is_not_told_what_it_knows_from_the_answer():
    outlet, heard = TerminalOutlet(), []
    with outlet.watched(heard.append):
        assert await outlet.show(JOB.place, Waiting(job=JOB, ahead=1), None) is not None
        late = Waiting(job=JOB, ahead=1, engine_ready=False)
        await outlet.show(JOB.place, late, "terminal")
        await outlet.show(JOB.place, progress(1), "terminal")
    assert heard == [late, progress(1)]
    assert not await outlet.tell(JOB.place, JOB.person, late)
