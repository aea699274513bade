"""Every reader, fed by hypothesis: whatever the content, it is what was asked for or one short sentence, cheaply."""
import io
import json
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from explainer import limits
from explainer.address import from_address
from explainer.datasets import read_upload
from explainer.networks import read_network
from explainer.preparation import read_image
from explainer.session_file import read

pytestmark = pytest.mark.filterwarnings("error")
TRIALS = settings(max_examples=60, deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))
NAMES = some.sampled_from(["x_train", "y_train", "x", "labels", "W1", "b1", "weights", "arr_0", "session.json", "\n",
                           ""])
# Of all of Unicode hypothesis would make tables first.
LETTERS = "aZ09 .,;:-+eE_/\\'\"<>()[]{}&%$#@*`\n\r\t\0é∑𝛿🔢\u202e"
WORDS = some.text(LETTERS, max_size=40)
NUMBERS = some.one_of(some.integers(-2**63, 2**63 - 1), some.floats(), some.booleans(), WORDS,
                      some.none())
VALUES = some.recursive(NUMBERS, lambda inner: some.lists(inner, max_size=6)
                        | some.dictionaries(WORDS | NAMES, inner, max_size=6), max_leaves=30)
ARRAYS = some.builds(lambda shape, kind, seed: np.random.default_rng(seed).integers(-9, 260, shape).astype(kind),
                     some.lists(some.integers(0, 30), max_size=4).map(tuple)
                     | some.sampled_from([(5, 784), (3, 28, 28)]),
                     some.sampled_from(["u1", ">i2", "f2", "<f8", "i8", "?", "c16", "S3", "U2"]), some.integers(0, 9))


def npz(arrays):
    file = io.BytesIO()
    np.savez(file, **{name.strip() or "a": array for name, array in arrays.items()})
    return file.getvalue()


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name or "a", content)
    return file.getvalue()


HEADS = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1", b"GIF89a", b"BM", b"PK\x03\x04", b"\x1f\x8b\x08", b"\0\0\x08\x03",
         b"\x93NUMPY\x01\0", b"% Created", b"@RELATION a\n@DATA\n", b"\x89HDF\r\n\x1a\n"]
BYTES = some.binary(max_size=300)
TABLES = some.lists(some.lists(NUMBERS.map(str), max_size=12).map(",".join), max_size=12).map("\n".join)
CONTENT = some.one_of(
    BYTES, some.text(LETTERS, max_size=300).map(str.encode), TABLES.map(str.encode),
    VALUES.map(json.dumps).map(str.encode),
    some.dictionaries(NAMES, ARRAYS, max_size=4).map(npz), some.dictionaries(NAMES, BYTES, max_size=4).map(zipped),
    some.builds(bytes.__add__, some.sampled_from(HEADS), BYTES))
READERS = {"data": lambda name, content: read_upload([(name, content)]), "a network": read_network,
           "a picture": lambda _, content: read_image(content), "a session": lambda _, content: read(content)}
FILES = some.sampled_from(["a.csv", "train-images-idx3-ubyte", "a.npz", "a.npy", "a.zip", "a.gz", "a.arff", "a.json",
                           "a.mat"])


@pytest.mark.parametrize("what", READERS)
def test_whatever_is_read_is_that_or_one_short_sentence(what):
    @TRIALS
    @given(FILES, CONTENT)
    def tried(name, content):
        began, before = time.perf_counter(), tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        try:
            READERS[what](name, content)
        except ValueError as error:
            assert 0 < len(str(error)) <= limits.MOST_WORDS and "\n" not in str(error)
        assert time.perf_counter() - began < 5 and tracemalloc.get_traced_memory()[1] - before < 50 * limits.MB
    tracemalloc.start()
    try:
        tried()
    finally:
        tracemalloc.stop()


@TRIALS
@given(some.dictionaries(some.sampled_from(["net", "step", "batch", "alpha", "i", "weights", "hidden", "act", "edits"])
                         | WORDS, NUMBERS.map(str) | WORDS, max_size=8))
def test_whatever_an_address_says_there_is_something_to_show_and_short_sentences(address):
    chosen, sentences = from_address(address)
    assert chosen.choice.preset().sizes and all(0 < len(said) <= 2 * limits.MOST_WORDS for said in sentences)
