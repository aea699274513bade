"""What lies in a circle that nobody can reach is freed, but not at every page."""
import gc
import weakref

import numpy as np

from explainer.tidy import Tidy


class Circle:
    def __init__(self):
        self.me, self.array = self, np.zeros(1000)


def test_circles_are_freed_when_it_is_time_and_not_before():
    gc.disable()        # as good as never: so few objects are made in an hour
    try:
        left = weakref.ref(Circle())
        Tidy(every=60).now_and_then()
        assert left() is not None
        Tidy(every=0).now_and_then()
        assert left() is None
    finally:
        gc.enable()


def test_where_the_c_library_gives_nothing_back_it_goes_on(monkeypatch):
    def refused(path):
        raise OSError("no such library")
    monkeypatch.setattr("explainer.tidy.ctypes.CDLL", refused)
    tidy, left = Tidy(every=0), weakref.ref(Circle())
    tidy.now_and_then()
    assert left() is None
