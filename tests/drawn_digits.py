"""Digits drawn stroke by stroke, as people draw them on the pad: no fonts, no pixels of MNIST, no network asked.

A hand writes each variant of a digit in each category; everything that varies comes from its seed. Handwriting is
given as points (x right, y down, in a unit square) that the pen passes smoothly; a point given twice is a corner.
"""
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

FINE = 4    # drawn this many times larger, then reduced: the edges of the pad's strokes are smooth, too


@dataclass(frozen=True)
class Drawing:
    digit: int
    variant: str
    category: str
    image: Image.Image      # mode L, 280×280 or 140×140; black on white or white on black


SHAPES = {      # digit: {variant: strokes}
    0: {"round": [[(.52, .04), (.30, .12), (.17, .40), (.20, .72), (.40, .95), (.64, .92), (.82, .66), (.81, .30),
                   (.66, .08), (.50, .05)]],
        "narrow": [[(.56, .03), (.40, .12), (.31, .42), (.32, .75), (.46, .97), (.62, .86), (.69, .52), (.65, .17),
                    (.54, .04)]],
        "overshot": [[(.63, .10), (.42, .05), (.22, .25), (.16, .58), (.32, .92), (.58, .94), (.79, .68), (.80, .34),
                      (.64, .09), (.46, .10)]]},
    1: {"bar": [[(.53, .03), (.51, .35), (.50, .68), (.48, .97)]],
        "serif": [[(.34, .24), (.45, .15), (.55, .03), (.55, .03), (.54, .40), (.53, .97)]],
        "serif and foot": [[(.35, .22), (.46, .14), (.54, .04), (.54, .04), (.53, .45), (.53, .95)],
                           [(.34, .95), (.53, .95), (.73, .94)]],
        "leaning": [[(.64, .03), (.56, .35), (.46, .68), (.38, .97)]]},
    2: {"open": [[(.22, .24), (.34, .07), (.58, .05), (.74, .21), (.66, .45), (.45, .70), (.22, .94), (.22, .94),
                  (.50, .93), (.81, .92)]],
        "looped": [[(.22, .22), (.40, .05), (.66, .09), (.72, .30), (.56, .60), (.33, .88), (.19, .92), (.20, .80),
                    (.36, .79), (.56, .91), (.82, .88)]],
        "swan": [[(.24, .28), (.32, .09), (.54, .04), (.70, .18), (.64, .42), (.42, .72), (.24, .91), (.24, .91),
                  (.42, .86), (.62, .94), (.80, .86)]]},
    3: {"round": [[(.26, .16), (.46, .04), (.68, .13), (.66, .34), (.43, .46), (.43, .46), (.68, .54), (.76, .75),
                   (.56, .95), (.33, .94), (.20, .82)]],
        "looped": [[(.27, .14), (.48, .04), (.69, .14), (.66, .34), (.48, .45), (.40, .46), (.48, .47), (.70, .57),
                    (.75, .77), (.56, .95), (.24, .87)]],
        "flat top": [[(.24, .06), (.48, .06), (.72, .05), (.72, .05), (.58, .23), (.44, .40), (.44, .40), (.68, .47),
                      (.77, .68), (.64, .91), (.40, .95), (.21, .84)]]},
    4: {"open": [[(.28, .05), (.23, .30), (.20, .54), (.20, .54), (.48, .55), (.80, .53)],
                 [(.67, .07), (.65, .50), (.63, .97)]],
        "closed": [[(.60, .04), (.40, .30), (.16, .64), (.16, .64), (.48, .65), (.84, .64)],
                   [(.60, .04), (.60, .50), (.59, .97)]],
        "one line": [[(.30, .06), (.24, .32), (.28, .52), (.48, .55), (.66, .40), (.71, .08), (.71, .08), (.67, .50),
                      (.61, .97)]],
        "angular": [[(.36, .04), (.27, .28), (.16, .57), (.16, .57), (.46, .58), (.84, .57)],
                    [(.60, .33), (.58, .64), (.56, .97)]]},
    5: {"hat": [[(.31, .07), (.28, .25), (.25, .45), (.25, .45), (.47, .38), (.70, .48), (.75, .72), (.58, .93),
                 (.34, .95), (.19, .85)],
                [(.31, .07), (.52, .06), (.76, .05)]],
        "one line": [[(.76, .06), (.54, .06), (.33, .08), (.33, .08), (.30, .25), (.27, .44), (.27, .44), (.49, .39),
                      (.70, .51), (.73, .74), (.56, .94), (.22, .89)]],
        "curved": [[(.73, .08), (.50, .08), (.35, .14), (.29, .31), (.37, .43), (.56, .49), (.69, .64), (.64, .85),
                    (.44, .95), (.22, .90)]]},
    6: {"curved": [[(.66, .04), (.43, .20), (.27, .48), (.24, .76), (.41, .95), (.64, .90), (.72, .70), (.56, .54),
                    (.36, .61), (.26, .76)]],
        "straight": [[(.52, .03), (.38, .30), (.28, .60), (.31, .86), (.50, .96), (.68, .86), (.68, .68), (.52, .58),
                      (.36, .65), (.29, .77)]],
        "hooked": [[(.74, .14), (.58, .05), (.38, .17), (.25, .45), (.24, .75), (.42, .95), (.66, .88), (.73, .68),
                    (.58, .52), (.36, .58), (.25, .72)]]},
    7: {"plain": [[(.20, .08), (.48, .08), (.78, .07), (.78, .07), (.63, .38), (.51, .66), (.43, .97)]],
        "barred": [[(.21, .08), (.48, .08), (.78, .07), (.78, .07), (.63, .38), (.51, .66), (.43, .97)],
                   [(.36, .50), (.56, .49), (.75, .47)]],
        "serif": [[(.21, .22), (.23, .08), (.23, .08), (.50, .09), (.78, .06), (.78, .06), (.64, .34), (.53, .64),
                   (.48, .97)]],
        "curved": [[(.20, .13), (.42, .07), (.66, .08), (.76, .18), (.66, .45), (.55, .70), (.49, .97)]]},
    8: {"s first": [[(.68, .15), (.48, .04), (.31, .17), (.40, .38), (.60, .54), (.70, .76), (.52, .96), (.31, .85),
                     (.34, .64), (.53, .44), (.70, .28), (.67, .12)]],
        "two circles": [[(.50, .05), (.33, .14), (.33, .34), (.50, .45), (.67, .34), (.67, .15), (.50, .05)],
                        [(.50, .45), (.29, .58), (.27, .82), (.49, .96), (.73, .83), (.71, .58), (.51, .45)]],
        "open top": [[(.69, .10), (.47, .05), (.33, .19), (.44, .40), (.62, .58), (.67, .80), (.49, .95), (.31, .82),
                      (.38, .59), (.57, .39), (.75, .15)]]},
    9: {"straight": [[(.68, .14), (.48, .05), (.29, .18), (.30, .40), (.49, .48), (.65, .34), (.70, .10), (.70, .10),
                      (.68, .52), (.66, .97)]],
        "curved": [[(.69, .17), (.52, .05), (.31, .16), (.28, .38), (.45, .49), (.64, .36), (.70, .13), (.71, .42),
                    (.66, .76), (.49, .95), (.29, .90)]],
        "leaning": [[(.70, .13), (.50, .04), (.33, .17), (.31, .37), (.46, .45), (.62, .33), (.72, .08), (.72, .08),
                     (.64, .50), (.50, .97)]]}}

# category: (height of the digit, width of the pen, farthest from the middle, slant, shake), the first three as shares
# of the pad’s side; the slant as (least, most) x for each y, either way; the shake as a standard deviation of a point.
# One pen for all but thick and thin, as on the pad.
PEN, UPRIGHT, STEADY = .07, (0, .12), .013
CATEGORIES = {"centred": (.68, PEN, .02, UPRIGHT, STEADY), "off-centre": (.50, PEN, .22, UPRIGHT, STEADY),
              "small": (.32, PEN, .15, UPRIGHT, STEADY), "large": (.90, PEN, .01, UPRIGHT, STEADY),
              "thick": (.70, .12, .04, UPRIGHT, STEADY), "thin": (.66, .03, .04, UPRIGHT, STEADY),
              "slanted": (.66, PEN, .04, (.25, .45), STEADY), "hasty": (.66, PEN, .04, (0, .25), .035)}


def drawings(hand=0):
    """Return a Drawing of every variant in every category by this hand, a seed."""
    return [Drawing(digit, variant, category, _drawn(strokes, CATEGORIES[category], _rng(hand, digit, n, k)))
            for digit, variants in SHAPES.items() for n, (variant, strokes) in enumerate(variants.items())
            for k, category in enumerate(CATEGORIES)]


def path(points, steps=12):
    """Return (n, 2) points along the smooth curve through all points (Catmull and Rom 1974)."""
    p = np.asarray(points, float)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, steps)[:, None, None]
    a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
    curve = .5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2 + (3 * b - a - 3 * c + d) * t ** 3)
    return curve.swapaxes(0, 1).reshape(-1, 2)


def ink(strokes, side, width):
    """Return an L image of side×side, white on black, of strokes in pixels drawn with a round pen."""
    fine, radius = Image.new("L", (side * FINE, side * FINE)), width * FINE / 2
    pen = ImageDraw.Draw(fine)
    for stroke in strokes:
        points = stroke * FINE
        pen.line([tuple(point) for point in points], 255, round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return fine.resize((side, side), Image.Resampling.BOX)


def _rng(*seed):
    return np.random.default_rng(seed)


def _drawn(strokes, category, rng):
    """Return one drawing: the strokes as this hand varies them, on paper or on a blackboard."""
    height, width, astray, slant, shake = category
    side = int(rng.choice([140, 280]))
    strokes = _placed([path(stroke) for stroke in _by_hand(strokes, slant, shake, rng)], height, astray, rng)
    drawn = ink([stroke * side for stroke in strokes], side, max(2, width * side * rng.uniform(.85, 1.15)))
    return drawn if rng.random() < .5 else drawn.point(lambda value: 255 - value)


def _by_hand(strokes, slant, shake, rng):
    """Return the strokes shaken, narrowed or widened, slanted and turned; a corner, given twice, stays one corner."""
    turn = np.radians(np.clip(rng.normal(0, 5), -12, 12))
    lean = rng.uniform(*slant) * (1 if rng.random() < .8 else -1)      # most people lean to the right
    change = (np.diag([rng.uniform(.85, 1.15), 1]) @ np.array([[1, 0], [-lean, 1]])
              @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]))
    shaken = []
    for stroke in strokes:
        moved = {point: rng.normal(0, shake, 2) for point in stroke}
        shaken.append(np.array([point + moved[point] for point in stroke]) @ change)
    return shaken


def _placed(strokes, height, astray, rng):
    """Return the strokes `height` high on the unit pad, their middle at most `astray` from its middle on each axis."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = height * rng.uniform(.92, 1.05) / max(high - low)
    middle = .5 + rng.uniform(-astray, astray, 2)
    return [(stroke - (low + high) / 2) * size + middle for stroke in strokes]
