"""The arrow keys: → and ← turn the page wherever the focus is, unless it is where the arrows have work of their own."""
import pytest

pytestmark = pytest.mark.browser


def test_the_arrows_turn_the_page_after_a_choice_a_switch_and_a_typed_number_one_step_a_press(reader):
    reader.visit("step=S1")
    reader.page.get_by_text("numbers", exact=True).click()
    reader.page.wait_for_function("location.search.includes('view=numbers')")
    reader.settle()
    there_and_back(reader, "A1")
    reader.page.get_by_text("trained", exact=True).click()
    reader.page.wait_for_function("location.search.includes('weights=trained')")
    reader.settle()
    there_and_back(reader, "A1")
    reader.switch("pictures")
    reader.wait_for_plot("gd.data[0].meta.mosaic")
    reader.settle()
    there_and_back(reader, "A1")
    reader.type("i", 23)
    there_and_back(reader, "A1")
    reader.type("batch", 2)
    there_and_back(reader, "A1")
    assert {"view": "numbers", "weights": "trained", "pictures": "1", "i": "23"}.items() <= reader.address.items()
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
    box = reader.page.locator(".st-key-ui_i input")
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
    reader.page.get_by_role("radio", name="numbers").focus()
    reader.page.keyboard.press("Space")
    reader.page.wait_for_function("location.search.includes('view=numbers')")
    reader.settle()
    reader.unfold("source")
    reader.press("ArrowRight")
    reader.press("ArrowRight")
    assert reader.step == "S2" and reader.page.locator(".st-key-source details").get_attribute("open") is not None
