"""Opens a picture with Pillow and writes its pixels anew. Runs in the limited child process only.

What is kept is the new file: no EXIF (place, device), no comment, no colour profile, nothing behind the last pixel.
The picture is turned upright first, because the note that said how to turn it goes too.
"""

from __future__ import annotations

import errno
import warnings
from pathlib import Path

from PIL import ExifTags, Image

from accounts.intake.refusal import Refused

MAX_PIXELS = 50_000_000
JPEG_QUALITY = 92

_MAKE_SMALLER = f"合わせて{MAX_PIXELS // 10_000:,}万画素までです。小さくして保存し直してください。"
_FORMATS = {"jpg": "JPEG", "png": "PNG"}
# The orientations of EXIF 2.3, tag 274, and what sets each upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PLAIN_MODES = {"jpg": {"L", "RGB"}, "png": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}}


def rewrite_image(path: Path, *, kind: str, to: Path) -> None:
    """Write the picture at `path` anew to `to`. `kind` is "jpg" or "png". Raises Refused."""
    try:
        with warnings.catch_warnings():
            # Odd notes (EXIF) in a sound picture are dropped anyway; our own limit of pixels is the stricter one.
            warnings.simplefilter("ignore")
            _rewrite(path, kind=kind, to=to)
    except Image.DecompressionBombError as error:
        raise Refused(f"は、縦横の画素が多すぎます。{_MAKE_SMALLER}") from error
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            raise Refused(
                "は、保存し直すと大きくなりすぎます。画素を減らして保存し直してください。"
            ) from error
        raise Refused(
            "は、画像として開けません。壊れているか、途中で切れています。画像を開けることを確かめ、もう一度添付してください。"
        ) from error


def _rewrite(path: Path, *, kind: str, to: Path) -> None:
    with Image.open(path, formats=[_FORMATS[kind]]) as image:
        _check_size(image)
        image.load()
        transparency = image.info.get("transparency") if kind == "png" else None
        plain = _upright(image)
        if plain.mode not in _PLAIN_MODES[kind]:
            plain = plain.convert("RGB")
        plain.info = {} if transparency is None else {"transparency": transparency}
        if kind == "jpg":
            plain.save(to, format="JPEG", quality=JPEG_QUALITY)
        else:
            plain.save(to, format="PNG")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its note says. A note that cannot be read turns nothing: it goes, the picture stays."""
    try:
        how = _TURNS.get(int(image.getexif().get(ExifTags.Base.Orientation, 1)))
    except Exception:
        return image
    return image if how is None else image.transpose(how)


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise Refused(f"は、縦横の画素が多すぎます({image.width:,}×{image.height:,})。{_MAKE_SMALLER}")
