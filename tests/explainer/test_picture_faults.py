"""Whatever a picture file holds, it is read or refused in one short sentence, at little cost: real files, mutated."""
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from explainer.preparation import read_image, stations

pytestmark = pytest.mark.filterwarnings("error")
MANY = 120      # mutants of each file
SIZE = 60, 48
MODES = {"PNG": "RGBA", "JPEG": "RGB", "WEBP": "RGB", "BMP": "P", "GIF": "L"}
DAMAGED_EXIF = [b"", b"Exif\0\0", b"Exif\0\0II*\0" + b"\xff" * 60, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(40),
                b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0", b"Exif\0\0<xml>",
                bytes(300), b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\xff\xff\xff\x7f\0\0\0\0"]


def drawn():
    grey = np.zeros(SIZE[::-1], np.uint8)
    grey[10:40, 28:33] = 255
    return Image.fromarray(grey)


def file_of(kind):
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    more = {"save_all": True, "append_images": [drawn().convert("L")]} if kind == "GIF" else \
        {} if kind == "BMP" else {"exif": exif.tobytes()}
    drawn().convert(MODES[kind]).save(file, kind, **more)
    return file.getvalue()


def mutant(content, rng):
    """The file with some bytes changed, cut off, doubled or left out; often near its head, where the meaning is."""
    content = bytearray(content)
    for _ in range(rng.integers(1, 6)):
        at = int(rng.integers(len(content) if rng.random() < .5 else min(64, len(content))))
        how, few = rng.integers(5), int(rng.integers(1, 9))
        if how == 0:
            content[at] = rng.integers(256)
        elif how == 1:
            content[at:at + few] = rng.choice([b"\xff", b"\x00", b"\x7f"]) * few
        elif how == 2:
            content[at:at + few] = rng.bytes(few)
        elif how == 3:
            content[at:at] = content[at:at + few]
        else:
            del content[at if rng.random() < .3 and at > 20 else len(content) - few:]
            content = content or bytearray(b"\0")
    return bytes(content)


def answer(content):
    """Read a file as the page does; return its sentence, or "" where it is a picture."""
    try:
        image = read_image(content)
        found = stations(image)
    except ValueError as error:
        sentence = str(error)
        assert 10 < len(sentence) < 200 and sentence.isprintable() and not sentence.endswith(".")
        return sentence
    assert max(found.final.shape) == 28 and np.isfinite(found.final).all()
    return ""


@pytest.mark.parametrize("kind", MODES)
def test_mutants_of_real_pictures_are_read_or_refused_in_one_short_sentence(kind):
    rng, whole = np.random.default_rng(7), file_of(kind)
    assert answer(whole) == ""
    assert {bool(answer(mutant(whole, rng))) for _ in range(MANY)} == {True, False}     # some of either kind


@pytest.mark.parametrize("exif", DAMAGED_EXIF)
def test_damaged_exif_is_no_reason_to_show_red(exif):
    file = io.BytesIO()
    drawn().save(file, "JPEG")
    plain = file.getvalue()
    answer(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:])


def bomb(side):
    """A small PNG that unpacks to side × side grey pixels, or claims to."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    packed = zlib.compress(bytes(side + 1) * min(side, 3000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)) + \
        chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_picture_that_claims_much_costs_little():
    claims = [bomb(30_000), bomb(60_000)]
    tracemalloc.start()
    try:
        for content in claims:
            assert answer(content)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()
