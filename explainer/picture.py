"""A picture in any form, from a file or as an array, becomes its brightness: floats from 0 to 1, at a working size."""
import io
import warnings

import numpy as np
from PIL import Image, ImageOps

WORKING = 400           # larger pictures are reduced to this side first
PLAIN = {"1": "L", "L": "L", "LA": "LA", "La": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBa": "RGBA", "PA": "RGBA",
         "F": "F"}      # the mode that keeps all of a mode and that NumPy reads; RGB for all others
FORMATS = "PNG", "JPEG", "WebP", "BMP", "GIF", "TIFF"
ENDINGS = "png", "jpg", "jpeg", "jfif", "webp", "bmp", "gif", "tif", "tiff"
HEIC = b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"       # brands of the photos of some phones
LARGEST = 50_000_000    # pixels that a file may have
SMALLEST = 8            # pixels that each side of a file must have


def read_image(content):
    """Return the PIL image in a file's bytes: the first frame of several, upright, and reduced where it is very large.

    Raises ValueError, in one sentence, for anything that is no usable picture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # Pillow's, of sizes and of odd metadata: what matters is checked here
        image = _opened(content)
        try:
            image.draft("RGB", (2 * WORKING, 2 * WORKING))      # a photo need not be decoded at its full size
            image = _plain(image)
            image.info.clear()      # nobody need look into odd metadata again
            return image
        except Exception as error:      # a damaged file may do anything to a decoder
            raise ValueError("this picture is damaged or cut short") from error


def _opened(content):
    """Return the PIL image, its size checked, nothing but its header decoded."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ValueError("this picture is far too large to be read") from error
    except Exception as error:
        if content[4:8] == b"ftyp" and content[8:12] in HEIC:
            raise ValueError("this is a HEIC photo, which cannot be read here: save it as JPEG first (an iPhone takes "
                             "JPEG after Settings, Camera, Formats, Most Compatible)") from error
        raise ValueError(f"this file is no picture that can be read ({', '.join(FORMATS)})") from error
    width, height = image.size
    if width * height > LARGEST:
        raise ValueError(f"this picture has {width:,}×{height:,} pixels; at most {LARGEST:,} in all are read")
    if min(width, height) < SMALLEST:
        raise ValueError(f"this picture has {width:,}×{height:,} pixels; a digit needs at least "
                         f"{SMALLEST}×{SMALLEST}")
    return image


def _plain(image):
    """Return the image upright, in a mode that NumPy reads as numbers, each side below four times WORKING."""
    image = _upright(image)
    image = image.convert(_plain_mode(image))
    return image.reduce(max(1, max(image.size) // (2 * WORKING)))


def _upright(image):
    """Return the image as its EXIF data say that it was held; as it is stored where they are damaged."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:       # whatever the bytes there do to a parser
        return image


def _plain_mode(image):
    if image.mode.startswith("I"):      # 16 bits and more
        return "I"
    if "transparency" in image.info and image.mode in ("1", "L", "P", "RGB"):
        return "RGBA"
    return PLAIN.get(image.mode, "RGB")


def grey_of(image):
    """Return (h, w) floats from 0 to 1, light high; what is transparent becomes background."""
    values = np.asarray(_plain(image) if isinstance(image, Image.Image) else image)
    if values.dtype.kind not in "buif":
        raise ValueError(f"a picture is made of numbers, not of {values.dtype}")
    if not values.size or values.ndim not in (2, 3) or values.ndim == 3 and values.shape[2] > 4:
        raise ValueError(f"a picture has shape (h, w) or (h, w, channels), this has {values.shape}")
    values = _unit(values)
    return _reduced(values if values.ndim == 2 else _one_channel(values))


def _unit(values):
    """Return floats from 0 to 1: bytes, and floats that fit, as they are; the range of all others is their own."""
    if values.dtype == np.uint8:
        return values / 255
    kind, values = values.dtype.kind, values.astype(float)
    if not np.isfinite(values).all():
        raise ValueError("a picture is made of finite numbers")
    if kind == "b" or kind == "f" and values.min() >= 0 and values.max() <= 1:
        return values
    values = values / max(np.abs(values).max(), 1e-300)     # no difference overflows
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high - low > 1e-6 else np.zeros_like(values)


def _one_channel(values):
    """Return the brightness of (h, w, c), on whatever shows through where it is transparent."""
    channels = values.shape[2]
    light = values[:, :, :3] @ np.array([.299, .587, .114]) if channels >= 3 else values[:, :, 0]
    if channels in (1, 3):
        return light
    alpha = values[:, :, -1]
    return light * alpha + _behind(light, alpha) * (1 - alpha)


def _behind(light, alpha):
    """Return the brightness behind a picture: paper's goes on behind its missing corners; ink alone has a contrast."""
    opaque = light[alpha > .5]
    if 2 * opaque.size > light.size and np.ptp(opaque) > .5:
        return np.median(opaque)
    return float(np.vdot(light, alpha) < .5 * alpha.sum())


def _reduced(grey):
    """Return the picture with its longer side at most WORKING."""
    longest = max(grey.shape)
    if longest <= WORKING:
        return grey
    height, width = (max(1, round(size * WORKING / longest)) for size in grey.shape)
    return resized(grey, (height, width))


def resized(values, shape):
    """Return the picture in another size (height, width), anti-aliased where it gets smaller."""
    smaller = values.shape[0] >= shape[0] and values.shape[1] >= shape[1]
    kind = Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR
    picture = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(picture.resize(shape[::-1], kind), values.dtype if values.dtype.kind == "f" else float)


def highest(values, reach):
    """Return the highest value within `reach` cells in each direction, of a square; the border goes on outside."""
    for _ in (0, 1):
        wide = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
        size = 1
        while size < 2 * reach + 1:
            step = min(size, 2 * reach + 1 - size)
            wide = np.maximum(wide[:-step], wide[step:])
            size += step
        values = wide.T
    return values
