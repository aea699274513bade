"""Every colour of ours can be told from what it stands on, by the formula of the Web Content Accessibility Guidelines.

Text is asked for a contrast of 4.5 to 1 (success criterion 1.4.3), what is drawn for 3 to 1 (1.4.11).
Source of the formula: WCAG 2.2, "contrast ratio" and "relative luminance".
"""
import itertools
import tomllib
from pathlib import Path

import pytest

from explainer.components.mount import symbols_on_dark
from explainer.figures.theme import (
    ACCENT,
    BACKGROUND,
    BAR,
    HOVER,
    ON_PRIMARY,
    OPERATOR,
    PANEL,
    QUIET,
    ROLES,
    RUNS,
    SYMBOLS,
    TEMPLATES,
    TEXT,
    as_browsers_write,
)

THEMES = ("light", "dark")
CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def channels(colour):
    return [int(colour[n:n + 2], 16) for n in (1, 3, 5)]


def luminance(colour):
    linear = [c / 12.92 if c <= .04045 else ((c + .055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(colour))]
    return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + .05) / (dark + .05)


def faded(colour, ground, opacity):
    """The colour that is seen of one with this opacity on this ground."""
    return "#" + "".join(f"{round(c * opacity + g * (1 - opacity)):02x}"
                         for c, g in zip(channels(colour), channels(ground)))


@pytest.mark.parametrize("one, other, ratio", [     # as WebAIM's contrast checker has them
    ("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#767676", "#ffffff", 4.54), ("#777777", "#ffffff", 4.48),
    ("#0000ff", "#ffffff", 8.59), ("#ff0000", "#ffffff", 4.00),
])
def test_the_formula_is_the_one_of_the_guidelines(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=.005)


@pytest.mark.parametrize("n, theme", [(0, "light"), (1, "dark")])
@pytest.mark.parametrize("role", SYMBOLS)
def test_a_symbol_can_be_read_on_both_themes(role, n, theme):
    assert contrast(SYMBOLS[role][n], BACKGROUND[theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_also_where_it_is_quiet(theme):
    for ground in (BACKGROUND[theme], PANEL[theme]):
        assert contrast(TEXT[theme], ground) >= 4.5
        assert contrast(faded(TEXT[theme], ground, QUIET), ground) >= 4.5
        for pair in (OPERATOR, ACCENT):
            assert contrast(pair[THEMES.index(theme)], ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_what_stands_in_and_over_a_figure_can_be_read(theme):
    layout = TEMPLATES[theme]["layout"]
    assert contrast(layout["font"]["color"], BACKGROUND[theme]) >= 4.5
    assert contrast(layout["annotationdefaults"]["font"]["color"], BACKGROUND[theme]) >= 4.5
    assert contrast(layout["hoverlabel"]["font"]["color"], layout["hoverlabel"]["bgcolor"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_bars_curves_and_marks_can_be_seen(theme):
    for colour in (*BAR.values(), *RUNS, HOVER):
        assert contrast(colour, BACKGROUND[theme]) >= 3, colour


def test_what_stands_on_the_primary_colour_can_be_read():
    theme = tomllib.loads(CONFIG.read_text())["theme"]
    for primary in (theme["primaryColor"], theme["dark"]["primaryColor"]):
        assert contrast(ON_PRIMARY, primary) >= 4.5


def test_no_two_symbols_share_a_colour_but_the_function_and_its_slope():
    same = {(a, b) for a, b in itertools.combinations(SYMBOLS, 2) if set(SYMBOLS[a]) & set(SYMBOLS[b])}
    assert same == {("activation", "slope")}


def test_a_colour_is_spelled_as_browsers_do():
    assert as_browsers_write("#2878b6") == "rgb(40, 120, 182)"


@pytest.mark.parametrize("role", SYMBOLS)
def test_the_pages_style_knows_a_symbols_colour_in_both_spellings_and_its_fellow(role):
    light, dark = SYMBOLS[role]
    assert ROLES[role] == light
    for of in ("color", "fill", "stroke"):
        rule, = (line for line in symbols_on_dark().splitlines() if f'"{of}:{light}"' in line)
        assert f'"{of}: {as_browsers_write(light)}"' in rule
        assert f"{of}: light-dark({light}, {dark})" in rule
