"""A checkpoint has what is chosen, the runs' last weights to the bit and the drawing; no other bytes are one."""
import base64
import re
import zlib
from dataclasses import replace

import numpy as np
import pytest

from explainer import checkpoint
from explainer.choice import Chosen, after
from explainer.gallery import Kept
from explainer.recipes import Recipe
from explainer.runs import Run, worked_example
from mlp_core.presets import PRESETS
from tests.explainer.test_deciding import finished_run


def toy_run(epochs=3):
    preset = PRESETS["mazur"]
    run = Run(2, Recipe("mazur", preset, "best", replace(preset.best, epochs=epochs, learning_rate=0.3)),
              worked_example(preset))
    run.advance()
    run.mark()
    return run


CHOSEN = after(Chosen(), net="relu10", step="S1", i=3, epochs=7, batch_size=20, alpha=0.02)


def test_what_was_written_is_read_to_the_bit():
    runs = [finished_run(), toy_run()]
    runs[0].name = "mine, the first"
    picture = np.arange(140 * 140, dtype=np.uint8).reshape(140, 140)
    kept = Kept(np.arange(784, dtype=np.uint8), 3, 5)
    found = checkpoint.read(checkpoint.written(CHOSEN, runs, [kept], "notes", picture, 4))
    assert found.chosen == CHOSEN and found.label == 4 and found.unfinished and found.stored.notes == "notes"
    np.testing.assert_array_equal(found.picture, picture)
    np.testing.assert_array_equal(found.stored.drawings[0].image, kept.image)
    for stored, run in zip(found.stored.runs, runs, strict=True):
        np.testing.assert_array_equal(stored.moments[-1].weights, run.network.vector)
        assert stored.name == run.name and stored.recipe.choices == run.recipe.choices
        assert stored.losses == run.losses.points
    assert not checkpoint.read(checkpoint.written(CHOSEN, runs[:1])).unfinished


def test_weights_of_a_run_that_lives_in_the_session_are_not_asked_for_later():
    chosen = after(CHOSEN, weights="run1-e1")
    assert checkpoint.read(checkpoint.written(chosen, [])).chosen.choice.weights == "untrained"


def test_words_say_how_far_it_was():
    run = toy_run(epochs=3)
    assert checkpoint.words([run], np.zeros((2, 2))).startswith("run 2, after epoch 1 of 3, loss ")
    assert checkpoint.words([run], np.zeros((2, 2))).endswith("; a drawing")
    assert checkpoint.words([], None) == "the walk"


def test_any_other_bytes_are_refused_in_a_sentence():
    whole = checkpoint.written(CHOSEN, [toy_run()], (), "", np.ones((4, 4), np.uint8), 1)
    head, _, file = whole.partition(b"\n")
    ink = re.search(rb'"ink": "[^"]*"', head)[0]
    bomb = base64.b64encode(zlib.compress(bytes(10**7)))
    others = [b"", b"{}", b"[" * 10**5, whole[:-1], file, head, head + b"\n", b"null\n" + file,
              whole.replace(b"4, 4", b"4, 5"),
              whole.replace(b"[4, 4]", b"[1e9, 4]"), whole.replace(ink, b'"ink": "%s"' % bomb)]
    for content in others:
        with pytest.raises(ValueError, match="^This work cannot be read here; it is left where it is.$"):
            checkpoint.read(content)
