"""A session is saved on one page and opened in another session: the same runs, drawings and notes, and nothing lost."""
import numpy as np
import pytest

from explainer.gallery import Kept
from explainer.session_file import save
from tests.explainer.test_arriving import new_session, of, opened, trained  # noqa: F401 new_session: a fixture
from tests.explainer.test_session_file import content_of

pytestmark = pytest.mark.usefixtures("no_data_of_this_machine")


def with_files(at, *files):
    at.file_uploader(key="session_files").set_value([(name, content, "application/zip") for name, content in files])
    return at.run()


def saving_page():
    at = opened({"net": "xor"}, "train")
    at.session_state["session"].training.panel = "save and load"
    return at.run()


def test_what_is_saved_on_a_page_is_opened_in_another_session_bit_for_bit(new_session):   # noqa: F811
    mine = trained(new_session(), of("xor", epochs=30, learning_rate=0.9))
    at = saving_page()
    at.text_area(key="ui_notes").set_value("Anna: α = 0.9 learns faster").run()
    drawings = (Kept(np.arange(784, dtype=np.uint8), 4, 7),)
    content = save([mine], drawings, at.session_state["session"].filing.notes)

    trainer = new_session()
    own = trained(trainer, of("xor", epochs=10))
    there = with_files(saving_page(), ("anna.zip", content))
    assert there.button(key="open_session").label == "Open these" and len(trainer.runs) == 1
    there.button(key="open_session").click().run()
    assert not there.exception and not there.error
    run = trainer.find(2)
    assert run is trainer.current and run.name == "run 1 (from anna)" and trainer.find(1) is own
    assert content_of(run) == content_of(mine)
    kept = there.session_state["session"]
    assert kept.filing.notes == "Anna: α = 0.9 learns faster" and len(kept.drawing.gallery) == 1
    assert there.number_input(key="ui_epochs").value == 30      # the page shows what it is made of
    told = " ".join(text.value for text in there.markdown)
    assert "from the file anna" in told and "**α 0.9**" in told and "**α 0.5**" in told


def test_of_two_files_a_part_is_opened(new_session):          # noqa: F811
    run, trainer = trained(new_session(), of("xor", epochs=3)), new_session()
    files = [(f"{name}.zip", save([run], (Kept(np.ones(784, np.uint8), None, 1),), name)) for name in ("anna", "ben")]
    own = trained(trainer, of("xor", epochs=1))
    at = with_files(saving_page(), *files)
    pills, = (group for group in at.get("button_group") if group.key and group.key.startswith("opened_"))
    assert pills.options[0] == "run 1 of anna" and pills.options[-1] == "notes of ben"
    pills.set_value([(1, 0), (1, "notes")]).run()
    at.button(key="open_session").click().run()
    assert not at.exception
    assert [other.name for other in trainer.runs] == [own.name, "run 1 (from ben)"]
    kept = at.session_state["session"]
    assert kept.filing.notes == "ben" and kept.drawing.gallery == () and kept.filing.opened == ()


def test_a_file_that_is_no_session_changes_nothing_and_is_named_without_markdown(new_session):     # noqa: F811
    trainer = new_session()
    trained(trainer, of("xor", epochs=1))
    at = with_files(saving_page(), ("![a](https:evil.example).zip", b"x"))
    error, = at.error
    assert "](" not in error.value and "damaged" in error.value and len(trainer.runs) == 1
    assert not at.exception


def test_a_run_that_was_opened_can_be_reset_and_walked(new_session):                      # noqa: F811
    content, trainer = save([trained(new_session(), of("xor", epochs=5))]), new_session()
    trained(trainer, of("xor", epochs=1))
    at = with_files(saving_page(), ("x.zip", content)).button(key="open_session").click().run()
    at.button(key="walk_it").click().run()
    assert not at.exception and at.session_state["session"].walk[0].run is trainer.find(2)
    at = saving_page()
    trainer.select(2)
    at.run().button(key="again").click().run()
    assert not at.exception and trainer.current.made_of == "" and trainer.current.recipe == trainer.find(2).recipe
