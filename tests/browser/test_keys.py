"""The arrow keys: → and ← turn the page wherever the focus is, unless it is where the arrows have work of their own."""
import pytest

pytestmark = pytest.mark.browser


def test_the_arrows_turn_the_page_after_a_choice_a_switch_and_a_typed_number_one_step_a_press(reader):
    reader.visit("step=S1")
    reader.page.get_by_text("trained", exact=True).click()
    reader.page.wait_for_function("location.search.includes('weights=trained')")
    reader.settle()
    there_and_back(reader, "A1")
    reader.switch("pictures")
    reader.wait_for_plot("gd.data[0].meta.mosaic")
    there_and_back(reader, "A1")
    reader.type("i", 23)
    there_and_back(reader, "A1")
    reader.type("batch", 2)
    there_and_back(reader, "A1")
    assert {"weights": "trained", "pictures": "1", "i": "23"}.items() <= reader.address.items()
    reader.choose("Mazur")
    reader.press("ArrowRight")
    assert reader.step == "S1"


def there_and_back(reader, step):
    start = reader.step
    reader.press("ArrowRight")
    assert reader.step == step
    reader.press("ArrowLeft")
    assert reader.step == start


def test_the_arrows_move_the_caret_of_a_number_and_choose_in_an_open_list(reader):
    reader.visit("step=S1&i=17")
    box = reader.field("i")
    box.click()
    for key in ("End", "ArrowLeft", "Backspace", "2", "ArrowRight", "ArrowRight", "ArrowLeft"):
        box.press(key)
    assert (box.input_value(), reader.step) == ("27", "S1")
    reader.moves(box.press, "Enter")
    assert (reader.address["i"], reader.step) == ("27", "S1")
    reader.page.wait_for_function("document.activeElement === document.body")
    reader.page.locator(".st-key-ui_net input").click()
    reader.page.get_by_role("option").first.wait_for()
    for key in ("ArrowRight", "ArrowLeft", "Escape"):
        reader.page.keyboard.press(key)
    reader.page.get_by_role("option").first.wait_for(state="hidden")
    assert reader.step == "S1"
    reader.press("ArrowRight")
    assert reader.step == "A1"


def test_the_space_bar_still_chooses_and_an_open_section_stays_open(reader):
    reader.visit("step=S1")
    reader.page.locator(".pane.shown .switches [name=pictures]").focus()
    reader.press("Space")
    assert reader.address["pictures"] == "1"
    reader.press("Space")
    assert reader.address["pictures"] == "0"
    table = reader.page.locator(".pane.shown .terms table")
    reader.page.locator(".pane.shown .terms summary").click()
    table.wait_for()
    reader.press("ArrowRight")
    assert not table.count()
    reader.press("ArrowRight")
    assert reader.step == "S2" and table.is_visible()


def test_what_is_read_on_demand_opens_over_the_page_once_and_the_arrows_stay_in_it(reader):
    reader.visit("step=S1")
    for name in ("Derivation", "In the source"):
        with reader.read_on(name) as dialog:
            assert dialog.get_by_text(name, exact=True).count()
            reader.page.keyboard.press("ArrowRight")
            reader.page.wait_for_timeout(300)
            assert reader.step == "S1"
        reader.press("ArrowRight")
        assert not dialog.count()
        reader.press("ArrowLeft")


def test_after_a_visit_to_another_page_every_press_counts_as_before(reader):
    reader.visit("step=S1")
    for _ in range(3):
        reader.press("ArrowRight")
    for page in ("Train", "Check"):
        at = reader.step
        reader.page.get_by_role("link", name=page, exact=True).click()
        reader.page.locator(".st-key-toolbar").wait_for(state="detached")
        reader.page.get_by_role("link", name="One batch").click()
        reader.page.locator(f".view[data-step={at}]").wait_for()
        reader.settle()
        there_and_back(reader, {"A2": "S3"}[at])
        reader.go_to("delta2")
        assert reader.step == "delta2"
        reader.go_to("A2")
