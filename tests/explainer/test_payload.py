"""What goes to the browser is a JSON header and the arrays' own bytes, and every array arrives as it left."""
import json
import struct

import numpy as np
import plotly.graph_objects as go
import pytest

from explainer.components.payload import pack, plain, unpack

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


def test_a_figure_becomes_plain_data_whose_arrays_are_still_arrays():
    z = ARRAYS["float32"]
    figure = go.Figure([go.Heatmap(z=z, meta={"row": "R"}), go.Bar(y=[1, 2])])
    figure.update_layout(height=300, shapes=[{"type": "rect", "x0": 0}])
    data = plain(figure)
    assert data["data"][0]["type"] == "heatmap" and same(np.asarray(data["data"][0]["z"]), z)
    assert isinstance(data["data"][0]["z"], np.ndarray) and data["data"][0]["meta"] == {"row": "R"}
    assert data["layout"]["height"] == 300 and data["layout"]["shapes"][0]["x0"] == 0


def test_a_figure_goes_to_the_browser_with_its_numbers_as_bytes():
    z = RNG.random((100, 64)).astype(np.float32)
    message = pack(plain(go.Figure(go.Heatmap(z=z))))
    assert same(unpack(message)["data"][0]["z"], z)
    assert len(message) < z.nbytes + 20_000
