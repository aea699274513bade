"""The first MNIST that can be read is used, and what cannot be read is said and passed over."""
import gzip
import io
import os
import re
import struct
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from explainer import limits
from explainer.datasets import (
    default_network,
    embedded_sample,
    fetched_files,
    find_dataset,
    from_keras,
    keras_cache,
    read_upload,
)
from mlp_core import forward
from mlp_core.data import one_hot
from mlp_core.metrics import accuracy

NAMES = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def digits(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 28, 28), dtype=np.uint8), rng.integers(0, 10, n, dtype=np.uint8)


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def keras_npz(n_train=20, n_test=10):
    (x_train, y_train), (x_test, y_test) = digits(n_train, 1), digits(n_test, 2)
    return npz(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def idx(array):
    """LeCun's format: two zero bytes, 8 for unsigned bytes, the number of dimensions, each size, the values."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def idx_files(n_train=30, n_test=15):
    return [(name, idx(array)) for name, array in zip(NAMES, (*digits(n_train, 3), *digits(n_test, 4)))]


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files:
        (folder / name).write_bytes(content)


@pytest.fixture
def places(tmp_path):
    """The project's folder, empty, and Keras' file, not there."""
    (tmp_path / "project").mkdir()
    return tmp_path / "project", tmp_path / "keras" / "mnist.npz"


def test_the_sample_has_500_of_each_digit_in_mixed_order_and_no_test_set():
    sample = embedded_sample()
    assert sample.images.shape == (5000, 784) and sample.images.dtype == sample.labels.dtype == np.uint8
    assert np.bincount(sample.labels).tolist() == [500] * 10
    assert set(sample.labels[:100]) == set(range(10))
    assert sample.test_images is None and sample.test_labels is None
    assert sample.images.max() == 255 and len(np.unique(sample.images, axis=0)) == 5000
    assert sample.origin == "5,000 MNIST training images that ship with this project (no official test set)"


def test_the_network_that_ships_reads_the_sample():
    sample, network = embedded_sample(), default_network()
    assert network.sizes == (784, 64, 32, 16, 10) and network.dtype == np.float32
    assert accuracy(forward(network, sample.images).output, one_hot(sample.labels)) > 0.95


def test_each_default_network_is_a_new_one():
    changed = default_network()
    changed.layers[0].W[:] = 0
    assert default_network().layers[0].W.any()


def test_without_any_file_the_sample_is_used(places):
    dataset, problems = find_dataset(*places)
    assert dataset.origin == embedded_sample().origin and problems == []


def test_files_in_the_project_come_first_then_what_was_fetched_then_keras(places, tmp_path):
    project, keras = places
    fetched = tmp_path / "fetched" / "mnist.npz"
    write(keras.parent, [("mnist.npz", keras_npz(20))])
    write(fetched.parent, [("mnist.npz", keras_npz(25))])
    assert find_dataset(project, keras, [fetched])[0].origin == (
        f"25 training images from {fetched} (and 10 test images)")
    write(project, idx_files(30))
    assert len(find_dataset(project, keras, [fetched])[0].images) == 30
    (fetched.parent / "mnist.npz").write_bytes(b"half a download")
    assert find_dataset(tmp_path, keras, [fetched])[1] == [
        f"MNIST was not read from {fetched}: mnist.npz: this .npz is not read: it is damaged, cut short or locked."]


def test_what_was_fetched_is_looked_for_in_every_folder_of_ours(monkeypatch):
    monkeypatch.setattr("explainer.datasets.places.folders", lambda: [Path("/a"), Path("/b")])
    assert fetched_files() == [Path("/a/mnist.npz"), Path("/b/mnist.npz")]


def test_files_in_the_project_come_before_keras_and_npz_before_idx(places):
    project, keras = places
    write(keras.parent, [("mnist.npz", keras_npz(20))])
    assert find_dataset(project, keras)[0].origin == (
        f"20 training images from {keras} (and 10 test images)")
    write(project, idx_files(30))
    assert find_dataset(project, keras)[0].origin == (
        "30 training images from the IDX files in this project’s folder (and 15 test images)")
    write(project, [("mnist.npz", keras_npz(40))])
    assert find_dataset(project, keras)[0].origin == (
        "40 training images from mnist.npz in this project’s folder (and 10 test images)")


def test_a_broken_file_is_named_and_the_next_one_used(places):
    project, keras = places
    write(project, [("mnist.npz", keras_npz()[:500]), (NAMES[0], idx(digits(5)[0]))])
    write(keras.parent, [("mnist.npz", b"never a data set")])
    dataset, problems = find_dataset(project, keras)
    assert dataset.origin == embedded_sample().origin
    damaged = "mnist.npz: this .npz is not read: it is damaged, cut short or locked."
    assert problems == [
        f"MNIST was not read from mnist.npz in this project’s folder: {damaged}",
        "MNIST was not read from the IDX files in this project’s folder: there are no training labels in "
        f"{NAMES[0]}; they are an IDX file, an array or a CSV with train in its name, or y_train of an .npz.",
        f"MNIST was not read from {keras}: {damaged}"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_a_pipe_is_a_problem_and_nobody_waits_for_it(places):
    project, keras = places
    os.mkfifo(project / "mnist.npz")
    dataset, problems = find_dataset(project, keras)
    assert len(dataset.images) == 5000
    assert problems == ["MNIST was not read from mnist.npz in this project’s folder: mnist.npz is no file."]


def test_a_file_that_is_too_large_is_a_problem_and_not_read(places, monkeypatch):
    project, keras = places
    write(project, [("mnist.npz", keras_npz())])
    monkeypatch.setattr("explainer.limits.FILE", 1 * limits.MB // 1000)
    dataset, problems = find_dataset(project, keras)
    assert len(dataset.images) == 5000 and "mnist.npz is larger than" in problems[0]


@pytest.mark.parametrize("position", range(0, 2000, 97))
def test_a_damaged_file_never_stops_the_app(places, position):
    project, keras = places
    content = bytearray(keras_npz(2, 1))
    content[position:position + 8] = b"\xff(\x00'{\xff]\n"
    write(project, [("mnist.npz", bytes(content))])
    dataset, problems = find_dataset(project, keras)
    assert len(dataset.images) == (5000 if problems else 2)


def test_a_file_is_only_read(places):
    project, keras = places
    write(keras.parent, [("mnist.npz", b"broken")])
    write(project, idx_files())
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in [keras, *project.iterdir()]}
    find_dataset(project, keras)
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in [keras, *project.iterdir()]}


def test_an_unpacked_idx_file_beside_its_gz_is_no_second_one(places):
    project, keras = places
    write(project, idx_files() + [(f"{name}.gz", gzip.compress(content)) for name, content in idx_files()])
    dataset, problems = find_dataset(project, keras)
    assert len(dataset.images) == 30 and problems == []


@pytest.mark.parametrize("home, expected", [
    (None, "{user}/.keras/datasets/mnist.npz"), ("", "{user}/.keras/datasets/mnist.npz"),
    ("/elsewhere", "/elsewhere/datasets/mnist.npz"), ("~/mine", "{user}/mine/datasets/mnist.npz")])
def test_keras_home_says_where_keras_keeps_its_file(monkeypatch, tmp_path, home, expected):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_HOME", raising=False) if home is None else monkeypatch.setenv("KERAS_HOME", home)
    assert str(keras_cache()) == expected.format(user=tmp_path)


def test_keras_own_file_is_found_by_itself(monkeypatch, places):
    project, keras = places
    write(keras.parent / "datasets", [("mnist.npz", keras_npz(20))])
    monkeypatch.setenv("KERAS_HOME", str(keras.parent))
    assert len(find_dataset(project)[0].images) == 20


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_uploaded_npz_is_read(pack):
    x_train, y_train = digits(20, 1)
    dataset = read_upload([("My MNIST.NPZ", pack(keras_npz(20, 10)))])
    assert np.array_equal(dataset.images, x_train.reshape(20, 784)) and np.array_equal(dataset.labels, y_train)
    assert dataset.test_images.shape == (10, 784)
    assert dataset.origin == "20 training images that you uploaded (and 10 test images)"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_uploaded_idx_files_are_told_apart_in_any_order(pack):
    dataset = read_upload([(name, pack(content)) for name, content in reversed(idx_files())])
    for array, expected in zip((dataset.images, dataset.labels, dataset.test_images, dataset.test_labels),
                               (*digits(30, 3), *digits(15, 4))):
        assert array.dtype == np.uint8 and np.array_equal(array, expected.reshape(array.shape))


def test_without_t10k_files_there_is_no_test_set():
    dataset = read_upload(idx_files()[:2])
    assert len(dataset.images) == 30 and dataset.test_images is None


def test_everything_is_uint8_and_read_only():
    x_train, y_train = digits(20)
    for dataset in (read_upload([("mnist.npz", npz(x_train=x_train, y_train=y_train.astype(np.int64)))]),
                    read_upload(idx_files()), embedded_sample()):
        for array in (dataset.images, dataset.labels):
            assert array.dtype == np.uint8
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_with_tensorflow_the_data_come_the_way_the_sources_load_them(monkeypatch):
    (x_train, y_train), (x_test, y_test) = digits(20, 1), digits(10, 2)
    made_up = types.ModuleType("tensorflow.keras.datasets")
    made_up.mnist = types.SimpleNamespace(load_data=lambda: ((x_train, y_train), (x_test, y_test)))
    for name in ("tensorflow", "tensorflow.keras", "tensorflow.keras.datasets"):
        monkeypatch.setitem(sys.modules, name, made_up)
    data = from_keras()
    assert np.array_equal(data.images, x_train.reshape(20, 784)) and np.array_equal(data.test_labels, y_test)
    assert data.origin == "20 MNIST training images from Keras (and 10 test images)"
    assert not data.images.flags.writeable


TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = idx_files()


def missing(kind, how, file=""):
    return f"there are no {kind}{file and f' in {file}'}; they are an IDX file, an array or a CSV with {how} of an .npz"


@pytest.mark.parametrize("files, sentence", [
    ([], "no file was given"),
    ([TRAIN_IMAGES], missing("training labels", "train in its name, or y_train", NAMES[0])),
    ([TEST_IMAGES, TEST_LABELS], missing("training images", "train in its name, or x_train")),
    ([TRAIN_IMAGES, TRAIN_LABELS, TEST_LABELS], missing("test images", "t10k or test in its name, or x_test")),
    ([TRAIN_IMAGES, ("second", TEST_IMAGES[1])],
     f"second is a second file of training images, beside {NAMES[0]}; the test set’s files have t10k or test in their "
     "names"),
    ([TRAIN_IMAGES, ("train-labels-ubyte", idx(digits(7)[1]))],
     "there are 30 training images and 7 training labels; each image needs one"),
])
def test_what_is_wrong_with_an_upload_is_one_sentence(files, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read_upload(files)
