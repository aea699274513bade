"""A link as a picture that a phone's camera reads: a QR code (ISO/IEC 18004), made by segno."""
import io

import segno

SIDE = 360      # pixels: the picture is about as large


def qr_code(text):
    """Return the bytes of a PNG, dark on white with its quiet zone; None for a text that is too long for any code."""
    try:
        code = segno.make(text, error="l", micro=False)
    except ValueError:
        return None
    file, modules = io.BytesIO(), code.symbol_size()[0]
    code.save(file, kind="png", scale=max(2, SIDE // modules), border=4)
    return file.getvalue()
