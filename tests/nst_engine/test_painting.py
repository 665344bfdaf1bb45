"""Whole paintings, small ones, with the real network."""

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image

import nst_engine
from nst_engine import Options, Settings, images, memory
from nst_engine.errors import BadOptions, BadPicture, Cancelled, DeviceError, OutOfMemory
from nst_engine.goal import Goal
from nst_engine.schedule import plan
from nst_engine.vgg import Vgg19

QUICK = Options(size=64, scales=1, iterations=4)
PLAIN = Options(size=64, scales=1, iterations=8)
PAINTED = Options(size=64, scales=2, iterations=20)
JUDGED = ["relu1_2", "relu2_2", "relu3_3", "relu4_4"]  # layers that no loss is attached to


def difference(a, b) -> float:
    """Mean difference of two pictures' pixels, 0 to 255."""
    return float(np.abs(a.picture.astype(int) - b.picture.astype(int)).mean())


def judged_activations(painter, picture) -> dict[str, torch.Tensor]:
    pixels = torch.from_numpy(np.array(images.load(picture))).permute(2, 0, 1)[None].float() / 255
    return {name: value[0].flatten(1) for name, value in painter._network(pixels, JUDGED).items()}


def style_distance(painter, picture, style) -> float:
    """Sliced Wasserstein distance of activations: how differently their projections are distributed."""
    one, other = judged_activations(painter, picture), judged_activations(painter, style)
    quantiles, total = torch.linspace(0, 1, 101), 0.0
    for name in JUDGED:
        generator = torch.Generator().manual_seed(0)
        directions = torch.nn.functional.normalize(torch.randn(32, one[name].shape[0], generator=generator))
        a, b = ((directions @ activation[name]).quantile(quantiles, dim=1) for activation in (one, other))
        total += ((a - b).abs().mean() / other[name].norm(dim=0).mean()).item()
    return total


def content_distance(painter, picture, photo) -> float:
    """How far the direction of the deepest judged activation turns, place by place; the photo in the picture's size."""
    photo = photo.resize(picture.size, Image.Resampling.LANCZOS)
    one, other = (
        torch.nn.functional.normalize(judged_activations(painter, p)["relu4_4"], dim=0) for p in (picture, photo)
    )
    return 1 - (one * other).sum(0).mean().item()


@pytest.fixture(scope="module")
def painted(painter, photo, waves):
    """One painting with two scales, and what was told on the way."""
    told = []
    return painter.stylize(photo, waves, PAINTED, on_progress=told.append), told


def test_a_painting_has_the_style_and_keeps_the_photo_by_measures_it_does_not_optimise(painter, photo, waves, painted):
    painting = painted[0].to_pil()
    assert style_distance(painter, painting, waves) < 0.5 * style_distance(painter, photo, waves)
    assert content_distance(painter, painting, photo) < 0.85 * content_distance(
        painter, waves.resize(photo.size), photo
    )


def test_a_painting_carries_how_it_came_about(painted, photo):
    painting, _ = painted
    assert (painting.width, painting.height) == (64, 51)
    scales = plan(PAINTED, *photo.size)
    assert painting.iterations == len(painting.history) == sum(scale.iterations for scale in scales)
    assert [point.iteration for point in painting.history] == list(range(painting.iterations))
    assert {point.scale for point in painting.history} == {0, 1}
    assert painting.history[-1].total < 0.5 * painting.history[scales[0].iterations].total
    assert (painting.content_loss, painting.style_loss) == (painting.history[-1].content, painting.history[-1].style)
    assert (painting.backbone, painting.device, painting.dtype, painting.seed) == ("vgg19", "cpu", "float32", 0)
    assert painting.engine_seconds > 0


def test_frames_are_few_small_and_spread_from_start_to_end(painted):
    frames = painted[0].frames
    assert 12 <= len(frames) <= 24
    assert frames[0].iteration == 0
    assert frames[-1].iteration == painted[0].iterations - 1
    assert all(max(Image.open(io.BytesIO(frame.jpeg)).size) <= 320 for frame in frames)


def test_progress_is_told_at_every_iteration(painted):
    painting, told = painted
    assert [step.iteration for step in told] == list(range(1, painting.iterations + 1))
    assert (told[0].scale, told[-1].scale, told[0].scales) == (0, 1, 2)
    assert (told[0].width, told[-1].width) == (32, 64)
    assert told[0].seconds_left == math.inf  # nothing can be said yet
    assert 0 <= told[-1].seconds_left < painting.engine_seconds / 10
    assert told[-1].style_loss == painting.style_loss
    shares = [step.done for step in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    first_scale = [step for step in told if step.scale == 0]
    assert first_scale[-1].done < first_scale[-1].iteration / painting.iterations  # it is small, and thus soon done


def test_a_preview_comes_soon_and_is_small(painter, photo, waves, monkeypatch):
    monkeypatch.setattr("nst_engine.record._FIRST_PREVIEW", 0.0)
    told = []
    painter.stylize(photo, waves, QUICK, on_progress=told.append)
    previews = [step.preview for step in told if step.preview]
    assert len(previews) >= 1
    sizes = {Image.open(io.BytesIO(preview)).size for preview in previews}
    assert sizes == {(64, 51)}, "also while a coarser scale is painted"


def test_a_painting_shows_and_saves_itself(painted, tmp_path):
    painting = painted[0]
    assert Image.open(io.BytesIO(painting._repr_png_())).size == (64, 51)
    np.testing.assert_array_equal(np.array(Image.open(painting.save(tmp_path / "painting.png"))), painting.picture)


def test_the_same_seed_gives_the_same_bytes_and_another_another(painter, photo, waves):
    options = Options(size=64, quality="draft", scales=2, iterations=2)
    first, again = (painter.stylize(photo, waves, options) for _ in range(2))
    other = painter.stylize(photo, waves, nst_engine.options.make_options({"seed": 1}, options))
    assert first.png() == again.png()
    assert difference(first, other) > 3


def test_in_bfloat16_too(photo, waves, painter):
    rough = nst_engine.Painter(Settings(device="cpu", dtype="bfloat16", threads=1))
    assert rough.dtype == "bfloat16"
    options = Options(size=64, scales=1, iterations=4)  # where the processor does not know it, each takes seconds
    one, same, exact = (p.stylize(photo, waves, options) for p in (rough, rough, painter))
    assert one.png() == same.png()
    assert one.history[-1].total < 1.3 * exact.history[-1].total


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("deterministic", [True, False])
def test_the_same_seed_on_cuda(photo, waves, deterministic):
    painter = nst_engine.Painter(Settings(device="cuda", deterministic=deterministic))
    one, other = (painter.stylize(photo, waves, Options(size=96)) for _ in range(2))
    if deterministic:
        assert one.png() == other.png()
    error = np.square(one.picture.astype(float) - other.picture.astype(float)).mean()
    assert error < 255**2 / 10**3, "a PSNR of at least 30 dB"


def test_strength_moves_evenly_from_the_photo(painter, photo, waves):
    distances = [
        content_distance(
            painter,
            painter.stylize(photo, waves, Options(size=64, iterations=25, scales=1, strength=strength)).to_pil(),
            photo,
        )
        for strength in (0, 50, 100)
    ]
    assert distances == sorted(distances)
    assert distances[2] - distances[0] > 0.1


@pytest.fixture(scope="module")
def plain(painter, photo, waves):
    """A painting with no options but the quick ones."""
    return painter.stylize(photo, waves, PLAIN)


@pytest.mark.parametrize(
    "changed",
    [
        {"style_scale": 0.5},
        {"content_layers": {"relu3_1": 1.0}},
        {"style_layers": {"relu2_2": 1.0, "relu3_2": 5.0}},
        {"content_weight": 500.0},
        {"style_weight": 0.001},
        {"tv_weight": 1000.0},
        {"optimizer": "adam"},
        {"optimizer": "adam", "learning_rate": 0.1},
        {"init": "noise"},
        {"init": "style"},
        {"colors": "photo"},
        {"colors": "match"},
        {"smooth": 80},
        {"pooling": "average"},
        {"style_loss": "gram"},
        {"reconstruct": "content"},
        {"reconstruct": "style"},
        {"iterations": 9},
        {"scales": 2},
    ],
    ids=str,
)
def test_each_option_changes_the_painting(painter, photo, waves, plain, changed):
    assert difference(painter.stylize(photo, waves, nst_engine.options.make_options(changed, PLAIN)), plain) > 0.5


def test_square_crops_the_photo(painter, photo, waves):
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=1, square=True))
    assert (painting.width, painting.height) == (64, 64)


def test_the_photos_colours_can_stay(painter, photo, waves, plain):
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=8, colors="photo"))
    small = np.array(photo.resize((64, 51), Image.Resampling.LANCZOS)).astype(int)
    chroma = small[..., 0] - small[..., 2], painting.picture[..., 0].astype(int) - painting.picture[..., 2]
    assert np.abs(chroma[0] - chroma[1]).mean() < 6  # what is clipped to 0 to 255 may differ
    assert difference(painting, plain) > 10


def test_match_gives_the_style_the_photos_colours_and_leaves_the_rest_to_the_brush(painter, photo, waves):
    base = Options(size=64, scales=1, iterations=12)
    colourful = {
        kind: painter.stylize(photo, waves, nst_engine.options.make_options({"colors": kind}, base)).picture
        for kind in ("style", "photo", "match")
    }
    means = {kind: picture.reshape(-1, 3).mean(axis=0) for kind, picture in colourful.items()}
    photo_mean = np.array(photo).reshape(-1, 3).mean(axis=0)
    assert np.abs(means["match"] - photo_mean).max() < 0.5 * np.abs(means["style"] - photo_mean).max()
    assert np.abs(colourful["match"].astype(int) - colourful["photo"]).mean() > 0.5


def test_a_start_from_the_style_shows_the_style(painter, photo, waves):
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=1, init="style"))
    assert style_distance(painter, painting.to_pil(), waves) < 0.5 * style_distance(painter, photo, waves)


def test_a_texture_is_the_style_without_the_photo(painter, photo, waves):
    painting = painter.stylize(photo, waves, Options(size=64, scales=2, iterations=16, reconstruct="style"))
    assert painting.content_loss == 0
    assert style_distance(painter, painting.to_pil(), waves) < 0.6 * style_distance(painter, photo, waves)
    assert content_distance(painter, painting.to_pil(), photo) > 0.5


def test_the_content_comes_back_from_shallow_layers_sharper_than_from_deep_ones(painter, photo, waves):
    small = photo.resize((64, 51))
    errors = [
        np.abs(
            painter.stylize(
                small,
                waves,
                Options(size=64, scales=1, iterations=40, reconstruct="content", content_layers={layer: 1.0}),
            ).picture.astype(int)
            - np.array(small)
        ).mean()
        for layer in ("relu1_1", "relu3_1", "relu5_1")
    ]
    assert errors == sorted(errors)
    assert errors[0] < 0.4 * errors[2]


def test_smoothing_smooths(painter, photo, waves):
    rough, smooth = (
        painter.stylize(photo, waves, Options(size=64, scales=1, iterations=12, smooth=smooth)) for smooth in (0, 100)
    )
    grain = [np.abs(np.diff(p.picture.astype(int), axis=1)).mean() for p in (rough, smooth)]
    assert grain[1] < 0.8 * grain[0]


def test_several_styles_blend(painter, photo, waves, bricks):
    alone = painter.stylize(photo, [(waves, 1.0)], QUICK), painter.stylize(photo, bricks, QUICK)
    both = painter.stylize(photo, [(waves, 1.0), (bricks, 1.0)], QUICK)
    mostly = painter.stylize(photo, [(waves, 9.0), (bricks, 1.0)], QUICK)
    assert difference(both, alone[0]) > 1
    assert difference(both, alone[1]) > 1
    assert difference(mostly, alone[0]) < difference(both, alone[0])
    assert painter.stylize(photo, [(waves, 1.0), (bricks, 0.0)], QUICK).png() == alone[0].png()


def test_painting_goes_on_from_a_file(painter, photo, waves, painted):
    start = painted[0].png()
    more = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=2, init="file"), init=start)
    afresh = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=2))
    assert more.style_loss < 0.5 * afresh.style_loss


def test_pictures_come_as_files_bytes_images_and_arrays(painter, photo, waves, tmp_path):
    path = tmp_path / "photo.png"
    photo.save(path)
    kinds = [path, str(path), path.read_bytes(), photo, np.array(photo)]
    assert len({painter.stylize(kind, waves, QUICK).png() for kind in kinds}) == 1


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGBA", "LA", "1", "I;16"])
def test_every_kind_of_picture_becomes_rgb(photo, mode):
    grey = photo.convert("L")
    picture = Image.fromarray(np.array(grey).astype(np.uint16) * 257) if mode == "I;16" else photo.convert(mode)
    loaded = images.load(picture)
    assert (loaded.mode, loaded.size) == ("RGB", photo.size)
    if mode not in ("1", "P"):
        assert np.abs(np.array(loaded.convert("L")).astype(int) - np.array(grey)).mean() < 3


def test_stopping_stops_between_iterations(painter, photo, waves):
    told = []
    with pytest.raises(Cancelled):
        painter.stylize(photo, waves, QUICK, on_progress=told.append, should_stop=lambda: len(told) >= 2)
    assert len(told) == 2


def test_what_cannot_be_painted_is_refused_in_types(painter, photo, waves):
    for wrong in ([], [(waves, 0.0)], [(waves, -1.0), (waves, 2.0)], [(waves, float("nan"))]):
        with pytest.raises(BadOptions):
            painter.stylize(photo, wrong, QUICK)
    with pytest.raises(BadOptions):
        painter.stylize(photo, waves, Options(init="file"))
    with pytest.raises(BadOptions):
        painter.stylize(photo, waves, QUICK, init=photo)
    for bad in (b"", b"no picture", photo._repr_png_()[:200], "/nowhere/at/all.png", np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(BadPicture):
            painter.stylize(bad, waves, QUICK)


def test_running_out_of_memory_is_typed_once_the_smallest_tiles_do_not_fit(painter, photo, waves, monkeypatch):
    def too_large(self, picture, layers, pooling):
        return torch.empty(2**60)

    monkeypatch.setattr(Vgg19, "__call__", too_large)
    with pytest.raises(OutOfMemory):
        painter.stylize(photo, waves, QUICK)


def test_a_painting_for_which_memory_runs_out_is_made_in_tiles(painter, photo, waves, monkeypatch):
    looks, whole = [], Vgg19.__call__

    def limited(self, picture, layers, pooling="max"):
        looks.append(tuple(picture.shape[2:]))
        if max(picture.shape[2:]) > 480:
            raise torch.OutOfMemoryError("pretended")
        return whole(self, picture, layers, pooling)

    monkeypatch.setattr(Vgg19, "__call__", limited)
    told = []
    options = Options(size=512, scales=1, iterations=1, style_scale=0.5)
    long = photo.resize((512, 64))
    painting = painter.stylize(long, waves, options, on_progress=told.append)
    assert max(looks) > (0, 480)
    assert (painting.width, painting.height, painting.iterations) == (512, 64, 1)
    monkeypatch.setattr(Vgg19, "__call__", whole)
    untiled = painter.stylize(long, waves, options)
    assert difference(painting, untiled) < 0.5


@pytest.mark.parametrize(("kept", "given_back"), [(0, 1), (10**12, 0)])
def test_after_a_large_painting_memory_is_given_back(painter, photo, waves, monkeypatch, kept, given_back):
    calls = []
    monkeypatch.setattr("nst_engine.painting._KEPT", kept)
    monkeypatch.setattr("nst_engine.devices.give_back_memory", calls.append)
    painter.stylize(photo, waves, Options(size=64, iterations=1))
    assert len(calls) == given_back


def test_little_memory_makes_tiles_and_the_same_painting(painter, photo, waves, monkeypatch):
    options = Options(size=384, scales=1, iterations=3)
    long, style = photo.resize((384, 48)), waves.resize((384, 48))
    whole = painter.stylize(long, style, options)
    monkeypatch.setattr(painter, "memory_bytes", memory.need(options, *long.size).bytes - 1)
    assert painter._tile(options, *long.size) is not None
    assert difference(painter.stylize(long, style, options), whole) < 1.0


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(DeviceError, match="cuda:99"):
        nst_engine.Painter(Settings(device="cuda:99"))


def test_a_very_long_photo_is_painted_at_a_size_that_keeps_its_shape(painter, waves):
    long = np.full((10, 1000, 3), 90, np.uint8)
    with pytest.raises(BadOptions, match="use a size of 1550 or more"):
        painter.stylize(long, waves, QUICK)
    painting = painter.stylize(long[:, :80], waves, Options(size=128, iterations=1, scales=2))
    assert (painting.width, painting.height) == (128, 16)


def test_a_very_long_style_keeps_its_shape(painter, photo, waves, monkeypatch):
    seen = []
    whole = Vgg19.__call__
    monkeypatch.setattr(
        Vgg19,
        "__call__",
        lambda self, picture, *more, **named: seen.append(picture.shape) or whole(self, picture, *more, **named),
    )
    painter.stylize(photo, waves.resize((600, 10)), Options(size=64, iterations=1, scales=1))
    assert (1, 3, 16, 960) in seen


def test_a_large_style_is_no_larger_a_burden_than_the_tiles(painter, photo, waves, monkeypatch):
    """The style is looked at at twice the photo's size here: with whole tiles of its own it could never be painted."""
    whole = Vgg19.__call__

    def limited(self, picture, layers, pooling="max"):
        if max(picture.shape[2:]) > 480:
            raise torch.OutOfMemoryError("pretended")
        return whole(self, picture, layers, pooling)

    monkeypatch.setattr(Vgg19, "__call__", limited)
    options = Options(size=512, scales=1, iterations=1, style_scale=2, style_layers={"relu1_1": 1.0, "relu5_1": 1.0})
    painting = painter.stylize(photo.resize((512, 32)), waves.resize((512, 16)), options)
    assert (painting.width, painting.height) == (512, 32)


def test_where_the_memory_is_not_known_large_pictures_are_painted_in_tiles(painter, monkeypatch):
    monkeypatch.setattr(painter, "memory_bytes", 0)
    assert painter._tile(Options(size=512), 4, 3) is None
    assert painter._tile(Options(size=3000), 4, 3)
    assert painter._tile(Options(size=6000), 1, 1) == memory.SMALLEST_TILE, "although it takes more than is modest"


def test_a_painting_survives_losses_that_are_no_numbers(painter, photo, waves, monkeypatch):
    calls, whole = [], Goal.__call__

    def sick(self, picture):
        calls.append(len(calls))
        losses, gradient = whole(self, picture)
        return (losses._replace(total=math.nan), gradient * math.nan) if len(calls) in (4, 9) else (losses, gradient)

    monkeypatch.setattr(Goal, "__call__", sick)
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=20))
    assert len(calls) == 20
    assert painting.history[-1].total < 0.7 * painting.history[0].total


def test_average_pooling_keeps_the_size_of_activations(painter, photo):
    pixels = torch.from_numpy(np.array(photo)).permute(2, 0, 1)[None].float() / 255
    layers = ("relu2_1", "relu3_1", "relu4_1")
    largest, mean = (painter._network(pixels, layers, pooling) for pooling in ("max", "average"))
    for layer in layers:
        assert 0.7 < (mean[layer].mean() / largest[layer].mean()).item() < 1.4
