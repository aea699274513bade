"""Photos of handwritten digits, made by code: a sheet with its print, a pen, a table, a light, and a phone's camera.

The handwriting is that of tests/drawn_digits.py, a new hand for each photo. Everything that varies comes from the seed.
"""
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.drawn_digits import SHAPES, STEADY, UPRIGHT, _by_hand, path

SHEET = 900     # pixels of the sheet's side, before the camera sees it
PENS = {        # (least, most) width, of the digit's height; (least, most) grey of its ink; how much it covers
    "pen": ((.045, .09), (15, 50), 1), "thin": ((.012, .028), (15, 50), 1), "pencil": ((.03, .055), (70, 110), .75),
    "marker": ((.11, .17), (10, 40), 1), "blue": ((.04, .07), (25, 60), 1)}


@dataclass(frozen=True)
class Photo:
    digits: tuple           # from left to right; empty: there is none
    category: str
    content: bytes          # of the file

    @property
    def image(self):
        return Image.open(io.BytesIO(self.content))


def photos(seed, times=3):
    """Return Photos of every digit in every category, `times` each; as many of several digits, and of none."""
    made = []
    for n, (name, make) in enumerate(CATEGORIES.items()):
        for digit in range(10):
            for k in range(times):
                made.append(make(name, digit, np.random.default_rng((seed, n, digit, k))))
    return made


# What lies on the table

def _paper(rng, light=True):
    """Return an RGB sheet with its grain."""
    tint = rng.choice([(236, 232, 224), (245, 245, 243), (228, 222, 205), (250, 240, 150), (222, 228, 236)],
                      p=[.35, .35, .1, .1, .1])
    grain = rng.normal(0, 2.5, (SHEET // 3, SHEET // 3, 1)).repeat(3, axis=0).repeat(3, axis=1)
    return np.clip(tint + grain, 0, 255) * np.ones(3)


def _line(sheet, start, end, colour, width, rng):
    """Draw a line on the sheet, in place, and return it."""
    thick = max(1, round(width))
    left, top = (max(0, int(min(ends)) - thick - 2) for ends in zip(start, end))
    right, bottom = (min(SHEET, int(max(ends)) + thick + 3) for ends in zip(start, end))
    mask, share = Image.new("L", (max(1, right - left), max(1, bottom - top))), rng.uniform(.75, 1)
    ImageDraw.Draw(mask).line([(x - left, y - top) for x, y in (start, end)], 255, thick)
    part = sheet[top:bottom, left:right]
    cover = np.asarray(mask)[:part.shape[0], :part.shape[1], None] / 255 * share
    part[:] = part * (1 - cover) + np.array(colour) * cover
    return sheet


def _ruled(sheet, rng, seen):
    """`seen` is the part of the sheet's side that the camera sees: lines are so many a photo, not a sheet."""
    colour, gap = rng.choice([(150, 180, 220), (120, 150, 200), (165, 165, 170)]), seen * rng.uniform(.06, .13) * SHEET
    for y in np.arange(rng.uniform(0, gap), SHEET, gap):
        sheet = _line(sheet, (0, y), (SHEET, y), colour, seen * rng.uniform(2.5, 4.5), rng)
    if rng.random() < .6:
        x = SHEET * (.5 - seen * rng.uniform(.25, .4))
        sheet = _line(sheet, (x, 0), (x, SHEET), (225, 110, 110), seen * rng.uniform(2.5, 4.5), rng)
    return sheet


def _squared(sheet, rng, seen):
    colour, gap = rng.choice([(150, 180, 220), (160, 160, 170), (150, 200, 170)]), seen * rng.uniform(.05, .09) * SHEET
    for at in np.arange(rng.uniform(0, gap), SHEET, gap):
        sheet = _line(sheet, (0, at), (SHEET, at), colour, seen * 3, rng)
        sheet = _line(sheet, (at, 0), (at, SHEET), colour, seen * 3, rng)
    return sheet


def _boxed(sheet, rng, box):
    left, top, right, bottom = box
    colour, width = (rng.uniform(20, 110),) * 3, rng.uniform(2.5, 7)
    for start, end in (((left, top), (right, top)), ((right, top), (right, bottom)), ((right, bottom), (left, bottom)),
                       ((left, bottom), (left, top))):
        sheet = _line(sheet, start, end, colour, width, rng)
    return sheet


def _written(sheet, digit, middle, height, pen, rng):
    """Return the sheet with a digit written on it, `middle` and `height` in pixels."""
    (least, most), tones, cover = PENS[pen]
    variants = list(SHAPES[digit].values())
    strokes = [path(stroke, 24) for stroke in _by_hand(variants[rng.integers(len(variants))], UPRIGHT, STEADY, rng)]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, mask = max(1.5, height * rng.uniform(least, most)), Image.new("L", (SHEET, SHEET))
    draw = ImageDraw.Draw(mask)
    for stroke in strokes:
        at = (stroke - (low + high) / 2) * height / max(high - low) + middle
        pressure = 1 + .15 * np.sin(np.linspace(0, rng.uniform(2, 9), len(at)) + rng.uniform(0, 6))
        for (x, y), (x1, y1), each in zip(at, at[1:], pressure):
            r = width * each / 2
            draw.line((x, y, x1, y1), 255, max(1, round(2 * r)))
            draw.ellipse((x - r, y - r, x + r, y + r), 255)
    ink = np.asarray(mask, float) / 255 * cover
    if pen == "pencil":
        ink = ink * np.clip(rng.normal(.85, .25, ink.shape), .2, 1)
    tone = np.full(3, rng.uniform(*tones))
    if pen == "blue":
        tone = tone + (0, rng.uniform(0, 30), rng.uniform(70, 130))
    return sheet * (1 - ink[:, :, None]) + tone * ink[:, :, None]


def _desk(size, rng):
    """Return an RGB table top: plain, or wood with its grain, darker than paper."""
    width, height = size
    colour = np.array([(58, 42, 32), (30, 30, 34), (110, 72, 45), (72, 78, 84), (135, 98, 66)][rng.integers(5)], float)
    y, x = np.mgrid[:height, :width]
    grain = np.sin((y + 12 * np.sin(x / rng.uniform(60, 140))) / rng.uniform(4, 16)) * rng.uniform(0, .16)
    return np.clip(colour * (1 + grain[:, :, None]) + rng.normal(0, 3, (height, width, 1)), 0, 255)


# Light and camera

def _light(size, rng, uneven=.2):
    width, height = size
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    turn = rng.uniform(0, 2 * np.pi)
    return rng.uniform(.78, .98) * (1 + uneven * rng.uniform(.2, 1) * (np.cos(turn) * x + np.sin(turn) * y) / 1.4
                                    - .1 * rng.random() * (x * x + y * y))


def _shadow(size, rng):
    """Return what is left of the light where a hard shadow falls over the middle."""
    width, height = size
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    turn, soft = rng.uniform(0, 2 * np.pi), rng.uniform(.01, .05)
    away = (np.cos(turn) * x + np.sin(turn) * y - rng.uniform(-.25, .25)) / soft
    return 1 - rng.uniform(.3, .58) / (1 + np.exp(-np.clip(away, -50, 50)))


def _glare(size, rng):
    width, height = size
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    at = rng.uniform(-.7, .7, 2)
    return rng.uniform(60, 200) * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / rng.uniform(.06, .2))


def _sheet_corners(size, seen, rng):
    """Return where the sheet's corners lie in the photo: `seen` of its side fills the photo's shorter side."""
    width, height = size
    half, turn = min(size) / seen / 2, np.radians(rng.normal(0, 3))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    tilt = rng.uniform(-.05, .05, (4, 2)) * 2 * half * min(1, seen + .3)
    turned = (corners + tilt) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return turned + (width / 2, height / 2)


def _perspective(corners):
    """Return the eight coefficients that Pillow takes to find a photo's pixel on the sheet."""
    sheet, rows = np.array([(0, 0), (SHEET, 0), (SHEET, SHEET), (0, SHEET)], float), []
    for (x, y), (u, v) in zip(corners, sheet):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return np.linalg.solve(np.array(rows), sheet.ravel())


def _photographed(sheet, seen, rng, desk=False, shadow=False, glare=False):
    """Return the JPEG that a phone makes of the sheet."""
    size = tuple(int(side) for side in rng.choice([(640, 480), (480, 640), (560, 560)]))
    how = size, Image.Transform.PERSPECTIVE, _perspective(_sheet_corners(size, seen, rng)), Image.Resampling.BICUBIC
    picture = np.asarray(Image.fromarray(np.uint8(np.clip(sheet, 0, 255))).transform(*how), float)
    there = np.asarray(Image.new("L", (SHEET, SHEET), 255).transform(*how), float)[:, :, None] / 255
    picture = picture * there + (_desk(size, rng) if desk else sheet.mean(axis=(0, 1))) * (1 - there)
    picture = picture * (_light(size, rng) * (_shadow(size, rng) if shadow else 1))[:, :, None]
    picture = picture * rng.uniform(.95, 1.05, 3) + (_glare(size, rng)[:, :, None] if glare else 0)
    blurred = Image.fromarray(np.uint8(np.clip(picture, 0, 255))).filter(
        ImageFilter.GaussianBlur(rng.uniform(.4, 1.2)))
    noise = rng.normal(0, rng.uniform(1.5, 5), (size[1], size[0], 1)) + rng.normal(0, 1.5, (size[1], size[0], 3))
    file = io.BytesIO()
    Image.fromarray(np.uint8(np.clip(np.asarray(blurred) + noise, 0, 255))).save(
        file, "JPEG", quality=int(rng.integers(45, 93)))
    return file.getvalue()


# The categories

def _one(pen="pen", printed=None, desk=False, **light):
    """Return what makes a photo of one digit, written with a pen on a sheet with or without print."""
    def make(name, digit, rng):
        seen = rng.uniform(1.15, 1.45) if desk else rng.uniform(.55, .8)
        part = min(seen, .95)
        height = SHEET * part * rng.uniform(.35, .65)
        middle = SHEET / 2 + rng.uniform(-.1, .1, 2) * SHEET * part
        sheet = _paper(rng)
        if printed is _boxed:
            side = rng.uniform(.62, .85) * height
            sheet = _boxed(sheet, rng, (*(middle - side), *(middle + side)))
        elif printed is not None:
            sheet = printed(sheet, rng, part)
        kind = pen if isinstance(pen, str) else pen[rng.integers(len(pen))]
        return Photo((digit,), name, _photographed(_written(sheet, digit, middle, height, kind, rng), seen, rng, desk,
                                                   **light))
    return make


def _several(name, first, rng):
    """Two to four digits in a row."""
    digits = (first, *(int(digit) for digit in rng.integers(0, 10, rng.integers(1, 4))))
    seen, sheet = rng.uniform(.7, .9), _paper(rng)
    pitch = SHEET * seen * .8 / max(len(digits), 3)
    height = pitch * rng.uniform(.85, 1.1)
    for n, digit in enumerate(digits):
        x = SHEET / 2 + pitch * (n - (len(digits) - 1) / 2)
        sheet = _written(sheet, digit, (x, SHEET / 2 + height * rng.uniform(-.06, .06)), height * rng.uniform(.9, 1),
                         "pen", rng)
    return Photo(digits, name, _photographed(sheet, seen, rng))


def _empty(name, kind, rng):
    """No digit: plain, ruled, squared, in a shadow, with glare, on a desk; and bare noise."""
    if kind == 9:
        file = io.BytesIO()
        noise = rng.normal(rng.uniform(60, 200), rng.uniform(5, 50), (300, 400))
        Image.fromarray(np.uint8(np.clip(noise, 0, 255))).save(file, "PNG")
        return Photo((), name, file.getvalue())
    sheet, desk = _paper(rng), kind in (5, 6)
    seen = rng.uniform(1.15, 1.45) if desk else rng.uniform(.55, .8)
    printed = {1: _ruled, 6: _ruled, 2: _squared, 8: _ruled}.get(kind)
    sheet = sheet if printed is None else printed(sheet, rng, min(seen, .95))
    return Photo((), name, _photographed(sheet, seen, rng, desk, shadow=kind in (3, 7, 8), glare=kind in (4, 7)))


def _screenshot(name, digit, rng):
    """A drawing program's window on a screen, exact to the pixel."""
    width, height = int(rng.integers(560, 900)), int(rng.integers(480, 700))
    dark = rng.random() < .3
    bar, canvas, ink = ((45, 48, 55), (30, 30, 30), (240,) * 3) if dark else ((225, 228, 233), (255,) * 3, (20,) * 3)
    image = Image.new("RGB", (width, height), tuple(int(v) for v in rng.integers(30, 220, 3)))
    draw, edge = ImageDraw.Draw(image), int(rng.integers(0, 30))
    draw.rectangle((edge, edge, width - edge, height - edge), canvas, (120, 120, 120))
    draw.rectangle((edge, edge, width - edge, edge + 34), bar)
    draw.text((edge + 12, edge + 10), "Untitled - Paint", ink)
    for n in range(3):
        x = width - edge - 24 * (n + 1)
        draw.ellipse((x, edge + 10, x + 13, edge + 23), [(255, 95, 86), (255, 189, 46), (39, 201, 63)][n])
    if rng.random() < .7:
        draw.rectangle((edge, edge + 35, edge + 52, height - edge), bar)
        for n in range(6):
            draw.rectangle((edge + 14, edge + 50 + 40 * n, edge + 36, edge + 72 + 40 * n), outline=(110, 110, 110))
    size = min(width, height) * rng.uniform(.35, .6)
    sheet = _written(np.full((SHEET, SHEET, 3), 255.), digit, (SHEET / 2,) * 2, size, "pen", rng)
    mask = Image.fromarray(np.uint8(255 - np.clip((sheet.mean(axis=2) - 50) / 205 * 255, 0, 255)))
    at = (width // 2 - SHEET // 2 + int(rng.integers(-30, 60)), height // 2 - SHEET // 2 + int(rng.integers(0, 40)))
    image.paste(ink, at, mask)
    file = io.BytesIO()
    image.save(file, **({"format": "PNG"} if rng.random() < .7 else {"format": "JPEG", "quality": 85}))
    return Photo((digit,), name, file.getvalue())


CATEGORIES = {
    "plain paper": _one(), "dark desk": _one(desk=True), "hard shadow": _one(shadow=True),
    "printed box": _one(printed=_boxed), "ruled paper": _one(("pen", "blue", "pencil"), _ruled),
    "squared paper": _one(("pen", "blue", "pencil"), _squared), "glare": _one(glare=True), "screenshot": _screenshot,
    "thin pen": _one("thin"), "pencil": _one("pencil"), "marker": _one("marker"), "blue pen": _one("blue"),
    "several digits": _several, "empty": _empty}
