"""What the browser has is neither made nor sent again; what it no longer keeps is."""
import numpy as np
import pytest

from explainer.components.payload import names, unpack_named
from explainer.components.shelf import Shelf

RNG = np.random.default_rng(0)
W, X, S = RNG.random((784, 64)).astype(np.float32), RNG.random((100, 784)).astype(np.float32), RNG.random((100, 64))
PANES = {"1:X": {"z": [X]}, "1:S1": {"z": [X, W, S], "title": "a sum"}, "1:dW1": {"z": [X.T, S, W.copy()]},
         "2:X": {"z": [X + 1]}}


class Browser:
    """It keeps of panes and arrays what it is told to, and counts what is made and sent for it."""

    def __init__(self):
        self.shelf, self.arrays, self.panes = Shelf(), {}, {}
        self.made, self.bytes = [], 0

    def show(self, *ids, keep=None):
        """Ask for these panes; then keep those of `keep`."""
        self.made, keep = [], ids if keep is None else keep
        message = self.shelf.pack({"id": ids[0]}, {name: lambda name=name: self.make(name) for name in ids}, keep)
        self.bytes = len(message)
        content = unpack_named(message, self.arrays)        # a KeyError where an array is missing
        assert content["id"] == ids[0] and content["keep"] == list(keep)
        self.panes = {name: pane for name, pane in (self.panes | content["panes"]).items() if name in keep}
        used = frozenset().union(*map(names, self.panes.values()))
        self.arrays = {name: array for name, array in self.arrays.items() if name in used}
        return content["panes"]

    def make(self, name):
        self.made.append(name)
        return PANES[name]


@pytest.fixture
def browser():
    return Browser()


def assert_arrived(pane, name):
    for array, expected in zip(pane["z"], PANES[name]["z"], strict=True):
        assert np.array_equal(array, expected) and array.dtype == expected.dtype


def test_a_pane_is_made_and_sent_once(browser):
    assert_arrived(browser.show("1:X")["1:X"], "1:X")
    assert browser.made == ["1:X"] and browser.bytes > X.nbytes
    assert browser.show("1:X") == {}
    assert browser.made == [] and browser.bytes < 1000


def test_another_pane_is_sent_without_the_arrays_that_are_there(browser):
    browser.show("1:X", "1:S1")
    assert browser.made == ["1:X", "1:S1"] and browser.bytes < X.nbytes + W.nbytes + S.nbytes + 2000
    assert_arrived(browser.show("1:dW1", keep=["1:S1", "1:dW1"])["1:dW1"], "1:dW1")
    assert browser.made == ["1:dW1"] and browser.bytes < 2000


def test_a_pane_in_the_place_of_another_is_sent_without_the_arrays_of_that(browser):
    browser.show("1:dW1")
    assert_arrived(browser.show("1:S1", keep=["1:S1"])["1:S1"], "1:S1")
    assert browser.bytes < 2000                     # X, W and S were there, turned or not
    browser.show("2:X", keep=["2:X"])
    assert_arrived(browser.show("1:S1", keep=["1:S1"])["1:S1"], "1:S1")     # all of them are sent again


def test_what_is_kept_without_being_shown_is_there_when_it_is_shown(browser):
    browser.show("1:X", "1:S1")
    browser.show("1:S1", keep=["1:X", "1:S1"])
    assert browser.show("1:X") == {} and browser.made == []


def test_what_is_not_kept_is_made_and_sent_again(browser):
    browser.show("1:X", "1:S1")
    browser.show("2:X")
    browser.arrays = {}                                     # as a browser does that keeps nothing of panes that went
    assert_arrived(browser.show("1:S1")["1:S1"], "1:S1")
    assert browser.made == ["1:S1"] and browser.bytes > X.nbytes + W.nbytes + S.nbytes


def test_an_array_stays_as_long_as_one_pane_that_is_kept_has_it(browser):
    browser.show("1:X", "1:S1")
    browser.show("1:S1")
    assert_arrived(browser.show("1:X", keep=["1:X", "1:S1"])["1:X"], "1:X")
    assert browser.made == ["1:X"] and browser.bytes < 1000


def test_after_it_was_told_to_forget_everything_is_sent_again(browser):
    browser.show("1:X", "1:S1")
    browser.shelf.forget()
    browser.arrays = {}
    assert_arrived(browser.show("1:S1", keep=["1:X", "1:S1"])["1:S1"], "1:S1")
    assert browser.made == ["1:S1"] and browser.bytes > X.nbytes + W.nbytes + S.nbytes


def test_two_readers_shelves_know_nothing_of_each_other(browser):
    browser.show("1:X")
    other = Browser()
    assert_arrived(other.show("1:X")["1:X"], "1:X")
    assert other.made == ["1:X"]
