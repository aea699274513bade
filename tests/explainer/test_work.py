"""What a reader wants kept is offered once nobody works on it any more, to the last weights that were kept."""
import numpy as np
import pytest

from explainer import work
from explainer.keeping import Keeping
from explainer.trainer import Trainer
from tests.explainer.test_draw_page import TWO, draw_page, pad_of
from tests.explainer.test_train_page import choose, fill, keys, press, train_page, until

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Everything is kept in a folder of this test; yields a function after which no session of before lives."""
    monkeypatch.setattr(work, "KEEPING", Keeping(tmp_path))
    work.KEPT_BY.clear()
    yield work.KEPT_BY.clear
    work.KEPT_BY.clear()


def of(at):
    return at.session_state["session"]


def switch(at, on=True):
    return at.toggle(key="ui_keeps").set_value(on).run()


def a_run(net="relu10", epochs=2):
    """A page with a finished run that is kept."""
    at = press(fill(train_page(f"net={net}"), epochs=epochs), "start")
    of(at).trainer.wait(60)
    return switch(choose(at.run(), "runs"))


def offers(at):
    return [key.removeprefix("take_up_") for key in keys(at) if key.startswith("take_up_")]


def test_nothing_is_written_or_offered_until_it_is_wanted_and_switching_it_off_deletes_it():
    at = press(fill(train_page("net=relu10"), epochs=1), "start")
    of(at).trainer.wait(60)
    choose(at.run(), "runs")
    assert work.KEEPING.entries() == [] and not at.toggle(key="ui_keeps").value
    switch(at)
    entry, = work.KEEPING.entries()
    assert entry.words.startswith("run 1, after epoch 1 of 1, best validation")
    assert offers(train_page()) == []           # its session is there
    switch(at, False)
    assert work.KEEPING.entries() == [] and of(at).trainer.keep is None


def test_after_the_app_was_ended_the_last_weights_are_offered_and_trained_on(folder):
    at = a_run()
    weights = of(at).trainer.current.network.vector.copy()
    folder()
    later = train_page()
    name, = offers(later)
    assert any("best validation" in markdown.value for markdown in later.markdown)
    press(later, f"take_up_{name}")
    assert not later.exception and not later.error
    run, = of(later).trainer.runs
    np.testing.assert_array_equal(run.network.vector, weights)
    assert (run.name, run.ended, run.recipe.net, run.recipe.setting.epochs) == ("run 1", "finished", "relu10", 2)
    assert len(run.losses.points) == 90 and run.moments[0].key == "e0"
    assert of(later).chosen.choice.net == "relu10" and "first, best and last kept moments" in later.warning[0].value
    assert offers(later) == [] and of(later).work.keeps and of(later).work.name == name
    folder()
    assert offers(train_page()) == [name] and len(work.KEEPING.entries()) == 1      # one file, not two


def test_a_training_that_was_cut_short_goes_on_from_its_last_kept_weights(folder):
    at = press(train_page("net=relu10"), "one_epoch")
    of(at).trainer.wait(60)
    at = switch(choose(at.run(), "runs"))
    weights = of(at).trainer.current.network.vector.copy()
    folder()
    later = train_page()
    press(later, f"take_up_{offers(later)[0]}")
    assert "run 1 was not at its end, so run 2 goes on from its weights after epoch 1" in later.warning[0].value
    old, new = of(later).trainer.runs
    np.testing.assert_array_equal(new.network.vector, weights)
    assert of(later).trainer.current is new and of(later).trainer.state == "ready"
    press(later, "one_epoch")
    of(later).trainer.wait(60)
    assert not later.run().exception and (new.network.vector != weights).any() and new.examples == 4500


def test_after_a_reload_the_runs_go_on_as_they_are(monkeypatch):
    at = a_run()
    trainer = of(at).trainer
    trainer.present = lambda: False
    later = train_page()
    press(later, f"take_up_{offers(later)[0]}")
    assert of(later).trainer is trainer and not later.warning and trainer.present()
    assert len(trainer.current.moments) > 2 and offers(train_page()) == []


def test_a_training_is_kept_while_it_goes_on(monkeypatch, folder):
    monkeypatch.setattr("explainer.trainer.KEEP", 0.05)
    monkeypatch.setattr("explainer.trainer.SELDOM", 1)
    at = press(fill(train_page("net=relu10"), epochs=5000), "start")
    try:
        switch(choose(at, "runs"))
        until(lambda: len({entry.when for entry in work.KEEPING.entries()}) == 1)
        first = work.KEEPING.entries()[0].words
        until(lambda: work.KEEPING.entries()[0].words != first)
    finally:
        of(at).trainer.pause()
    folder()
    assert work.KEEPING.entries()[0].words.startswith("run 1, after")
    assert offers(train_page()) != []


def test_a_drawing_is_kept_and_offered_on_the_draw_page(folder):
    at = draw_page(pad_of(TWO))
    of(at).work.keeps = True
    at.run()
    picture = of(at).drawing.picture.copy()
    folder()
    later = draw_page()
    press(later, f"take_up_{offers(later)[0]}")
    assert not later.exception
    np.testing.assert_array_equal(of(later).drawing.picture, picture)


def test_what_is_damaged_changes_nothing_and_stays_and_one_may_begin_anew_or_delete(folder):
    a_run()
    folder()
    path, = work.KEEPING.folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    at = train_page()
    press(at, f"take_up_{offers(at)[0]}")
    assert "damaged" in at.warning[0].value and of(at).trainer.runs == [] and path.exists()
    press(at, "pass_over")
    assert offers(at) == [] and path.exists()
    at = train_page()
    press(at, f"drop_{offers(at)[0]}")
    assert offers(at) == [] and not path.exists()


def test_where_nothing_can_be_written_the_page_says_so_and_goes_on(monkeypatch, tmp_path):
    (tmp_path / "kept").write_text("a file where the folder should be")
    at = a_run()
    at.run()
    assert "kept" in at.error[0].value and not at.exception and len(of(at).trainer.runs) == 1


def test_running_out_of_memory_while_keeping_does_not_end_a_training(monkeypatch):
    def full(*_):
        raise MemoryError
    monkeypatch.setattr(work.checkpoint, "written", full)
    at = a_run()
    assert of(at).trainer.current.ended == "finished" and "no memory" in at.run().error[0].value


def test_a_trainer_that_keeps_nothing_asks_nothing():
    assert Trainer().keep is None
