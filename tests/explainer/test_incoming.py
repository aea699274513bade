"""Data in the forms people have them: each is written here byte by byte from the sample's digits, and read back."""
import bz2
import gzip
import io
import pickle
import struct
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

from explainer import limits
from explainer.datasets import ASSETS, find_dataset, read_upload
from explainer.incoming.known import FASHION, KNOWN, KUZUSHIJI, LIE
from explainer.incoming.parts import purpose
from mlp_core.data import DIGITS

with np.load(ASSETS / "mnist_sample.npz") as kept:
    X, Y = kept["x_train"].reshape(-1, 28, 28)[:60], kept["y_train"][:60].astype(int)
TRAIN, TEST = (X[:40], Y[:40]), (X[40:], Y[40:])


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def idx(array):
    array = np.asarray(array, np.uint8)
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def text(images, labels, separator=",", last=False, end="\n"):
    """The label, then 784 pixels, a line an image; or the label last."""
    lines = ([*map(str, image.ravel().tolist())] for image in images)
    return end.join(separator.join([*line, str(label)] if last else [str(label), *line])
                    for line, label in zip(lines, labels)).encode() + end.encode()


def header(label="label", pixel="pixel", first=0):
    return ",".join([label, *(f"{pixel}{n}" for n in range(first, first + 784))]).encode() + b"\n"


def arff(images, labels, relation="mnist_784"):
    attributes = "".join(f"@ATTRIBUTE pixel{n} real\n" for n in range(1, 785))
    return (f"% a comment\n@RELATION {relation}\n{attributes}@ATTRIBUTE class {{0,1,2,3,4,5,6,7,8,9}}\n"
            "@DATA\n").encode() + text(images, labels, last=True)


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def idx_pair(prefix="", use="train", of=TRAIN, dot="-", pack=bytes, end=""):
    return [(f"{prefix}{use}-{what}{dot}idx{n}-ubyte{end}", pack(idx(array)))
            for what, n, array in (("images", 3, of[0]), ("labels", 1, of[1]))]


def gz_pair(*args, **kwargs):
    return idx_pair(*args, pack=gzip.compress, end=".gz", **kwargs)


(x, y), (x_test, y_test) = TRAIN, TEST
ONE_HOT = np.eye(10)[y]
BOTH = {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test}
FORMS = {       # what it is: (files, whether a test set is in it)
    "pjreddie's CSV": ([("mnist_train.csv", text(*TRAIN))], False),
    "pjreddie's pair": ([("mnist_test.csv", text(*TEST)), ("mnist_train.csv", text(*TRAIN))], True),
    "its pair, gzipped": ([(f"mnist_{use}.csv.gz", gzip.compress(text(*of))) for use, of in (("train", TRAIN),
                                                                                             ("test", TEST))], True),
    "a CSV of Windows": ([("mnist.csv", b"\xef\xbb\xbf" + text(*TRAIN, end="\r\n"))], False),
    "Kaggle's CSV": ([("train.csv", header() + text(*TRAIN))], False),
    "a header of numbers": ([("train.csv", ",".join(map(str, range(785))).encode() + b"\n" + text(*TRAIN))], False),
    "a header in quotes": ([("train.csv", header().replace(b"pixel0,", b'"pixel0",') + text(*TRAIN))], False),
    "semicolons": ([("mnist.csv", text(*TRAIN, separator=";"))], False),
    "unpacked IDX, a dot": (idx_pair(dot=".") + idx_pair(use="t10k", of=TEST, dot="."), True),
    "IDX, a test set named so": (gz_pair() + gz_pair(use="test", of=TEST), True),
    "all eight of torchvision": (idx_pair() + gz_pair() + idx_pair(use="t10k", of=TEST) + gz_pair(use="t10k", of=TEST),
                                 True),
    "dots unpacked, hyphens packed": (idx_pair(dot=".") + gz_pair(), False),
    "a CSV of images, one of labels": ([
        ("x_train.csv", b"".join(line.split(b",", 1)[1] + b"\n" for line in text(x, y).splitlines())),
        ("y_train.csv", b"".join(b"%d\n" % label for label in y))], False),
    "Keras' npz": ([("mnist.npz", npz(**BOTH))], True),
    "train_images": ([("m.npz", npz(train_images=x, train_labels=y, test_images=x_test, test_labels=y_test))], True),
    "X and y": ([("m.npz", npz(X=x, y=y))], False),
    "data and target": ([("m.npz", npz(data=x.reshape(40, 784), target=y, names=np.array(["a"] * 784)))], False),
    "images and labels": ([("m.npz", npz(images=x, labels=y, weights=np.ones(40)))], False),
    "X_train": ([("m.npz", npz(X_train=x, Y_train=y, X_test=x_test, Y_test=y_test))], True),
    "without names": ([("m.npz", npz(arr_0=x, arr_1=y, arr_2=x_test, arr_3=y_test))], True),
    "one npz a part, without names": ([("test.npz", npz(arr_0=x_test, arr_1=y_test)),
                                       ("train.npz", npz(arr_0=x, arr_1=y))], True),
    "one npz a part": ([("train.npz", npz(X=x, y=y)), ("test.npz", npz(X=x_test, y=y_test))], True),
    "npy": ([(f"{name}.npy", npy(array)) for name, array in BOTH.items()], True),
    "npy, in Fortran's order": ([("x_train.npy", npy(np.asfortranarray(x))), ("y_train.npy", npy(y))], False),
    "a zip of CSV": ([("archive.zip", zipped([("in/mnist_train.csv", text(*TRAIN)), ("readme.txt", b"hello"),
                                              ("__MACOSX/x", b"\0"), ("in/mnist_test.csv", text(*TEST))]))], True),
    "(n, 784)": ([("m.npz", npz(x_train=x.reshape(40, 784), y_train=y))], False),
    "(n, 28, 28, 1)": ([("m.npz", npz(x_train=x[..., None], y_train=y))], False),
    "(n, 1, 28, 28)": ([("m.npz", npz(x_train=x[:, None], y_train=y))], False),
    "a table (n, 785)": ([("m.npz", npz(train=np.column_stack([y, x.reshape(40, 784)])))], False),
    "int64": ([("m.npz", npz(x_train=x.astype(int), y_train=y))], False),
    "big-endian": ([("m.npz", npz(x_train=x.astype(">i2"), y_train=y.astype(">f8")))], False),
    "float 0 to 255": ([("m.npz", npz(x_train=x.astype(float), y_train=y.astype(float)))], False),
    "labels (n, 1)": ([("m.npz", npz(x_train=x, y_train=y[:, None]))], False),
}


@pytest.mark.parametrize("files, tested", FORMS.values(), ids=FORMS)
def test_what_people_have_is_read_upright_and_without_a_remark(files, tested):
    data = read_upload(files)
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x)
    np.testing.assert_array_equal(data.labels, y)
    assert data.images.dtype == data.labels.dtype == np.uint8 and data.images.flags.c_contiguous
    assert (data.name, data.classes, data.notes) == ("MNIST", DIGITS, ())
    assert (data.test_images is not None) == tested
    if tested:
        np.testing.assert_array_equal(data.test_images.reshape(-1, 28, 28), x_test)
        np.testing.assert_array_equal(data.test_labels, y_test)


ODD = {         # what is odd: (files, words of the remark)
    "pixels 0 to 1": ([("m.npz", npz(x_train=(x / 255).astype(np.float32), y_train=y))], "went from 0 to 1"),
    "pixels 0 to 1 as text": ([("m.csv", b"\n".join(b",".join([b"%d" % label, *(b"%.6f" % (p / 255) for p in image)])
                                                    for label, image in zip(y, x.reshape(40, 784).tolist())))],
                              "went from 0 to 1"),
    "pixels -1 to 1": ([("m.npz", npz(x_train=x / 127.5 - 1, y_train=y))], "went from -1 to 1"),
    "standardised": ([("m.npz", npz(x_train=(x / 255 - .1307) / .3081, y_train=y))], "mean 0.1307 had been subtracted"),
    "16 bits": ([("m.npz", npz(x_train=x.astype(np.uint16) * 257, y_train=y))], "went from 0 to 6.554e+04"),
    "inverted": ([("m.npz", npz(x_train=255 - x, y_train=y))], "inverted"),
    "inverted, 0 to 1": ([("m.npz", npz(x_train=1 - x / 255, y_train=y))], "inverted"),
    "one-hot": ([("m.npz", npz(x_train=x, y_train=ONE_HOT))], "one-hot"),
    "labels as text": ([("m.npz", npz(x_train=x, y_train=y.astype(str)))], "labels were text"),
    "labels as bytes": ([("m.npz", npz(x_train=x, y_train=y.astype("S1")))], "labels were text"),
    "10 for 0": ([("m.npz", npz(x_train=x, y_train=np.where(y == 0, 10, y)))], "10 was taken as 0"),
    "ARFF": ([("mnist_784.arff", arff(x, y))], "last column"),
    "ARFF, gzipped": ([("mnist_784.arff.gz", gzip.compress(arff(x, y)))], "last column"),
    "the label last": ([("m.csv", text(x, y, last=True))], "last column"),
    "rows that are counted": ([("m.csv", b"," + header() + b"".join(
        b"%d,%s\n" % (n, line) for n, line in enumerate(text(x, y).splitlines())))], "only counts the rows"),
    "Kaggle's test": ([("train.csv", header() + text(x, y)), ("test.csv", b"\n".join(
        line.split(b",", 1)[1] for line in (header() + text(*TEST)).splitlines()))], "test.csv has no labels"),
    "Kaggle's submission": ([("train.csv", header() + text(x, y)),
                             ("sample_submission.csv", b"ImageId,Label\n1,0\n2,0\n")], "passed over"),
    "a part to validate": ([("m.npz", npz(x_train=x, y_train=y, x_val=x_test, y_val=y_test))], "passed over"),
}


@pytest.mark.parametrize("files, remark", ODD.values(), ids=ODD)
def test_what_is_odd_is_taken_with_one_sentence_that_says_so(files, remark):
    data = read_upload(files)
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x)
    np.testing.assert_array_equal(data.labels, y)
    assert data.test_images is None
    assert sum(remark in note for note in data.notes) == 1
    assert all(note.endswith(".") and len(note) < 200 for note in data.notes)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, bool])
def test_pixels_of_0_and_1_are_full_ink_and_it_is_said(kind):
    data = read_upload([("m.npz", npz(x_train=(x > 127).astype(kind), y_train=y))])
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), np.where(x > 127, 255, 0))
    assert len(data.notes) == 1 and "1 became full ink" in data.notes[0]


def test_faint_images_stay_as_they_are_and_it_is_said():
    data = read_upload([("m.npz", npz(x_train=x // 4, y_train=y))])
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x // 4)
    assert any("strongest pixel is 63" in note for note in data.notes)


@pytest.mark.parametrize("blank", [np.zeros((40, 784), np.uint8), np.ones((40, 784)), np.full((40, 784), -7)])
def test_blank_images_are_taken_and_it_is_said(blank):
    data = read_upload([("m.npz", npz(x_train=blank, y_train=y))])
    assert not data.images.any() and "All pixels are the same" in data.notes[0]


def test_two_parts_in_other_units_each_come_out_right():
    data = read_upload([("m.npz", npz(x_train=x, y_train=y, x_test=x_test / 255, y_test=y_test))])
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x)
    np.testing.assert_array_equal(data.test_images.reshape(-1, 28, 28), x_test)


# Which data these are

def test_emnists_files_are_laid_upright_and_called_what_they_are():
    lying = [(name, of[0].transpose(0, 2, 1), of[1]) for name, of in (("train", TRAIN), ("test", TEST))]
    files = [file for use, images, labels in lying for file in gz_pair("emnist-digits-", use, (images, labels))]
    data = read_upload(files)
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x)
    np.testing.assert_array_equal(data.test_images.reshape(-1, 28, 28), x_test)
    assert data.name == "EMNIST digits" and data.origin.startswith("40 EMNIST digits training images")
    assert len(data.notes) == 1 and "transposed" in data.notes[0] and "laid upright" in data.notes[0]


def test_emnists_files_that_are_upright_already_stay_so():
    data = read_upload(gz_pair("emnist-digits-"))
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x)
    assert data.name == "EMNIST digits" and data.notes == ()


@pytest.mark.parametrize("lie, lay", list(zip(LIE, (
    lambda a: np.swapaxes(a, 1, 2), lambda a: np.rot90(a, 1, (1, 2)), lambda a: np.rot90(a, 3, (1, 2)),
    lambda a: np.rot90(a, 2, (1, 2)), lambda a: np.flip(a, 2), lambda a: np.flip(a, 1)))), ids=LIE)
def test_however_images_lie_they_are_laid_upright_and_it_is_said(lie, lay):
    data = read_upload([("m.npz", npz(x_train=lay(X), y_train=Y))])
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), X)
    assert len(data.notes) == 1 and lie in data.notes[0]


def no_digits(n=60, seed=3):
    """Pictures that are no digits, dark at their borders."""
    images = np.random.default_rng(seed).integers(0, 256, (n, 28, 28), np.uint8)
    images[:, :4] = images[:, -4:] = 0
    return images, np.arange(n) % 10


@pytest.mark.parametrize("name, called, classes", [
    ("fashion-mnist_train.csv", "Fashion-MNIST", FASHION), ("FashionMNIST.csv", "Fashion-MNIST", FASHION),
    ("fmnist.csv", "Fashion-MNIST", FASHION), ("kmnist-train.csv", "KMNIST", KUZUSHIJI),
    ("Kuzushiji.csv", "KMNIST", KUZUSHIJI)])
def test_a_files_name_says_which_data_these_are(name, called, classes):
    data = read_upload([(name, header(pixel="pixel", first=1) + text(*no_digits()))])
    assert (data.name, data.classes, data.notes) == (called, classes, ())
    assert f"60 {called} training images" in data.origin


def test_the_name_may_stand_in_the_file_and_there_are_ten_words():
    assert read_upload([("a.arff", arff(*no_digits(), "Fashion-MNIST"))]).name == "Fashion-MNIST"
    assert all(len(set(known.classes)) == 10 for known in KNOWN)


def test_a_name_that_the_digits_contradict_is_not_believed():
    data = read_upload([("fashion.csv", text(x, y))])
    assert data.classes == DIGITS and "are called Fashion-MNIST, but" in data.notes[0]


def test_what_is_no_digit_is_not_called_mnist():
    data = read_upload([("mnist.npz", npz(x_train=no_digits()[0], y_train=no_digits()[1]))])
    assert data.name == "" and data.origin == "60 training images that you uploaded (no official test set)"
    assert len(data.notes) == 1 and "hardly the digits of MNIST" in data.notes[0]


def test_fashion_is_known_by_the_published_mean_of_its_pixels_where_no_name_tells():
    """Its mean 0.2860 and spread 0.3530 are Xiao et al.'s; here a share p of the pixels has ink between 0 and 2c."""
    mean, spread, rng = .2860, .3530, np.random.default_rng(5)
    c = 3 / 4 * (spread ** 2 + mean ** 2) / mean
    ink = (rng.random((1500, 784)) < mean / c) * rng.random((1500, 784)) * 2 * c * 255
    assert abs(ink.mean() / 255 - mean) < .001 and abs(ink.std() / 255 - spread) < .001
    data = read_upload(idx_pair(of=(ink.clip(0, 255).reshape(-1, 28, 28).astype(np.uint8), np.arange(1500) % 10)))
    assert data.name == "Fashion-MNIST" and data.classes == FASHION
    assert len(data.notes) == 1 and "0.286" in data.notes[0] and "taken for Fashion-MNIST" in data.notes[0]


# What is refused

class Trap:
    def __reduce__(self):
        return print, ("the pickle was opened",)


OBJECTS = npz(x_train=x, y_train=np.array([Trap()] * 40, object))
REFUSED = {
    "a pickle": ([("mnist.pkl.gz", gzip.compress(pickle.dumps(Trap())))], r"pickle.*CSV.*np\.savez"),
    "one without a name": ([("mnist", pickle.dumps(Trap(), 2))], r"pickle.*CSV.*np\.savez"),
    "an old one": ([("mnist.pkl", pickle.dumps(Trap(), 0))], r"pickle.*CSV.*np\.savez"),
    "PyTorch's": ([("training.pt", zipped([("training/data.pkl", b"")]))], r"pickle.*np\.savez"),
    "objects in an npz": ([("m.npz", OBJECTS)], "Python objects"),
    "Parquet": ([("train.parquet", b"PAR1" + bytes(50))], r"Parquet.*CSV.*np\.savez"),
    "HDF5": ([("m.h5", b"\x89HDF\r\n\x1a\n")], r"HDF5.*CSV.*np\.savez"),
    "a picture": ([("7.png", b"\x89PNG\r\n")], "picture.*CSV"),
    "bzip2": ([("train.csv.bz2", bz2.compress(b"5,0"))], "CSV.*also as .gz"),
    "a text": ([("notes.txt", b"hello there")], r"no data that can be read.*CSV.*np\.savez"),
    "nothing": ([], "no file was given"),
    "an empty file": ([("empty", b"")], "no data that can be read"),
    "an empty gz": ([("train.csv.gz", gzip.compress(b""))], "no data that can be read"),
    "a network": ([("net.npz", npz(W1=np.zeros((784, 10)), b1=np.zeros(10)))], "network.*Train"),
    "Kaggle's test alone": ([("test.csv", b"\n".join(line.split(b",", 1)[1] for line in text(*TEST).splitlines()))],
                            "test.csv has no labels.*give train.csv"),
    "a table of something": ([("iris.csv", b"5.1,3.5,1.4,0.2,0\n" * 9)], "5 columns.*785"),
    "other sizes": ([("m.npz", npz(x_train=np.zeros((9, 32, 32, 3), np.uint8), y_train=y[:9]))], "no training images"),
    "no labels": ([("m.npz", npz(x_train=x))], "no training labels"),
    "no images": ([("m.npz", npz(y_train=y))], "no training images"),
    "two for one": ([("m.npz", npz(X=x, images=x, y=y))], "X and images could both be"),
    "other data, one name": (idx_pair() + gz_pair(of=(255 - x, y)), "second file of training images"),
    "too few labels": ([("m.npz", npz(x_train=x, y_train=y[:-1]))], "40 training images and 39 training labels"),
    "letters": ([("m.npz", npz(x_train=x, y_train=y + 5))], "labels are digits 0 to 9; these go from 5 to 14"),
    "words": ([("m.npz", npz(x_train=x, y_train=np.array(["cat"] * 40)))], "text, and not all of them digits"),
    "halves": ([("m.npz", npz(x_train=x, y_train=y + .5))], "no whole numbers"),
    "not quite one-hot": ([("m.npz", npz(x_train=x, y_train=np.ones((40, 10))))], "not one 1 in each row"),
    "no numbers": ([("m.npz", npz(x_train=np.full((40, 784), np.nan), y_train=y))], "no numbers"),
    "a hole in the first line": ([("m.csv", text(x, y).replace(b",0,", b",,", 1))], "not all its lines"),
    "a letter in it": ([("m.csv", text(x, y).replace(b",0,", b",o,", 1))], "not all its lines"),
    "a hole": ([("m.csv", text(x, y) + text(x, y).replace(b",0,", b",,", 1))], "not all its lines"),
    "a short line": ([("m.csv", text(x, y) + b"1,2,3\n")], "not all its lines"),
    "only a header": ([("m.csv", header())], "no line of numbers"),
    "sparse ARFF": ([("m.arff", arff(x, y).split(b"@DATA\n")[0] + b"@DATA\n{3 1, 784 5}\n")], "sparse"),
    "ARFF without data": ([("m.arff", b"@RELATION m\n@ATTRIBUTE a real\n")], "no @DATA"),
    "a header of brackets": ([("x_train.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000)],
                             "no array"),
    "a zip of nothing": ([("a.zip", zipped([("readme.md", b"hello")]))], "no data in it.*CSV"),
    "a long name": ([("x" * 10_000 + "\n**b**", b"hello")], "^x{59}…|^\\*\\*b\\*\\*"),
}


@pytest.mark.parametrize("files, told", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_one_sentence_that_says_what_can(files, told, capsys):
    with pytest.raises(ValueError, match=f"(?s).*{told}") as caught:
        read_upload(files)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert capsys.readouterr().out == ""


# Limits

def claiming(shape, dtype="|u1"):
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


def lying(size, kind=zipfile.ZIP_DEFLATED):
    """A zip whose one array unpacks to so many bytes and declares 1,000 bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind, compresslevel=1) as archive:
        archive.writestr("x_train.npy", claiming((size, 1)) + bytes(size))
    content = bytearray(file.getvalue())
    content[22:26] = struct.pack("<I", 1000)
    at = content.find(b"PK\x01\x02") + 24
    content[at:at + 4] = struct.pack("<I", 1000)
    return bytes(content)


MANY = 20_000_000      # more than is unpacked in any case
LINE = text(x[:1], y[:1])
TOO_LARGE = {
    "gz": lambda: [("train-images-idx3-ubyte.gz", gzip.compress(bytes(MANY), 1))],
    "gz of IDX": lambda: [("train-images-idx3-ubyte.gz", gzip.compress(
        struct.pack(">IIII", 2051, MANY // 784, 28, 28) + bytes(MANY // 784 * 784), 1))],
    "gz of gz": lambda: [("train-images-idx3-ubyte.gz", gzip.compress(gzip.compress(bytes(MANY), 1)))],
    "gz of text": lambda: [("train.csv.gz", gzip.compress(b"5" + b",0" * (MANY // 2), 1))],
    "gz of an npz": lambda: [("m.npz.gz", gzip.compress(npz(x_train=np.zeros((MANY // 784, 784), np.uint8))))],
    "npz": lambda: [("m.npz", npz(x_train=np.zeros((MANY // 784, 784), np.uint8), y_train=np.zeros(MANY // 784)))],
    "npz that lies": lambda: [("m.npz", lying(MANY))],
    "npz in bzip2 that lies": lambda: [("m.npz", lying(MANY, zipfile.ZIP_BZIP2))],
    "zip of zips": lambda: [("a.zip", zipped([(f"{n}.csv", bytes(MANY // 50)) for n in range(50)]))],
    "many pieces": lambda: [("a.csv.gz", gzip.compress(b"") * 50_000)],
    "many files in a zip": lambda: [("a.zip", zipped([(f"{n}.csv", b"") for n in range(100)]))],
    "many files": lambda: [("x_train.npy", b"")] * 1000,
    "10¹⁸ numbers in npy": lambda: [("x_train.npy", claiming((10 ** 18, 784)))],
    "10¹⁸ numbers in npz": lambda: [("m.npz", zipped([("x_train.npy", claiming((10 ** 18,), "<f8"))]))],
    "numbers without length": lambda: [("x_train.npy", claiming((10 ** 18,), "<U0"))],
    "10²⁸ numbers in IDX": lambda: [("train-images-idx3-ubyte", struct.pack(">IIII", 2051, *[2 ** 31] * 3))],
    "a long header": lambda: [("x_train.npy", b"\x93NUMPY\x02\x00" + struct.pack("<I", 400_000) + b"(" * 400_000)],
    "one long field": lambda: [("train.csv", b"5" * 2_000_000)],
    "a long field in a line": lambda: [("train.csv", LINE + b"5" * 2_000_000)],
    "commas": lambda: [("train.csv", b"," * 2_000_000)],
    "commas in a line": lambda: [("train.csv", LINE + b"," * 2_000_000)],
}


@pytest.mark.parametrize("make", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_would_take_too_much_is_refused_before_it_does(make):
    files = make()
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(ValueError) as caught:
        read_upload(files)
    took, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert most < 2.2 * limits.UNPACKED_FREE and took < 1      # none takes 0.3 s, half of it for the tracing


@pytest.mark.parametrize("kind, told", [("many pieces", "too many pieces"), ("many files in a zip", "at most 64"),
                                        ("many files", "at most 64"), ("10¹⁸ numbers in npy", "far too many bytes"),
                                        ("npz", "far more than its size allows")])
def test_what_is_too_much_is_said(kind, told):
    with pytest.raises(ValueError, match=told):
        read_upload(TOO_LARGE[kind]())


def test_two_megabytes_never_become_a_hundred():
    assert limits.UNPACKED_TIMES * 2.3 < 100 and limits.UNPACKED_FREE < 100 * limits.MB


def test_mnist_itself_is_far_within_the_limits():
    """60,000 + 10,000 images as Keras keeps them, packed by 22 as int64; as text 110 MB, by 8."""
    assert limits.UNPACKED >= 70_000 * 785 * 8 and limits.UNPACKED_TIMES > 22 and limits.IMAGES >= 280_000


def test_text_is_read_in_pieces_that_fit_together(monkeypatch):
    monkeypatch.setattr(limits, "BLOCK", 5000)
    monkeypatch.setattr(limits, "LINE", 5000)
    mixed = text(x[:20], y[:20]) + text(x[20:], y[20:]).replace(b",0,", b",0.0,")
    np.testing.assert_array_equal(read_upload([("m.csv", mixed)]).images.reshape(-1, 28, 28), x)


REAL = {
    "csv": ("mnist_train.csv", header() + text(x[:8], y[:8])), "npz": ("m.npz", npz(x_train=x[:8], y_train=y[:8])),
    "npz, not packed": ("m.npz", (lambda file: [np.savez(file, x_train=x[:8], y_train=y[:8]), file.getvalue()][1])(
        io.BytesIO())),
    "csv.gz": ("train.csv.gz", gzip.compress(text(x[:8], y[:8]))), "arff": ("m.arff", arff(x[:2], y[:2])),
    "zip": ("a.zip", zipped([("train.csv", text(x[:4], y[:4]))])), "npy": ("x_train.npy", npy(x[:8])),
    "idx": ("train-images-idx3-ubyte", idx(x[:8])), "idx.gz": ("train-images-idx3-ubyte.gz", gzip.compress(idx(x[:8]))),
}


@pytest.mark.parametrize("name, content", REAL.values(), ids=REAL)
@pytest.mark.filterwarnings("default")
def test_whatever_is_damaged_is_a_data_set_or_one_sentence(name, content):
    rng = np.random.default_rng(17)
    beside = {"x": [("y_train.npy", npy(y[:8]))], "train-images": idx_pair(of=(x[:8], y[:8]))[1:]}.get(
        name.removesuffix("_train.npy").split("-idx")[0], [])
    end = time.perf_counter() + .3
    for trial in range(60):
        damaged = bytearray(content)
        for at in (rng.integers(0, len(damaged), 4) if trial % 2 else rng.integers(0, min(200, len(damaged)), 2)):
            damaged[at] = rng.integers(0, 256)
        if trial % 3 == 0:
            begin, length = rng.integers(0, len(damaged)), rng.integers(1, 300)
            damaged[begin:begin + length] = [b"", b"\0" * 9, b"\xff" * 8, b"," * 50, b"\n" * 9][rng.integers(5)]
        if trial % 7 == 0:
            del damaged[rng.integers(0, len(damaged)):]
        try:
            data = read_upload([(name, bytes(damaged)), *beside])
            assert data.images.dtype == np.uint8 and len(data.images) == len(data.labels)
        except ValueError as error:
            assert "\n" not in str(error) and len(str(error)) < 400 and str(error)[-1] not in ".!"
        if time.perf_counter() > end:
            break


# Beside the app

def beside(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files:
        (folder / name).write_bytes(content)
    return find_dataset(folder, folder / "none", [])


@pytest.mark.parametrize("form", [
    "pjreddie's pair", "its pair, gzipped", "Kaggle's CSV", "unpacked IDX, a dot", "all eight of torchvision",
    "dots unpacked, hyphens packed", "IDX, a test set named so", "npy"])
def test_the_same_is_found_beside_the_app(tmp_path, form):
    files, tested = FORMS[form]
    data, problems = beside(tmp_path, files)
    assert problems == [] and "this project’s folder" in data.origin
    np.testing.assert_array_equal(data.images.reshape(-1, 28, 28), x)
    assert (data.test_images is not None) == tested


@pytest.mark.parametrize("inner", ["MNIST/raw", "raw", "data/MNIST/raw"])
def test_torchvisions_own_folder_is_found(tmp_path, inner):
    beside(tmp_path / inner, FORMS["all eight of torchvision"][0])
    data, problems = find_dataset(tmp_path, tmp_path / "none", [])
    assert problems == [] and f"from the IDX files in the folder {inner} (and 20 test images)" in data.origin
    np.testing.assert_array_equal(data.test_images.reshape(-1, 28, 28), x_test)


def test_a_folder_may_say_which_data_these_are(tmp_path):
    beside(tmp_path / "FashionMNIST" / "raw", gz_pair(of=no_digits()))
    assert find_dataset(tmp_path, tmp_path / "none", [])[0].name == "Fashion-MNIST"


def test_folders_that_are_called_like_files_are_passed_over(tmp_path):
    for name in ("mnist.npz", "train-images-idx3-ubyte", "x-ubyte", "train.csv"):
        (tmp_path / name).mkdir()
    data, problems = beside(tmp_path, gz_pair())
    assert problems == [] and len(data.images) == 40


def test_two_data_sets_beside_each_other_are_not_mixed(tmp_path):
    data, problems = beside(tmp_path, gz_pair("emnist-digits-", of=(X.transpose(0, 2, 1), Y)) + idx_pair())
    assert problems == [] and data.name == "MNIST" and len(data.images) == 40


@pytest.mark.parametrize("name, use", [
    ("t10k-images-idx3-ubyte.gz", "test"), ("emnist-digits-test-labels-idx1-ubyte", "test"), ("x_test", "test"),
    ("mnist_train.csv", "training"), ("train_test_split.npz", "training"), ("X", "training"), ("x_val", "validation"),
    ("valid_images", "validation"), ("test/train.csv", "training")])
def test_a_name_says_what_data_are_for(name, use):
    assert purpose(name) == use
