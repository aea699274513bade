"""MNIST files, written here byte by byte as their formats are published, are read; others are refused in a sentence."""
import gzip
import io
import re
import struct
import zipfile

import numpy as np
import pytest

from mlp_core.data import Dataset, one_hot, read_idx, read_npz, stratified_split

RNG_SEED = 71


def images(n=5):
    return np.random.default_rng(RNG_SEED).integers(0, 256, (n, 28, 28), np.uint8)


def idx_images(pixels):
    """LeCun's format: magic 2051, the numbers of images, rows and columns, big-endian, then the bytes."""
    return struct.pack(">IIII", 0x00000803, *pixels.shape) + bytes(pixels.ravel().tolist())


def idx_labels(labels):
    return struct.pack(">II", 0x00000801, len(labels)) + bytes(labels)


def npy(array, descr="|u1"):
    """NumPy's .npy format, version 1.0: magic, version, length of the header, the header, the bytes."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {array.shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + array.tobytes()


def npz(**arrays):
    """An .npz is a zip of .npy files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            archive.writestr(f"{name}.npy", array if isinstance(array, bytes) else npy(np.asarray(array, np.uint8)))
    return file.getvalue()


def zipped(content):
    return gzip.compress(content, mtime=0)


def assert_told(told, read, *arguments):
    """One sentence: no line break, and the words expected."""
    with pytest.raises(ValueError, match=told) as caught:
        read(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrapped", [bytes, zipped])
def test_a_file_as_keras_keeps_it_is_read_flat_upright_and_unscaled(wrapped):
    x, y = images(5), [5, 0, 4, 1, 9]
    data = read_npz(wrapped(npz(x_train=x, y_train=y, x_test=x[:2], y_test=y[:2])), "here")
    assert data.images.shape == (5, 784) and data.images.dtype == np.uint8 and data.origin == "here"
    assert data.images[1, 28 * 3 + 7] == x[1, 3, 7]
    np.testing.assert_array_equal(data.images.reshape(5, 28, 28), x)
    np.testing.assert_array_equal(data.test_images.reshape(2, 28, 28), x[:2])
    assert data.labels.tolist() == y and data.test_labels.tolist() == y[:2]


@pytest.mark.parametrize("x", [images(3), images(3).reshape(3, 784), images(3)[..., None]])
def test_images_may_be_flat_square_or_have_one_channel_and_the_test_part_may_be_missing(x):
    data = read_npz(npz(x_train=x, y_train=[1, 2, 3]), "here")
    np.testing.assert_array_equal(data.images, images(3).reshape(3, 784))
    assert data.test_images is None and data.test_labels is None


@pytest.mark.parametrize("parts, told", [
    ({"x_train": images(3)}, "this .npz has no y_train; MNIST as Keras keeps it has both"),
    ({"a": images(3)}, "this .npz has no x_train and no y_train"),
    ({"x_train": npy(np.zeros((3, 28, 28)), "<f8"), "y_train": [1, 2, 3]}, r"these are float64 \(3, 784\)"),
    ({"x_train": np.zeros((3, 27, 28)), "y_train": [1, 2, 3]}, r"of shape \(n, 784\); these are uint8 \(3, 756\)"),
    ({"x_train": images(0), "y_train": []}, r"uint8 of shape \(n, 784\); these are uint8 \(0, 28, 28\)"),
    ({"x_train": np.zeros(()), "y_train": [1]}, r"uint8 of shape \(n, 784\); these are uint8 \(\)"),
    ({"x_train": images(3), "y_train": [1, 2]}, r"3 images need as many whole-number labels; these are uint8 \(2,\)"),
    ({"x_train": images(3), "y_train": np.eye(3)}, r"as many whole-number labels; these are uint8 \(3, 3\)"),
    ({"x_train": images(3), "y_train": npy(np.zeros(3), "<f8")}, "whole-number labels; these are float64"),
    ({"x_train": images(3), "y_train": [1, 2, 10]}, "labels are digits 0 to 9; these go from 1 to 10"),
    ({"x_train": images(3), "y_train": npy(np.array([-1, 2, 3]), "<i8")}, "these go from -1 to 3"),
    ({"x_train": images(3), "y_train": [1, 2, 3], "x_test": images(3)}, "test images and test labels come together"),
    ({"x_train": images(3), "y_train": [1, 2, 3], "y_test": [1]}, "test images and test labels come together"),
    ({"x_train": images(3), "y_train": [1, 2, 3], "x_test": images(3), "y_test": [1]}, "3 images need as many"),
    ({"x_train": b"no array", "y_train": [1, 2, 3]}, r"uint8 of shape \(n, 784\)"),
    ({"x_train": npy(images(3))[:-1], "y_train": [1, 2, 3]}, "no .npz file of plain arrays"),
])
def test_an_npz_that_is_not_mnist_is_refused_in_a_sentence(parts, told):
    assert_told(told, read_npz, npz(**parts), "here")


@pytest.mark.parametrize("content", [b"", b"x_train", bytes(500), idx_labels([1, 2]), npy(images(2)), b"PK\x03\x04"])
def test_a_file_that_is_no_npz_is_refused_in_a_sentence(content):
    assert_told("this is no .npz file of plain arrays", read_npz, content, "here")


def test_an_npz_with_pickled_objects_is_refused():
    file = io.BytesIO()
    np.savez(file, x_train=np.array([{}], object), y_train=np.array([1]))
    assert_told("this is no .npz file of plain arrays", read_npz, file.getvalue(), "here")


def test_a_truncated_npz_is_refused_wherever_it_ends():
    content = npz(x_train=images(1), y_train=[1])
    for end in range(0, len(content), 7):
        assert_told("this is no .npz file of plain arrays", read_npz, content[:end], "here")


@pytest.mark.parametrize("wrapped", [bytes, zipped])
def test_an_idx_file_of_images_is_read_flat_and_upright(wrapped):
    read = read_idx(wrapped(idx_images(images(4))))
    assert read.shape == (4, 784) and read.dtype == np.uint8
    np.testing.assert_array_equal(read.reshape(4, 28, 28), images(4))


@pytest.mark.parametrize("wrapped", [bytes, zipped])
def test_an_idx_file_of_labels_is_read(wrapped):
    read = read_idx(wrapped(idx_labels([7, 2, 1, 0])))
    assert read.dtype == np.uint8 and read.tolist() == [7, 2, 1, 0]


@pytest.mark.parametrize("content, told", [
    (b"", "this is no IDX file of images or labels"),
    (struct.pack(">II", 2050, 0), "this is no IDX file of images or labels"),
    (struct.pack("<II", 2049, 3) + bytes(3), "this is no IDX file of images or labels"),
    (struct.pack(">I", 2051), "ends within its header: it holds 4 of 16 bytes"),
    (idx_images(images(2))[:-1], "this IDX file promises 1,568 values and holds 1,567"),
    (idx_labels([1, 2, 3]) + b"\x00", "this IDX file promises 3 values and holds 4"),
    (struct.pack(">IIII", 2051, 2 ** 31, 2 ** 31, 4), "promises 18,446,744,073,709,551,616 values and holds 0"),
    (zipped(idx_labels([1, 2, 3]))[:-9], "this .gz file is damaged or cut short"),
    (zipped(idx_labels([1, 2, 3]))[:-8] + bytes(8), "this .gz file is damaged or cut short"),
    (zipped(b"")[:10] + b"\xff\xff\xff\xff", "this .gz file is damaged or cut short"),
])
def test_a_file_that_is_no_whole_idx_file_is_refused_in_a_sentence(content, told):
    assert_told(told, read_idx, content)


def test_idx_files_make_a_data_set_and_wrong_ones_do_not():
    pixels, labels = read_idx(idx_images(images(3))), read_idx(idx_labels([1, 2, 3]))
    data = Dataset(pixels, labels, pixels[:1], labels[:1], "LeCun")
    assert data.images is pixels and data.test_labels.tolist() == [1]
    assert_told("labels are digits 0 to 9", Dataset, pixels, read_idx(idx_labels([1, 2, 11])), None, None, "LeCun")
    assert_told(re.escape("of shape (n, 784); these are uint8 (3, 100)"), Dataset,
                read_idx(idx_images(np.zeros((3, 10, 10), np.uint8))), labels, None, None, "LeCun")
    assert_told("test images and test labels come together", Dataset, pixels, labels, None, labels, "LeCun")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_hot_has_a_one_in_each_labels_own_column(dtype):
    Y = one_hot(np.array([2, 0, 9], np.uint8), dtype=dtype)
    assert Y.dtype == dtype
    assert Y.tolist() == [[0, 0, 1] + [0] * 7, [1] + [0] * 9, [0] * 9 + [1]]
    assert one_hot(np.array([1, 0]), classes=2).tolist() == [[0, 1], [1, 0]]


def test_a_stratified_split_is_complete_and_disjoint_and_keeps_the_share_of_every_class():
    labels = np.repeat(np.arange(10, dtype=np.uint8), np.arange(10, 110, 10))     # sorted, 10 zeros to 100 nines
    rest, held_out = stratified_split(labels, 0.2, np.random.default_rng(RNG_SEED))
    assert sorted([*rest, *held_out]) == list(range(550))
    assert [int((labels[held_out] == digit).sum()) for digit in range(10)] == list(range(2, 22, 2))
    assert (np.diff(rest) < 0).any() and (np.diff(held_out) < 0).any()            # in random order


def test_a_stratified_split_is_the_same_for_the_same_seed_and_another_for_another():
    labels = np.random.default_rng(RNG_SEED).integers(0, 10, 300)
    first, again, other = (stratified_split(labels, 0.1, np.random.default_rng(seed)) for seed in (1, 1, 2))
    for one, same, different in zip(first, again, other):
        np.testing.assert_array_equal(one, same)
        assert set(one.tolist()) != set(different.tolist())
