"""A memory of bounded size."""

from bot.recent import Recent


def test_nothing_is_forgotten_while_there_is_room():
    recent = Recent[int, str](10)
    for number in range(10):
        recent[number] = "x"
    assert list(recent) == list(range(10))


def test_the_oldest_goes_first():
    recent = Recent[int, str](3)
    for number in range(5):
        recent[number] = "x"
    assert list(recent) == [2, 3, 4]


def test_what_is_in_use_stays():
    recent = Recent[int, str](2, in_use=lambda key, value: value == "busy")
    for number in range(4):
        recent[number] = "busy" if number == 0 else "x"
    assert list(recent) == [0, 3]
    all_busy = Recent[int, str](1, in_use=lambda key, value: True)
    all_busy[1] = all_busy[2] = "x"
    assert list(all_busy) == [1, 2]
