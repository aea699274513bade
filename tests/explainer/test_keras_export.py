"""Keras answers as our network does, from the file that we hand out; where it cannot be made, one sentence says why."""
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from packaging.requirements import Requirement

from explainer import keras_export
from explainer.keras_export import REQUIREMENTS, missing_tensorflow, to_keras
from explainer.notation import ACTIVATION_NOTATION
from mlp_core import forward
from mlp_core.network import Layer, Network, parameter_arrays
from mlp_core.presets import PRESETS, own_preset
from tests import oracles

ASK = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy, keras, json
for path in sys.argv[1:]:
    model = keras.models.load_model(path + ".keras")
    numpy.save(path + "-answers.npy", model.predict(numpy.load(path + "-X.npy"), verbose=0))
    kinds = [layer.activation for layer in model.layers]
    names = [getattr(kind, "__name__", type(kind).__name__) for kind in kinds]
    print(json.dumps({"parameters": model.count_params(), "layers": names}))
"""


def without_biases():
    rng = np.random.default_rng(4)
    return Network([Layer(rng.normal(0, .05, (784, 12)).astype(np.float32), None, "relu"),
                    Layer(rng.normal(0, .3, (12, 11)).astype(np.float32), None, "tanh"),
                    Layer(rng.normal(0, .3, (11, 10)).astype(np.float32), None, "softmax")], "cross_entropy", "mean")


def preset_network(preset, which="best", seed=5):
    network = preset.network(preset.setting(which), np.random.default_rng(seed))
    for layer in network.layers:
        if layer.b is not None and not preset.is_toy:
            layer.b[:] = np.random.default_rng(seed).normal(0, .2, layer.b.shape)
    return network


NETWORKS = {
    "deep": preset_network(PRESETS["deep"]), "without biases": without_biases(),
    "mazur": preset_network(PRESETS["mazur"], "source"), "hmkcode": preset_network(PRESETS["hmkcode"]),
    **{f"{f}, {output}": preset_network(own_preset((9, 8), f, output, n_in=7, n_out=4))
       for f, output in zip(oracles.HIDDEN, (*oracles.HIDDEN[1:], "softmax"))},
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory, tensorflow_installed):
    """{name: (X, Keras' answers, what Keras says of the model)}, all from one process of Keras' own."""
    folder = tmp_path_factory.mktemp("keras")
    rng, paths = np.random.default_rng(0), {}
    for name, network in NETWORKS.items():
        paths[name] = path = str(folder / name)
        n = network.sizes[0]
        X = np.frombuffer(rng.bytes(50 * n), np.uint8).reshape(50, n) / 255 if n == 784 else rng.normal(0, 1, (50, n))
        np.save(path + "-X.npy", X.astype(network.dtype))
    with ThreadPoolExecutor(2) as pool:
        for name, content in zip(NETWORKS, pool.map(to_keras, NETWORKS.values())):
            (folder / f"{name}.keras").write_bytes(content)
    done = subprocess.run([sys.executable, "-c", ASK, *paths.values()], capture_output=True, text=True, timeout=120,
                          env=os.environ | {"CUDA_VISIBLE_DEVICES": "-1"})
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {name: (np.load(path + "-X.npy"), np.load(path + "-answers.npy"), words)
            for (name, path), words in zip(paths.items(), said, strict=True)}


@pytest.mark.parametrize("name", NETWORKS)
def test_keras_gives_the_same_answers(asked, name):
    X, answers, _ = asked[name]
    assert answers.dtype == NETWORKS[name].dtype
    np.testing.assert_allclose(forward(NETWORKS[name], X).output, answers, rtol=1e-5, atol=1e-6)


def in_keras(name):
    """The name of what Keras has in that layer, as the notation says."""
    kind = ACTIVATION_NOTATION[name].keras
    return kind if isinstance(kind, str) else next(iter(kind))


@pytest.mark.parametrize("name", NETWORKS)
def test_keras_has_the_same_layers(asked, name):
    words, network = asked[name][2], NETWORKS[name]
    assert words["layers"] == [in_keras(layer.activation) for layer in network.layers]
    assert words["parameters"] == sum(array.size for _, array in parameter_arrays(network))


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A function that puts a `keras` of the test's own before the real one."""
    def put(source):
        (tmp_path / "keras.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return put


def refusal(**options):
    with pytest.raises(ValueError) as refused:
        to_keras(NETWORKS["hmkcode"], **options)
    sentence = str(refused.value)
    assert sentence[0].isupper() and "\n" not in sentence and not sentence.endswith(".") and len(sentence) < 300
    assert "Traceback" not in sentence
    return sentence


@pytest.mark.parametrize("missing", ["keras", "tensorflow"])
def test_without_tensorflow_a_sentence_says_how_to_install_it(made_up, missing):
    made_up(f"raise ModuleNotFoundError(\"No module named '{missing}'\")")
    assert refusal() == missing_tensorflow()


def test_the_sentence_is_one_command_that_can_be_pasted():
    sentence = missing_tensorflow((3, 13, 1), "Linux", "x86_64")
    command = sentence.partition("this installs it: ")[2]
    assert shlex.split(command) == [sys.executable, "-m", "pip", "install", "-r", str(REQUIREMENTS)]
    assert "tensorflow==" in REQUIREMENTS.read_text()


@pytest.mark.parametrize("python, system, machine", [
    ((3, 14, 0), "Linux", "x86_64"), ((3, 12, 4), "Darwin", "x86_64"), ((3, 12, 4), "Windows", "ARM64")])
def test_where_it_has_no_version_no_command_is_given(python, system, machine):
    sentence = missing_tensorflow(python, system, machine)
    assert sentence == ("TensorFlow is not installed here, and has no version for "
                        f"Python {python[0]}.{python[1]} on {system} ({machine})")


@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13), (3, 14)])
@pytest.mark.parametrize("system, platform, machine", [
    ("Linux", "linux", "x86_64"), ("Linux", "linux", "aarch64"), ("Linux", "linux", "riscv64"),
    ("Windows", "win32", "AMD64"), ("Windows", "win32", "ARM64"),
    ("Darwin", "darwin", "arm64"), ("Darwin", "darwin", "x86_64")])
def test_it_is_said_to_have_a_version_where_requirements_txt_asks_for_one(python, system, platform, machine):
    requirement, = (Requirement(line) for line in REQUIREMENTS.read_text().splitlines() if "tensorflow" in line)
    asked_for = requirement.marker.evaluate({"python_version": "{}.{}".format(*python), "sys_platform": platform,
                                             "platform_machine": machine})
    assert asked_for == ("this installs it" in missing_tensorflow((*python, 0), system, machine))


def test_a_keras_that_takes_too_long_is_stopped(made_up):
    made_up("import time; time.sleep(60)")
    assert refusal(limit=0.5) == "Keras took longer than 0.5 seconds, so the export was stopped"


def test_a_keras_that_fails_is_quoted_with_its_last_line(made_up):
    made_up("raise RuntimeError('the disk is full')")
    assert refusal() == "Keras could not write the file: RuntimeError: the disk is full"


def test_a_keras_that_ends_without_a_word_and_without_a_file_is_a_failure_too(made_up):
    made_up("import os; os._exit(3)")
    assert refusal() == "Keras could not write the file: exit code 3"
    made_up("import os; os._exit(0)")
    assert "exit code 0" in refusal()


def test_nothing_is_left_behind(made_up, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(keras_export.tempfile, "tempdir", str(tmp_path / "temporary"))
    made_up("raise RuntimeError('no')")
    refusal()
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("notation", [None, replace(ACTIVATION_NOTATION["tanh"], keras=None)])
def test_an_activation_that_keras_is_not_known_to_have_is_refused_by_name(monkeypatch, notation):
    entries = {name: entry for name, entry in ACTIVATION_NOTATION.items() if name != "tanh"}
    monkeypatch.setattr(keras_export, "ACTIVATION_NOTATION", entries | ({"tanh": notation} if notation else {}))
    with pytest.raises(ValueError, match="'tanh'"):
        to_keras(NETWORKS["without biases"])
