"""Pictures in mails, and the words for those who cannot see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outreach.domain.errors import BadInput, Fault

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
"""What a kept picture may be, with how its address ends."""

#: Characters; a screen reader says them in one breath.
LONGEST_ALT = 250


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture fit for mails; `digest` is the SHA-256 of `data`, hexadecimal, and `thumbnail` a JPEG."""

    digest: str
    media_type: str
    width: int
    height: int
    data: bytes
    thumbnail: bytes


def described(alt: Mapping[str, str], *, locales: Sequence[str], own: str) -> dict[str, str]:
    """The words of a picture as they are kept: by locale, without those in which nothing is said.

    Args:
        alt: as somebody typed them.
        locales: in which the business writes. own: the one it needs them in.

    Raises:
        BadInput: if nothing is said in `own`, something in a locale that is not ours, or too much.
    """
    words = {locale: " ".join(said.replace("\x00", "").split()) for locale, said in alt.items()}
    words = {locale: said for locale, said in words.items() if said}
    faults = []
    for locale, said in words.items():
        if locale not in locales:
            mend = f"Use one of: {', '.join(locales)}."
            faults.append(Fault("image", "we do not write in this language", mend, column="alt", value=locale))
        if len(said) > LONGEST_ALT:
            mend = f"Say in at most {LONGEST_ALT} characters what it shows."
            faults.append(Fault("image", "the description is too long", mend, column=f"alt-{locale}", value=said))
    if own not in words:
        mend = f"Say in at least this language what it shows: {own}."
        faults.append(Fault("image", "has no words for those who cannot see it", mend, column=f"alt-{own}"))
    if faults:
        raise BadInput(faults)
    return words
