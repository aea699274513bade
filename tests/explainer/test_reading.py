"""What is said of one image is what plain NumPy, finite differences, geometry and TensorFlow say of it."""
from dataclasses import replace

import numpy as np
import pytest

from explainer.datasets import default_network, embedded_sample
from explainer.reading import as_image, evidence, nearest_mistake, read, teach
from mlp_core import Layer, Network, new_network
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS, own_preset
from tests import oracles
from tests.mlp_core.test_against_tensorflow import tensorflow_says, tolerance

OWN = {f"own {hidden} {output}": own_preset((20, 12), hidden, output)
       for hidden, output in zip(oracles.HIDDEN, ("relu", "tanh", "softmax", "leaky_relu", "linear"))}
PRESETS_OF_IMAGES = {name: preset for name, preset in PRESETS.items() if not preset.is_toy} | OWN
EVERY_PRESET = pytest.mark.parametrize("preset", PRESETS_OF_IMAGES.values(), ids=PRESETS_OF_IMAGES)


def plain_forward(network, pixels):
    """(S, A) of the output layer for (784,) floats in [0, 1], in double precision."""
    A = np.asarray(pixels, float)
    for layer in network.layers:
        S = A @ layer.W.astype(float) + (0 if layer.b is None else layer.b.astype(float))
        A = oracles.activation(layer.activation, S[None])[0]
    return S, A


def network_of(preset, dtype=np.float64):
    return replace(preset, dtype=dtype).network(preset.best, np.random.default_rng(71))


def image_of(seed=72):
    return np.random.default_rng(seed).integers(0, 256, 784, np.uint8)


def arrays(network):
    return [array for layer in network.layers for array in (layer.W, layer.b) if array is not None]


def biggest_difference(one, other):
    return max(np.abs(a - b).max() for a, b in zip(arrays(one), arrays(other), strict=True))


# Reading

@EVERY_PRESET
@pytest.mark.parametrize("dtype, within", [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_a_reading_is_a_forward_pass(preset, dtype, within):
    network, image = network_of(preset, dtype), image_of()
    reading, (_, A) = read(network, image), plain_forward(network, image / 255)
    np.testing.assert_allclose(reading.outputs, A, rtol=within, atol=within)
    best, next_best = np.argsort(-A, kind="stable")[:2]
    assert (reading.answer, reading.second) == (best, next_best)
    assert reading.image is image


def test_the_network_that_ships_reads_what_the_sample_says():
    sample, network = embedded_sample(), default_network()
    right = [read(network, image).answer == label for image, label in zip(sample.images[:300], sample.labels)]
    assert np.mean(right) > .95


def test_a_prepared_drawing_becomes_the_bytes_of_an_image():
    grey = np.arange(784).reshape(28, 28) % 256
    assert as_image(grey / 255).dtype == np.uint8
    np.testing.assert_array_equal(as_image(grey / 255), grey.ravel())
    np.testing.assert_array_equal(as_image(np.full((28, 28), .5009)), np.full(784, 128))      # rounded, not cut


# Evidence

def test_the_evidence_of_a_linear_network_without_biases_is_the_whole_sum():
    rng = np.random.default_rng(73)
    layers = [Layer(rng.normal(size=shape) / np.sqrt(shape[0]), None, "linear") for shape in ((784, 20), (20, 10))]
    network = Network(layers, "squared_error")
    reading = read(network, image_of())
    for unit in range(10):
        assert evidence(network, reading, unit).sum() == pytest.approx(reading.passed.S[-1][0, unit], rel=1e-11)


@EVERY_PRESET
def test_evidence_is_the_slope_of_the_weighted_sum_times_the_pixel(preset):
    network, image = network_of(preset), image_of()
    reading, pixels, rng = read(network, image), image / 255, np.random.default_rng(74)
    for unit in (reading.answer, reading.second):
        found = evidence(network, reading, unit)
        for pixel in rng.integers(0, 784, 12):
            nudge = 1e-6 * np.eye(784)[pixel]
            above, below = (plain_forward(network, pixels + way)[0][unit] for way in (nudge, -nudge))
            assert found[pixel] == pytest.approx((above - below) / 2e-6 * pixels[pixel], rel=1e-5, abs=1e-8)


def test_empty_pixels_are_no_evidence():
    network, image = default_network(), embedded_sample().images[0]
    assert not evidence(network, read(network, image), 5)[image == 0].any()


# The nearest mistake

def reads_otherwise(network, reading, mistake):
    """Check that the changed image is an image, and that plain NumPy reads in it what the mistake says."""
    changed = reading.image / 255 + mistake.change
    assert changed.min() >= -1e-7 and changed.max() <= 1 + 1e-7
    assert mistake.answer != reading.answer
    assert plain_forward(network, changed)[1].argmax() == mistake.answer
    assert mistake.size == pytest.approx(np.linalg.norm(mistake.change))


def test_the_trained_network_really_misreads_the_changed_digit():
    sample, network = embedded_sample(), default_network()
    for image in sample.images[:12]:
        reading = read(network, image)
        mistake = nearest_mistake(network, reading)
        reads_otherwise(network, reading, mistake)
        assert mistake.size < np.linalg.norm(image / 255)


@EVERY_PRESET
def test_an_untrained_network_really_misreads_the_changed_image(preset):
    network = network_of(preset, preset.dtype)
    reading = read(network, embedded_sample().images[3])
    reads_otherwise(network, reading, nearest_mistake(network, reading))


def test_no_straight_way_to_another_digit_of_the_sample_is_shorter():
    sample, network = embedded_sample(), default_network()
    for image in sample.images[:4]:
        reading = read(network, image)
        shortest = min(length for other in sample.images[100:130]
                       if (length := length_of_the_way(network, image / 255, other / 255)))
        assert nearest_mistake(network, reading).size < shortest


def length_of_the_way(network, start, end):
    """The length of the straight way towards another image until the answer changes; None if it does not."""
    first, near, far = plain_forward(network, start)[1].argmax(), 0.0, 1.0
    if plain_forward(network, end)[1].argmax() == first:
        return None
    for _ in range(12):
        middle = (near + far) / 2
        changed = plain_forward(network, start + middle * (end - start))[1].argmax() != first
        near, far = (near, middle) if changed else (middle, far)
    return far * np.linalg.norm(end - start)


@pytest.mark.parametrize("distance", [0.5, 1, 2, 4])
@pytest.mark.parametrize("output, loss", [("linear", "squared_error"), ("softmax", "cross_entropy")])
def test_in_front_of_a_plane_the_change_is_as_long_as_the_plane_is_far(output, loss, distance):
    rng = np.random.default_rng(75)
    W, image = rng.normal(size=(784, 2)), np.full(784, 128, np.uint8)
    across = W[:, 0] - W[:, 1]
    lead = distance * np.linalg.norm(across) - image / 255 @ across      # (x·across + lead) / |across| = distance
    network = Network([Layer(W, np.array([lead, 0.0]), output)], loss)
    reading = read(network, image)
    mistake = nearest_mistake(network, reading)
    assert reading.answer == 0
    reads_otherwise(network, reading, mistake)
    assert distance <= mistake.size <= distance + 1e-3
    along = mistake.change @ across / np.linalg.norm(across) / mistake.size
    assert along == pytest.approx(-1)       # straight at the plane


@pytest.mark.parametrize("W, b", [
    (np.zeros((784, 3)), np.array([0, 1.0, 0])),            # depends on no pixel
    (np.ones((784, 3)), np.array([0, 1.0, 0])),             # every pixel raises all alike
    (np.eye(784, 3), np.array([0, 0, 5.0])),                # no pixel can be as full as it would have to be
])
def test_where_the_answer_never_changes_there_is_no_mistake(W, b):
    network = Network([Layer(W, b, "linear")], "squared_error")
    assert nearest_mistake(network, read(network, image_of())) is None


def test_looking_for_a_mistake_changes_neither_the_network_nor_the_image():
    network, image = default_network(), embedded_sample().images[0]
    before, bytes_before = [array.tobytes() for array in arrays(network)], image.tobytes()
    reading = read(network, image)
    nearest_mistake(network, reading)
    assert [array.tobytes() for array in arrays(network)] == before and image.tobytes() == bytes_before
    assert reading.passed.A[0].tobytes() == (image.astype(np.float32) / np.float32(255)).tobytes()


# Teaching

@EVERY_PRESET
def test_one_lesson_is_the_gradient_step_of_tensorflow(tf, preset):
    network, image, target, alpha = network_of(preset), image_of(), np.eye(10)[[4]], 0.07
    *_, dW, db = tensorflow_says(tf, network, image[None] / 255, target)
    pupil, close = teach(network, image, target, alpha, 1), tolerance(*preset.activations)
    for layer, taught, slope_W, slope_b in zip(network.layers, pupil.layers, dW, db, strict=True):
        np.testing.assert_allclose(taught.W, layer.W - alpha * slope_W, rtol=close, atol=close / 100)
        np.testing.assert_allclose(taught.b, layer.b - alpha * slope_b, rtol=close, atol=close / 100)
    assert biggest_difference(network, pupil) > 0


@EVERY_PRESET
def test_ten_lessons_are_ten_times_one(preset):
    network, image, target = network_of(preset, preset.dtype), image_of(), one_hot([7], dtype=preset.dtype)
    one_by_one = network
    for _ in range(10):
        one_by_one = teach(one_by_one, image, target, 1e-3, 1)
    assert biggest_difference(teach(network, image, target, 1e-3, 10), one_by_one) == 0


def test_the_network_that_is_taught_is_untouched_bit_for_bit():
    network, image = default_network(), embedded_sample().images[0]
    before = [array.tobytes() for array in arrays(network)]
    pupil = teach(network, image, one_hot([3], dtype=network.dtype), 1.0, 10)
    assert [array.tobytes() for array in arrays(network)] == before
    assert not any(np.shares_memory(one, other) for one, other in zip(arrays(network), arrays(pupil), strict=True))
    assert (pupil.sizes, pupil.loss, pupil.reduction) == (network.sizes, network.loss, network.reduction)


def test_a_taught_network_comes_to_say_what_it_was_told():
    network, image = default_network(), embedded_sample().images[0]
    before = read(network, image)
    pupil = teach(network, image, one_hot([before.second], dtype=network.dtype), 0.1, 100)
    assert read(pupil, image).answer == before.second


def test_a_lesson_that_overflows_comes_back_without_a_warning():
    network = new_network((784, 10, 10), ("relu", "softmax"), np.random.default_rng(76), loss="cross_entropy",
                          dtype=np.float32)
    pupil = teach(network, image_of(), one_hot([1], dtype=np.float32), 1e30, 5)
    assert not np.isfinite(np.concatenate([array.ravel() for array in arrays(pupil)])).all()
