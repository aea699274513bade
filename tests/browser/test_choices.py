"""What a reader can change: the network, the batch, α, the colours, and how a step is shown."""
import json

import numpy as np
import pytest

from explainer.figures.theme import TEMPLATES

pytestmark = pytest.mark.browser


def test_another_network_and_another_batch_are_two_choices_away(reader, by_hand):
    reader.visit("step=S1&i=5&j=4")
    first, (strip, _) = reader.value, reader.thumbnails()
    reader.type("batch", 2)
    assert (reader.address["batch"], reader.step) == ("2", "S1")
    assert reader.value == pytest.approx(by_hand(batch=2)["S1"][5, 4], rel=2e-5) != first
    assert reader.thumbnails()[0] != strip
    reader.choose("Online sigmoid")
    assert reader.step == "X" and reader.address["net"] == "online" and "batch" not in reader.address
    assert list(reader.look()["map"]).count("S2") == 1 and "S3" not in reader.look()["map"]
    reader.choose("Mazur")
    assert reader.address["net"] == "mazur"


def test_the_slider_of_alpha_moves_where_the_step_ends_and_the_arrow_keys_stay_in_it(reader, by_hand):
    reader.visit("step=W2_new")
    after = "gd.data[1].y[1]"
    assert reader.plot(after, "details") == pytest.approx(by_hand()["E_new"], rel=1e-4)
    reader.page.locator(".pane.shown .alpha input").focus()
    reader.page.keyboard.press("ArrowLeft")
    reader.page.wait_for_function("new URLSearchParams(location.search).has('alpha')")
    reader.settle()
    alpha = float(reader.address["alpha"])
    assert 0 < alpha < .1 and reader.step == "W2_new"
    reader.wait_for_plot(f"Math.abs({after} / {by_hand(alpha=alpha)['E_new']} - 1) < 1e-4", "details")


def test_saturated_cells_are_marked_where_the_slope_is_small(reader, by_hand):
    reader.visit("weights=trained&step=delta1")
    assert not reader.plot("gd.data.some((t) => t.meta?.quiet)")
    reader.switch("marked")
    reader.wait_for_plot("gd.data.some((t) => t.meta?.quiet)")
    z = reader.plot("JSON.stringify(gd.data.find((t) => t.meta?.quiet).z.map((row) => Array.from(row)))")
    marked = np.array(json.loads(z), float)
    assert reader.address["marked"] == "1"
    assert ((marked == 1) == (by_hand(trained=True)["slope1"] < .02)).mean() > .999
    assert 100 < (marked == 1).sum() < 6300


def test_weights_as_images_are_tiles_and_a_click_on_one_selects_its_unit(reader, by_hand):
    reader.visit("step=S1&i=5&j=4")
    reader.switch("pictures")
    reader.wait_for_plot("gd.data[0].meta.mosaic")
    reader.settle()
    across = (reader.plot("gd.data[0].z[0].length") + 1) // 29
    row, column = 29 * (10 // across) + 14, 29 * (10 % across) + 20
    name = reader.plot("gd.data[0].name")
    row, column = reader.click(name, row, column)
    assert reader.address["j"] == "10"
    assert reader.address["p"] == str(28 * (row % 29) + column % 29)
    assert reader.value == pytest.approx(by_hand()["S1"][5, 10], rel=2e-5)


def test_the_pictures_follow_the_light_and_the_dark_scheme_while_the_page_is_open(reader):
    reader.page.emulate_media(color_scheme="dark")
    reader.visit("step=S1")
    looks_like(reader, "dark")
    turn(reader, "light")
    looks_like(reader, "light")
    reader.page.evaluate("""() => { const gone = window.gone = document.querySelector(".pane.shown .stage .plot")
      window.then = gone._fullLayout }""")
    reader.choose("Mazur")
    turn(reader, "dark")
    # not repainted
    assert reader.page.evaluate("!gone.isConnected && (!gone._fullLayout || gone._fullLayout === window.then)")
    reader.choose("Four sigmoid")
    reader.go_to("S1")
    looks_like(reader, "dark")


def turn(reader, mode):
    reader.page.emulate_media(color_scheme=mode)
    reader.wait_for_plot(f"gd._fullLayout.font.color === {TEMPLATES[mode]['layout']['font']['color']!r}")


def looks_like(reader, mode):
    template, page = TEMPLATES[mode]["layout"], reader.page
    assert reader.plot("gd._fullLayout.font.color") == template["font"]["color"]
    scales = reader.plot("Object.fromEntries(gd._fullData.filter((t) => t.name).map((t) => [t.name, t.colorscale]))")
    assert scales["S¹"] == [list(stop) for stop in template["colorscale"]["diverging"]]
    assert scales["X"] == [list(stop) for stop in template["colorscale"]["sequential"]]
    r, g, b = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]'))"
                            ".backgroundColor.match(/\\d+/g).map(Number)")[:3]
    assert (r + g + b < 384) == (mode == "dark")
