"""What is seen in light, in dark and in forced colours: the same, and never nothing."""
import io

import numpy as np
import pytest
from PIL import Image

from explainer.figures.theme import BACKGROUND, PANEL, SYMBOLS, TEXT
from tests.browser.test_draw import DIGITS, Pad
from tests.explainer.test_theme import channels, contrast

pytestmark = pytest.mark.browser
THEMES = ("light", "dark")

# The colours that symbols have: in formulas, over the matrices, and of the lines of the small chart.
SYMBOLS_SEEN = """() => {
  const coloured = (where, of) => [...document.querySelectorAll(where)].map((e) => getComputedStyle(e)[of])
  return {
    formulas: coloured(".katex [style*='color:']", "color"),
    names: coloured(".pane.shown .g-gtitle tspan[style*=fill], .pane.shown .annotation-text tspan[style*=fill]",
                    "fill"),
  }
}"""


def rgb(text):
    """(red, green, blue) of a colour as browsers write it."""
    return tuple(int(part) for part in text[text.index("(") + 1:-1].split(",")[:3])


def hexadecimal(colour):
    return "#" + "".join(f"{round(c):02x}" for c in colour[:3])


def painted(page, locator):
    """(h, w, 3) what is really on the screen there, also while what stands there is being drawn anew."""
    place = locator.evaluate("""(e) => {
      e.scrollIntoView({ block: "nearest", inline: "nearest" })
      const { x, y, width, height } = e.getBoundingClientRect()
      return { x, y, width, height }
    }""")
    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=place))).convert("RGB")).astype(int)


def apart(pixels):
    """The contrast of the darkest with the lightest pixel."""
    grey = pixels @ (.2126, .7152, .0722)
    ends = [pixels[np.unravel_index(at, grey.shape)] for at in (grey.argmin(), grey.argmax())]
    return contrast(*map(hexadecimal, ends))


def dressed(reader, **media):
    """Change what the system asks for, while the page is open."""
    reader.page.emulate_media(**media)
    reader.page.wait_for_timeout(400)


def test_a_symbol_has_its_themes_colour_also_when_the_theme_changes(reader):
    reader.visit("step=dW2")
    for theme in ("light", "dark", "light"):
        dressed(reader, color_scheme=theme)
        allowed = {tuple(channels(pair[THEMES.index(theme)])) for pair in SYMBOLS.values()}
        seen = reader.page.evaluate(SYMBOLS_SEEN)
        assert len(set(seen["formulas"])) >= 3 and len(set(seen["names"])) >= 2
        for where, colours in seen.items():
            assert set(map(rgb, colours)) <= allowed, (theme, where)


def test_the_grounds_that_contrast_is_reckoned_on_are_streamlits(reader):
    reader.visit()
    for theme in THEMES:
        dressed(reader, color_scheme=theme)
        style = reader.page.evaluate("""() => {
          const style = getComputedStyle(document.querySelector(".figures"))
          return ["background", "secondary-background", "text"].map((n) => style.getPropertyValue(`--st-${n}-color`))
        }""")
        assert [c.lower() for c in style] == [BACKGROUND[theme], PANEL[theme], TEXT[theme]]


def test_the_ink_stays_when_the_theme_changes(reader):
    pad = Pad(reader)
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    ink, board = pad.ink, pad.page.locator(".pad .board")
    for media in ({"color_scheme": "dark"}, {"color_scheme": "light"}, {"forced_colors": "active"},
                  {"color_scheme": "dark"}):
        dressed(reader, **media)
        assert pad.ink == ink
        inside = painted(pad.page, board)[12:-12, 12:-12]
        assert apart(inside) >= 7, media
        ground, share = np.unique(inside.reshape(-1, 3), axis=0, return_counts=True)
        assert .8 < share.max() / share.sum() < .99     # mostly board, and some of it is ink


@pytest.mark.parametrize("scheme", THEMES)
def test_forced_colours_leave_ticks_scales_thumbnails_and_the_maps_state(reader, scheme):
    dressed(reader, forced_colors="active", color_scheme=scheme)
    reader.visit("step=dW2")
    page = reader.page
    for tick in page.locator(".pane.shown .stage .ytick text").all()[:3]:
        assert apart(painted(page, tick)) >= 4.5
    scale = painted(page, page.locator(".pane.shown .legend i").first)[3:-3, 3:-3]
    assert len(np.unique(scale.reshape(-1, 3), axis=0)) > 20
    assert apart(painted(page, page.locator(".pane.shown .details .figure").first)) >= 4.5
    assert reader.thumbnails()[1] > 100
    looks = {state: page.locator(f".map .{state}").first.evaluate(
        "(e) => { const s = getComputedStyle(e); return [s.backgroundColor, s.borderTopWidth].join() }")
        for state in ("done", "current", "coming") if page.locator(f".map .{state}").count()}
    assert len(set(looks.values())) == len(looks) == 3


@pytest.mark.parametrize("scheme", THEMES)
def test_forced_colours_leave_the_bars_and_what_is_chosen_on_the_draw_page(reader, scheme):
    dressed(reader, forced_colors="active", color_scheme=scheme)
    pad = Pad(reader)
    pad.mouse(DIGITS[1][0])
    pad.reads(1)
    pad.say(1)
    page = pad.page
    assert apart(painted(page, page.locator(".bars .answer i"))) >= 3
    for chosen, other in ((".st-key-ui_label [aria-checked=true]", ".st-key-ui_label [aria-checked=false]"),
                          (".pad [data-do=brush]", ".pad [data-do=eraser]")):
        looks = [painted(page, page.locator(which).last) for which in (chosen, other)]
        assert all(apart(look) >= 4.5 for look in looks)
        assert contrast(*(hexadecimal(look[5, 6]) for look in looks)) >= 3      # near a corner is no text
    page.mouse.move(5, 300)
    switch = page.locator(".st-key-ui_prepared label > span + div")
    assert apart(painted(page, switch)) >= 3
    on = painted(page, switch)
    page.locator(".st-key-ui_prepared label").click()
    pad.settle()
    page.mouse.move(5, 300)
    page.wait_for_timeout(400)
    assert np.abs(painted(page, switch) - on).max() > 100       # and off looks otherwise


# Each number in a cell: its colour, and a spot in the cell beside it.
NUMBERS = """() => [...document.querySelectorAll(".pane.shown .stage .heatmap-label")].map((label) => {
  const { left, top, width } = label.getBoundingClientRect()
  return [getComputedStyle(label.querySelector("text")).fill, Math.round(left + width / 2), Math.round(top - 4)]
})"""


@pytest.mark.parametrize("theme", THEMES)
def test_every_number_in_a_cell_stands_out_from_the_colour_of_its_cell(reader, theme):
    """WCAG asks for 4.5 to 1; the cell's colour is what is really on the screen just above the number."""
    reader.visit("net=xor&step=X&guide=0")
    dressed(reader, color_scheme=theme)
    for step in ("dW1", "A2", "W1_new"):
        reader.go_to(step)
        reader.stand_still()
        screen = np.asarray(Image.open(io.BytesIO(reader.page.screenshot())).convert("RGB")).astype(int)
        numbers = reader.page.evaluate(NUMBERS)
        assert len(numbers) >= 8
        for fill, x, y in numbers:
            assert contrast(hexadecimal(rgb(fill)), hexadecimal(screen[y, x])) >= 4.5, (step, fill, screen[y, x])


def test_in_forced_colours_the_map_and_the_selection_are_seen(reader):
    reader.visit("net=deep&step=A2&i=3&j=4&guide=0")
    dressed(reader, forced_colors="active")
    reader.stand_still()
    page = reader.page
    ground = {name: page.evaluate("(k) => getComputedStyle(document.querySelector(`.view .map .${k}`)).backgroundColor",
                                  name) for name in ("done", "current", "coming")}
    assert len(set(ground.values())) == 3
    legend = painted(page, page.locator(".pane.shown .legend i").first)
    assert apart(legend) > 3
    lines = page.evaluate("""() => [...document.querySelectorAll(".pane.shown .stage .shapelayer path")]
      .map((e) => getComputedStyle(e).stroke)""")
    assert len(lines) >= 2 and any(contrast(hexadecimal(rgb(line)), "#ffffff") > 4.5 for line in lines)
