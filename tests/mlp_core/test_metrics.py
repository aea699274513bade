"""The metrics against examples worked by hand and against loops that count one by one."""
import numpy as np
import pytest

from mlp_core.metrics import accuracy, confusion_matrix, mean_squared_error

A = np.array([[0.9, 0.1, 0.2], [0.3, 0.3, 0.1], [0.0, 0.2, 0.8], [0.5, 0.4, 0.5]])
Y = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]])


def test_the_mse_says_which_n_it_divides_by():
    total = (0.01 + 0.01 + 0.04) + (0.09 + 0.49 + 0.01) + (0 + 0.04 + 0.04) + (0.25 + 0.16 + 0.25)
    assert mean_squared_error(A, Y) == pytest.approx(total / 12, rel=1e-14)
    assert mean_squared_error(A, Y, n="entries") == pytest.approx(total / 12, rel=1e-14)
    assert mean_squared_error(A, Y, n="examples") == pytest.approx(total / 4, rel=1e-14)


def test_any_other_n_is_refused_by_name():
    with pytest.raises(ValueError, match="'entries' or 'examples'.*'samples'"):
        mean_squared_error(A, Y, n="samples")


def test_accuracy_is_the_share_of_right_answers():
    assert accuracy(A, Y) == 0.5
    assert accuracy(Y, Y) == 1.0
    assert accuracy(np.roll(Y, 1, axis=1), Y) == 0.0
    assert isinstance(accuracy(A, Y), float)


def test_the_confusion_matrix_has_true_classes_in_rows_and_answers_in_columns():
    np.testing.assert_array_equal(confusion_matrix(A, Y), [[1, 0, 0], [1, 0, 0], [1, 0, 1]])


def test_metrics_equal_a_count_one_by_one():
    rng = np.random.default_rng(3)
    outputs, labels = rng.random((200, 10)).astype(np.float32), rng.integers(0, 9, 200)     # no nine: an empty row
    counts = [[0] * 10 for _ in range(10)]
    for row, label in zip(outputs.tolist(), labels.tolist()):
        counts[label][row.index(max(row))] += 1
    assert confusion_matrix(outputs, np.eye(10)[labels]).tolist() == counts
    assert accuracy(outputs, np.eye(10)[labels]) == pytest.approx(sum(counts[i][i] for i in range(10)) / 200)
