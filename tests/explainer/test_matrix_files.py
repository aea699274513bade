"""Matrices as files: read by Python's and NumPy's own readers, they have the same bits and the shape they had."""
import csv
import io

import numpy as np
import pytest

from explainer.matrix_files import arrays_of, as_csv, as_npy
from tests.explainer.test_pages import app, engine


@pytest.mark.parametrize("net", ["deep", "mazur", "relu16"])
def test_both_files_have_every_bit(net):
    for name, array in arrays_of(engine(net)).items():
        read = list(csv.reader(io.StringIO(as_csv(array))))
        assert np.array_equal(np.array(read, array.dtype), np.atleast_2d(array)), name      # nor is a row longer
        assert np.load(io.BytesIO(as_npy(array))).tobytes() == np.ascontiguousarray(array).tobytes()


def test_every_name_of_the_code_is_there():
    walk = engine("mazur")
    assert set(arrays_of(walk)) >= {"X", "W1", "b1", "S1", "A2", "Y", "E", "delta1", "dW2", "W1_new"}


def test_the_dialog_offers_the_matrix_of_the_step():
    at = app("step=dW2")
    at.session_state["session"].dialog = "share"
    at.run()
    assert at.selectbox(key="matrix_at_dW2").value == "dW2"
    assert [button.label for button in at.get("download_button")][-2:] == ["dW2.csv", "dW2.npy"]
