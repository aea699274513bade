"""A checkpoint has what is chosen, the runs' last weights to the bit and the drawing; no other bytes are one."""
from dataclasses import replace

import numpy as np
import pytest

from explainer import checkpoint
from explainer.choice import Chosen, after
from explainer.recipes import Recipe, recipe_for
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
    found = checkpoint.read(checkpoint.written(CHOSEN, runs, picture, 4))
    assert found.chosen == CHOSEN and found.label == 4
    np.testing.assert_array_equal(found.picture, picture)
    assert [run.name for run in found.runs] == ["mine, the first", "run 2"]
    for kept, run in zip(found.runs, runs):
        again, network = kept.recipe, kept.recipe.start.copy()
        network.pack()
        np.testing.assert_array_equal(network.vector, run.network.vector)
        assert (again.net, again.preset, again.which, again.setting, again.seed) == (
            run.recipe.net, run.recipe.preset, run.recipe.which, run.recipe.setting, run.recipe.seed)
        assert again.start.dtype == run.network.dtype and kept.said.startswith(run.moments[-1].title)


def test_a_run_of_a_file_is_kept_as_well():
    network = finished_run().network
    run = Run(1, recipe_for(network, "theirs.npz"), finished_run().material)
    kept, = checkpoint.read(checkpoint.written(Chosen(), [run])).runs
    np.testing.assert_array_equal(kept.recipe.start.layers[1].W, network.layers[1].W)


def test_only_the_last_runs_are_kept(monkeypatch):
    monkeypatch.setattr(checkpoint, "MOST_RUNS", 2)
    runs = [toy_run() for _ in range(3)]
    for n, run in enumerate(runs):
        run.name = f"run {n}"
    assert [run.name for run in checkpoint.read(checkpoint.written(Chosen(), runs)).runs] == ["run 1", "run 2"]
    assert "run 0" not in checkpoint.words(runs, None)


def test_words_say_how_far_it_was():
    run = toy_run(epochs=3)
    assert checkpoint.words([run], np.zeros((2, 2))).startswith("run 2, after epoch 1 of 3, loss ")
    assert checkpoint.words([run], np.zeros((2, 2))).endswith("; a drawing")
    assert checkpoint.words([], None) == "the walk"


def test_any_other_bytes_are_refused_in_a_sentence():
    whole = checkpoint.written(CHOSEN, [toy_run()], np.zeros((4, 4), np.uint8), 1)
    rng, others = np.random.default_rng(0), [b"", b"PK", b"\x80\x04N.", whole[:-1], whole[:len(whole) // 2]]
    for _ in range(60):
        content = bytearray(whole)
        for at in rng.integers(0, len(whole), 3):
            content[at] ^= int(rng.integers(1, 256))
        others.append(bytes(content))
    for content in others:
        try:
            checkpoint.read(content)        # a changed byte that means nothing, as a date, may be passed over
        except ValueError as error:
            assert str(error) == "This work cannot be read here; it is left where it is."
    for content in others[:5]:
        with pytest.raises(ValueError):
            checkpoint.read(content)
