"""What goes to the browser is a JSON header and the arrays' own bytes, and every array arrives as it left."""
import json
import struct

import numpy as np
import pytest

from explainer.components.payload import names, pack, pack_named, unpack, unpack_named

RNG = np.random.default_rng(0)
ARRAYS = {
    "float32": RNG.normal(size=(3, 5)).astype(np.float32), "float64": RNG.normal(size=(7,)),
    "uint8": RNG.integers(0, 256, (3, 3), dtype=np.uint8), "one byte": np.array([7], np.uint8),
    "a number": np.array(2.5), "nothing": np.empty((0, 4), np.float32), "one row": np.ones((1, 784), np.float32),
    "three dimensions": RNG.random((2, 3, 4)), "transposed": RNG.random((4, 6)).astype(np.float32).T,
    "every second": np.arange(10.)[::2], "NaN and infinity": np.array([np.nan, np.inf, -np.inf, -0.0]),
}
OTHER = {"int64": np.arange(5), "bool": np.array([True, False]), "float16": np.array([0.5, -2], np.float16),
         "big-endian": np.arange(3, dtype=">f8")}


def read(message):
    """The message as the browser reads it: little-endian length, strict JSON, typed arrays at aligned places."""
    length, = struct.unpack("<I", message[:4])
    head = json.loads(message[4:4 + length].decode("utf-8"), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    arrays = []
    for spec in head["arrays"]:
        code, size = {"f4": ("f", 4), "f8": ("d", 8), "u1": ("B", 1)}[spec["dtype"]]
        start, count = 4 + length + spec["offset"], int(np.prod(spec["shape"], dtype=int))
        assert start % size == 0, "a typed array in JavaScript begins at a multiple of its number's size"
        arrays.append((spec["shape"], struct.unpack_from(f"<{count}{code}", message, start)))
    return head["content"], arrays


def same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_bit_for_bit(name):
    assert same(unpack(pack({"z": ARRAYS[name]}))["z"], ARRAYS[name])


@pytest.mark.parametrize("name", OTHER)
def test_an_array_of_another_kind_arrives_as_float64_with_the_same_numbers(name):
    arrived = unpack(pack({"z": OTHER[name]}))["z"]
    assert arrived.dtype == np.dtype("<f8") and arrived.tolist() == OTHER[name].astype(np.float64).tolist()


def test_many_arrays_of_all_kinds_come_back_together_from_wherever_they_are():
    content = {"list": [ARRAYS["one byte"], {"deep": [ARRAYS["float64"], "text", None, True]}],
               "tuple": (1, 2.5, ARRAYS["uint8"]), **ARRAYS}
    back = unpack(pack(content))
    assert all(same(back[name], array) for name, array in ARRAYS.items())
    assert same(back["list"][0], ARRAYS["one byte"]) and same(back["list"][1]["deep"][0], ARRAYS["float64"])
    assert back["list"][1]["deep"][1:] == ["text", None, True]
    assert back["tuple"][:2] == [1, 2.5] and same(back["tuple"][2], ARRAYS["uint8"])


def test_someone_who_knows_only_the_format_reads_the_same():
    content, arrays = read(pack({"a": ARRAYS["one byte"], "b": [ARRAYS["float64"]], "c": ARRAYS["transposed"]}))
    assert content == {"a": {"$array": 0}, "b": [{"$array": 1}], "c": {"$array": 2}}
    assert arrays == [([1], (7,)), ([7], tuple(ARRAYS["float64"])), ([6, 4], tuple(ARRAYS["transposed"].ravel()))]


@pytest.mark.parametrize("filler", range(9))
def test_every_array_is_aligned_however_long_the_text_before_it_is(filler):
    sent = [ARRAYS[name] for name in ("one byte", "float64", "one byte", "float32")]
    content, arrays = read(pack({"text": "é" * filler, "arrays": sent}))
    assert content["text"] == "é" * filler
    assert [values for _, values in arrays] == [tuple(array.ravel()) for array in sent]


def test_numbers_of_numpy_become_plain_numbers():
    content, arrays = read(pack({"a": np.float32(0.5), "b": np.int64(3), "c": np.bool_(True)}))
    assert content == {"a": 0.5, "b": 3, "c": True} and arrays == []


def test_a_number_that_json_does_not_have_becomes_null_and_stays_itself_in_an_array():
    content, arrays = read(pack({"y": [1.0, np.nan, float("inf"), np.float32("-inf")], "z": np.array([np.inf])}))
    assert content == {"y": [1.0, None, None, None], "z": {"$array": 0}} and arrays == [([1], (np.inf,))]


# By name

def sent_arrays(message):
    """How many arrays a message carries."""
    return len(read(message)[1])


@pytest.mark.parametrize("name", ARRAYS)
def test_a_named_array_comes_back_bit_for_bit(name):
    assert same(unpack_named(pack_named({"z": ARRAYS[name]}), {})["z"], ARRAYS[name])


@pytest.mark.parametrize("name", OTHER)
def test_a_named_array_of_another_kind_arrives_as_float64_with_the_same_numbers(name):
    arrived = unpack_named(pack_named({"z": OTHER[name]}), {})["z"]
    assert arrived.dtype == np.dtype("<f8") and arrived.tolist() == OTHER[name].astype(np.float64).tolist()


def test_named_arrays_of_all_kinds_come_back_together_from_wherever_they_are():
    content = {"list": [ARRAYS["one byte"], {"deep": [ARRAYS["float64"], "text", None, True]}], **ARRAYS}
    back = unpack_named(pack_named(content), {})
    assert all(same(back[name], array) for name, array in ARRAYS.items())
    assert same(back["list"][0], ARRAYS["one byte"]) and same(back["list"][1]["deep"][0], ARRAYS["float64"])
    assert back["list"][1]["deep"][1:] == ["text", None, True]


def test_someone_who_knows_only_the_format_reads_the_same_by_name():
    A = ARRAYS["float32"]
    content, arrays = read(pack_named({"a": A, "b": [A.copy()], "c": ARRAYS["float64"]}))
    one, two = content["content"]["a"]["$named"], content["content"]["c"]["$named"]
    assert content == {"content": {"a": {"$named": one, "turned": False}, "b": [{"$named": one, "turned": False}],
                                   "c": {"$named": two, "turned": False}}, "new": {one: 0, two: 1}}
    assert arrays == [([3, 5], tuple(A.ravel())), ([7], tuple(ARRAYS["float64"]))]


def test_an_array_that_the_browser_has_is_named_and_not_sent():
    first, store = pack_named({"z": ARRAYS["float32"], "x": ARRAYS["uint8"]}), {}
    unpack_named(first, store)
    again = {"other": [ARRAYS["float32"].copy()], "x": ARRAYS["uint8"], "new": ARRAYS["float64"]}
    message = pack_named(again, frozenset(store))
    assert sent_arrays(first) == 2 and sent_arrays(message) == 1
    back = unpack_named(message, store)
    assert same(back["other"][0], ARRAYS["float32"]) and same(back["x"], ARRAYS["uint8"])
    assert same(back["new"], ARRAYS["float64"]) and len(store) == 3


def test_an_array_that_the_browser_lacks_is_an_error_and_not_another_one():
    message = pack_named({"z": ARRAYS["float32"]}, names({"z": ARRAYS["float32"]}))
    with pytest.raises(KeyError):
        unpack_named(message, {})


@pytest.mark.parametrize("shape", [(4, 6), (5, 5), (1, 7), (784, 64)])
def test_a_matrix_and_its_transpose_are_sent_once_and_each_arrives_as_it_is(shape):
    A = RNG.random(shape).astype(np.float32)
    message = pack_named({"A": A, "A.T": A.T})
    back = unpack_named(message, {})
    assert same(back["A"], A) and same(back["A.T"], np.ascontiguousarray(A.T))
    assert sent_arrays(message) == (1 if min(shape) > 1 else 2)     # one row is its own transpose, in memory
    if min(shape) > 1:
        assert names({"z": A}) == names({"z": A.T})


def test_arrays_that_differ_in_a_number_a_shape_or_a_kind_have_names_of_their_own():
    A = np.arange(12, dtype=np.float32).reshape(3, 4)
    other, symmetric = A.copy(), np.ones((3, 3))
    other[2, 3] = np.nextafter(other[2, 3], np.float32(99))
    every = [A, other, A.reshape(4, 3), A.reshape(12), A.astype(np.float64), A.astype(np.uint8), -0.0 * A, 0.0 * A,
             symmetric, np.zeros((0, 4)), np.zeros((4, 0))]
    assert len(set().union(*(names({"z": array}) for array in every))) == len(every)


def test_the_names_are_those_of_all_that_is_sent():
    content = {"list": [ARRAYS["one byte"], {"deep": [ARRAYS["float64"]]}], **ARRAYS, "text": "no array"}
    store = {}
    unpack_named(pack_named(content), store)
    assert names(content) == set(store) and names({"text": "no array"}) == set()


def test_a_number_that_json_does_not_have_becomes_null_beside_named_arrays_as_well():
    content, _ = read(pack_named({"y": [1.0, np.nan, float("inf")], "z": ARRAYS["NaN and infinity"]}))
    assert content["content"]["y"] == [1.0, None, None]
