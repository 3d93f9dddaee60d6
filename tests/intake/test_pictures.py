"""Pictures come out upright, small and silent about their maker; what cannot is refused by name."""

import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from outreach.domain.errors import BadInput
from outreach.intake.pictures import HEAVIEST, HIGHEST, LARGEST_UPLOAD, THUMBNAIL, WIDEST, read_picture


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    octets = BytesIO()
    image.save(octets, kind, **how)
    return octets.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """Pixels that no format makes small."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_a_photograph_is_made_small_enough_for_a_mail() -> None:
    kept = read_picture(encoded(noise(4000, 3000), "JPEG", quality=95), name="roof.jpg")
    assert kept.media_type == "image/jpeg"
    assert kept.width <= WIDEST
    assert len(kept.data) <= HEAVIEST
    assert opened(kept.data).size == (kept.width, kept.height)
    assert abs(kept.width / kept.height - 4 / 3) < 0.01
    assert kept.digest == hashlib.sha256(kept.data).hexdigest()


def test_a_small_picture_keeps_its_size() -> None:
    kept = read_picture(encoded(Image.new("RGB", (120, 80), "teal"), "PNG"), name="teal.png")
    assert (kept.width, kept.height, kept.media_type) == (120, 80, "image/png")


def test_a_long_strip_is_bounded_in_height() -> None:
    kept = read_picture(encoded(Image.new("RGB", (600, 9000), "teal"), "PNG"), name="strip.png")
    assert kept.height == HIGHEST


def test_a_picture_stands_as_the_camera_was_held_and_its_place_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "A camera"
    kept = read_picture(encoded(Image.new("RGB", (300, 200), "teal"), "JPEG", exif=exif), name="held.jpg")
    assert (kept.width, kept.height) == (200, 300)
    assert not opened(kept.data).getexif()
    assert b"A camera" not in kept.data


def test_colours_of_another_profile_become_ordinary_ones() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    data = encoded(Image.new("RGB", (20, 20), "teal"), "JPEG", icc_profile=profile.tobytes())
    assert "icc_profile" not in opened(read_picture(data, name="lab.jpg").data).info


def test_print_colours_become_those_of_screens() -> None:
    kept = read_picture(encoded(Image.new("CMYK", (20, 20), (255, 0, 0, 0)), "JPEG"), name="print.jpg")
    assert opened(kept.data).mode == "RGB"


@pytest.mark.parametrize("moves", [False, True])
def test_webp_becomes_what_every_mail_program_draws(moves: bool) -> None:
    frames = [Image.new("RGBA", (40, 40), colour) for colour in ("#ff000080", "#00ff0080")]
    data = encoded(
        frames[0], "WEBP", lossless=True, **({"save_all": True, "append_images": frames[1:]} if moves else {})
    )
    if moves:
        with pytest.raises(BadInput, match="only GIFs moving"):
            read_picture(data, name="moves.webp")
    else:
        kept = read_picture(data, name="still.webp")
        assert kept.media_type == "image/png"
        assert opened(kept.data).convert("RGBA").getpixel((5, 5))[3] == 128


def test_a_picture_that_is_seen_through_stays_so_however_large() -> None:
    image = noise(1500, 1500).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    kept = read_picture(encoded(image, "PNG"), name="glass.png")
    assert len(kept.data) <= HEAVIEST
    assert opened(kept.data).has_transparency_data


def test_a_gif_goes_on_moving_without_its_comment() -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"Made by Ceri", duration=80)
    kept = read_picture(data, name="moves.gif")
    assert getattr(opened(kept.data), "n_frames", 1) == 3
    assert b"Ceri" not in kept.data


def test_a_gif_that_moves_and_is_heavy_is_refused() -> None:
    frames = [noise(900, 900).quantize(256) for _ in range(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(BadInput, match="moves and is too heavy"):
        read_picture(data, name="heavy.gif")


def test_the_thumbnail_is_a_small_jpeg_on_white() -> None:
    kept = read_picture(encoded(Image.new("RGBA", (900, 600), "#00000000"), "PNG"), name="nothing.png")
    small = opened(kept.thumbnail)
    assert small.format == "JPEG"
    assert small.size[0] <= THUMBNAIL[0]
    assert min(small.convert("L").tobytes()) > 250


def test_the_same_file_is_the_same_picture() -> None:
    data = encoded(noise(800, 600), "JPEG")
    assert read_picture(data, name="a.jpg") == read_picture(data, name="b.jpg")


def png_that_says_it_is(width: int, height: int) -> bytes:
    """A few octets that ask for the memory of a great picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no JPEG, PNG, GIF or WebP picture"),
        (b"<svg onload='x()'/>", "is no JPEG, PNG, GIF or WebP picture"),
        (b"%PDF-1.7", "is no JPEG, PNG, GIF or WebP picture"),
        (b"\0" * (LARGEST_UPLOAD + 1), "is larger than 20 MB"),
        (png_that_says_it_is(60_000, 60_000), "has more than 50 million pixels"),
        (png_that_says_it_is(1_000, 1_000), "is broken"),
        (encoded(Image.new("RGB", (400, 400), "teal"), "JPEG")[:700], "is broken"),
    ],
    ids=["empty", "svg", "pdf", "large", "bomb", "cut PNG", "cut JPEG"],
)
def test_what_is_no_picture_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_picture(data, name="thing.png")
    (fault,) = refused.value.faults
    assert (fault.reason, fault.value, fault.column) == (reason, "thing.png", "file")
    assert fault.mend


@given(st.data())
def test_a_file_whose_octets_were_changed_is_a_picture_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
    octets = bytearray(encoded(Image.radial_gradient("L").resize((48, 40)).convert("RGB"), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        kept = read_picture(bytes(octets[: data.draw(st.integers(1, len(octets)))]), name="changed")
    except BadInput:
        return
    assert opened(kept.data).size == (kept.width, kept.height)
