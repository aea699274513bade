"""What a network answers is counted as one counts by hand, over all images, whatever it answers."""
import numpy as np
import pytest

from explainer.examination import Examination, answers, examine, share_right
from explainer.runs import material
from mlp_core.network import Layer, Network
from mlp_core.presets import own_preset
from tests.explainer.test_runs import mnist


def some_network(seed=0):
    preset = own_preset((12,), "relu")
    return preset.network(preset.best, np.random.default_rng(seed))


def plain_answers(network, images):
    (W1, b1), (W2, b2) = ((layer.W.astype(float), layer.b) for layer in network.layers)
    S = np.maximum(images / 255 @ W1 + b1, 0) @ W2 + b2
    return np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("n", [1, 499, 500, 501, 1203])
def test_the_share_of_right_answers_is_counted_over_all_images_in_blocks_or_not(n):
    data, network = mnist(n, 0), some_network()
    A = plain_answers(network, data.images)
    np.testing.assert_allclose(answers(network, data.images), A, rtol=1e-3, atol=1e-5)
    assert share_right(network, data.images, data.labels) == np.mean([a.argmax() == y for a, y in zip(A, data.labels)])


def test_an_examination_is_of_all_test_images():
    data, network = mnist(100, 1300), some_network(1)
    seen = examine(network, material(data))
    assert seen.part == "test" and seen.rows.tolist() == list(range(1300))
    A = plain_answers(network, data.test_images)
    np.testing.assert_allclose(seen.outputs, A, rtol=1e-3, atol=1e-5)
    counts = np.zeros((10, 10), int)
    for a, digit in zip(A, data.test_labels):
        counts[digit, a.argmax()] += 1
    np.testing.assert_array_equal(seen.confusion, counts)


def test_without_test_images_an_examination_is_of_the_images_held_out_at_their_places():
    data = mnist(400, 0)
    split = material(data)
    seen = examine(some_network(), split)
    assert seen.part == "train" and seen.rows.tolist() == split.held_out.tolist()
    np.testing.assert_array_equal(seen.images, data.images[seen.rows])
    np.testing.assert_array_equal(seen.labels, data.labels[seen.rows])


def test_the_images_behind_a_cell_come_with_the_surest_answer_first():
    data = mnist(100, 900)
    seen, A = examine(some_network(2), material(data)), plain_answers(some_network(2), data.test_images)
    total = 0
    for digit in range(10):
        for answer in range(10):
            places = seen.where(digit, answer).tolist()
            expected = [n for n in range(900) if data.test_labels[n] == digit and A[n].argmax() == answer]
            assert sorted(places) == expected and len(places) == seen.confusion[digit, answer]
            sureness = [A[n, answer] for n in places]
            np.testing.assert_allclose(sureness, sorted(sureness)[::-1], atol=1e-5)
            total += len(places)
    assert total == 900


def test_the_worst_mistakes_are_where_the_right_digit_falls_shortest_of_the_answer():
    data = mnist(100, 300)
    seen, A = examine(some_network(3), material(data)), plain_answers(some_network(3), data.test_images)
    short = {n: A[n].max() - A[n, y] for n, y in enumerate(data.test_labels) if A[n].argmax() != y}
    worst = seen.worst(20).tolist()
    assert len(worst) == 20 and set(worst) <= set(short)
    np.testing.assert_allclose([short[n] for n in worst], sorted(short.values())[::-1][:20], atol=1e-5)
    assert sorted(seen.worst(300)) == sorted(short)      # all mistakes, and no image that is read right


def test_a_network_without_mistakes_has_no_worst_ones():
    labels = np.arange(10)
    seen = Examination("test", labels, np.zeros((10, 784)), labels, np.eye(10))
    assert seen.worst(5).tolist() == [] and (seen.confusion == np.eye(10)).all()


def test_a_network_whose_answers_overflow_is_examined_too():
    data = mnist(100, 60)
    weights = np.full((784, 10), 1e38, np.float32) * np.linspace(-1, 1, 10, dtype=np.float32)
    huge = Network([Layer(weights, None, "linear"),
                    Layer(np.eye(10, dtype=np.float32), None, "linear")], "squared_error", "mean")
    seen = examine(huge, material(data))
    assert not np.isfinite(seen.outputs).all() and seen.confusion.sum() == 60
    assert len(seen.worst(5)) <= 5 and 0 <= share_right(huge, data.test_images, data.test_labels) <= 1
