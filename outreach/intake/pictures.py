"""Pictures that people hand in, made fit for mails: upright, small, without anything that tells on the photographer.

Mails show 536 px; twice that is sharp on every screen. Metadata (place, camera, thumbnail) goes, colours become sRGB.
WebP comes out as JPEG or PNG, since Outlook for Windows does not draw it.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from outreach.domain.errors import BadInput, Fault
from outreach.domain.pictures import Picture

LARGEST_UPLOAD = 20 * 1024 * 1024
"""Octets of a picture that somebody hands in."""

#: Pixels that are decoded at most, over all frames of an animation: a phone's largest photograph, 150 MB of memory.
MOST_PIXELS = 50_000_000
WIDEST, HIGHEST = 1200, 3600
#: Octets of a kept picture: some five seconds of a slow phone line.
HEAVIEST = 300 * 1024
THUMBNAIL = (240, 240)
#: Tried in this order until a picture is light enough.
_SCALES, _QUALITIES = (1.0, 0.8, 0.6, 0.4, 0.25), (82, 72, 62)
_PLACE = "image"
#: What Pillow raises for a file that is not what it says it is.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, struct.error, zlib.error)
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif"}


def read_picture(data: bytes, *, name: str) -> Picture:
    """The picture in a JPEG, PNG, GIF or WebP file, made fit for mails. The same octets give the same picture.

    Raises:
        BadInput: if it is none of these, broken, too large, or moves and is too heavy; `name` is the file's.
    """
    if len(data) > LARGEST_UPLOAD:
        megabytes = LARGEST_UPLOAD // 1024 // 1024
        raise _refused(name, f"is larger than {megabytes} MB", "Save it smaller.")
    try:
        return _picture(data, name)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name) from error
    except _BROKEN as error:
        raise _refused(name, "is broken", "Save it anew from the program it was made with.") from error


def _picture(data: bytes, name: str) -> Picture:
    try:
        source = Image.open(BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP"))
    except UnidentifiedImageError as error:
        raise _refused(name, "is no JPEG, PNG, GIF or WebP picture", "Save it as one of these.") from error
    with source:
        if source.width * source.height > MOST_PIXELS:
            raise _too_many_pixels(name)
        if getattr(source, "is_animated", False):
            return _moving(source, data, name)
        # A JPEG is decoded at half, quarter or eighth size where that is enough.
        source.draft("RGB", (WIDEST * 2, HIGHEST * 2))
        return _still(_upright(source), name)


def _still(image: Image.Image, name: str) -> Picture:
    image.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    for scaled in _scaled(image):
        for kind, encoded in _encoded(scaled, photograph=image.info.get("photograph", False)):
            if len(encoded) <= HEAVIEST:
                return _kept(encoded, kind, scaled)
    raise _refused(name, "cannot be made light enough for a mail", "Save it smaller.")


def _upright(source: Image.Image) -> Image.Image:
    """The pixels in sRGB, turned as the camera was held, with nothing else that the file said."""
    photograph = source.format == "JPEG"
    profile = source.info.get("icc_profile")
    image = ImageOps.exif_transpose(source)
    see_through = image.has_transparency_data
    if profile and not see_through:
        image = _in_srgb(image, profile)
    image = image.convert("RGBA" if see_through else "RGB")
    image.info = {"photograph": photograph}
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        done = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # A profile that is unsound or of another colour space says nothing about these pixels.
        return image
    return done or image


def _scaled(image: Image.Image) -> Iterator[Image.Image]:
    for scale in _SCALES:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        yield image if scale == 1 else image.resize(size, Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, *, photograph: bool) -> Iterator[tuple[str, bytes]]:
    """`image` in the ways that suit it, best first."""
    if not photograph:
        yield "PNG", _saved(image, "PNG", optimize=True)
    if image.mode == "RGBA":
        yield "PNG", _saved(image.quantize(256, method=Image.Quantize.FASTOCTREE), "PNG", optimize=True)
        return
    for quality in _QUALITIES:
        yield "JPEG", _saved(image, "JPEG", quality=quality, optimize=True, progressive=True)


def _moving(source: Image.Image, data: bytes, name: str) -> Picture:
    """An animated GIF as it moves, but for its comments; there is no making it lighter without spoiling it."""
    if source.format != "GIF":
        raise _refused(name, "moves, and mail programs show only GIFs moving", "Save it as a GIF or as one still.")
    frames: int = getattr(source, "n_frames", 1)
    kilobytes = HEAVIEST // 1024
    heavy = len(data) > HEAVIEST or source.width > WIDEST or source.height > HIGHEST
    if heavy or frames * source.width * source.height > MOST_PIXELS:
        mend = f"Save it with at most {kilobytes} KB and {WIDEST} px wide, or as one still picture."
        raise _refused(name, "moves and is too heavy for a mail", mend)
    first = source.convert("RGBA")
    source.info.pop("comment", None)
    encoded = _saved(source, "GIF", save_all=True, optimize=True, comment=b"")
    if len(encoded) > HEAVIEST:
        raise _refused(name, "moves and is too heavy for a mail", "Save it with fewer pictures, or as one still.")
    return _kept(encoded, "GIF", first)


def _kept(encoded: bytes, kind: str, image: Image.Image) -> Picture:
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image if image.mode == "RGBA" else None)
    paper.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    return Picture(
        digest=hashlib.sha256(encoded).hexdigest(),
        media_type=_TYPES[kind],
        width=image.width,
        height=image.height,
        data=encoded,
        thumbnail=_saved(paper, "JPEG", quality=80, optimize=True),
    )


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    octets = BytesIO()
    image.save(octets, kind, **how)
    return octets.getvalue()


def _too_many_pixels(name: str) -> BadInput:
    return _refused(name, f"has more than {MOST_PIXELS // 1_000_000} million pixels", "Save it smaller.")


def _refused(name: str, reason: str, mend: str) -> BadInput:
    return BadInput([Fault(_PLACE, reason, mend, column="file", value=name)])
