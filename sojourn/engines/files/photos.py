"""Photos, re-encoded: the pixels, the right way up and smaller, and nothing else of the file."""

from __future__ import annotations

import io
import warnings

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

from sojourn.engines.files.refusal import ContentRefusedError

LARGEST_PICTURE = 60_000_000  # pixels; more is a bomb or a poster
LONGEST_SIDE = 1600  # pixels of what is kept
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
_KINDS = {"image/jpeg", "image/png", "image/webp"}


def reencode(content: bytes) -> bytes:
    """Return a JPEG without metadata. Raises ContentRefusedError."""
    if not _looks_like_a_photo(content):
        raise ContentRefusedError("other")
    try:
        with warnings.catch_warnings():
            # Pillow warns of a picture that is too large and refuses twice that; we refuse both.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                # Only the head has been read so far: nothing was unpacked yet.
                if image.width * image.height > LARGEST_PICTURE:
                    raise ContentRefusedError("pixels")
                plain = _small_and_upright(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        raise ContentRefusedError("pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise ContentRefusedError("other") from None
    # A new image that gets the pixels and no more: what Pillow keeps beside them stays behind.
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def _looks_like_a_photo(content: bytes) -> bool:
    try:
        return puremagic.from_string(content, mime=True) in _KINDS
    except (puremagic.PureError, ValueError):
        return False


def _small_and_upright(image: Image.Image) -> Image.Image:
    # A JPEG is decoded at a fraction of its size where that is still enough. Everything is made
    # small before it is turned and flattened, so that the whole picture is in memory once.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if image.mode not in ("RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"):
        # What cannot be made smaller as it is: a palette, one bit or sixteen.
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _flattened(ImageOps.exif_transpose(image))


def _flattened(image: Image.Image) -> Image.Image:
    """Convert to plain colours, with white where it was transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image.convert("RGB")
