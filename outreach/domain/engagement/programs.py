"""What a visitor's name for its program gives away."""

import re

from outreach.domain.engagement.evidence import Evidence

#: Names of proxies that fetch the pictures of all mail, read or not; Apple's calls itself exactly `Mozilla/5.0`.
_PRIVACY_PROXY = re.compile(r"mail ?privacy|^mozilla/5\.0$").search
#: Names of mail services' proxies.
_PICTURE_PROXY = re.compile(r"googleimageproxy|ggpht\.com|yahoomailproxy").search
#: Exact names of programs that give next to nothing away.
_BARE_NAMES = frozenset({"mozilla/5.0", "mozilla/4.0", "mozilla"})
#: Names of programs that follow links without a person; the phones called Cubot are none.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|crawler|spider|scanner|headless|phantomjs|facebookexternalhit"
    r"|barracuda|mimecast|proofpoint|urldefense|safelinks|fireeye|trendmicro|messagelabs|symantec|sophos|ironport"
    r"|forcepoint|zscaler|office (protocol|existence) discovery|linkpreview|bingpreview"
    r"|curl/|wget/|python|aiohttp|httpx|go-http-client|^java/|okhttp|libwww|apache-httpclient|node-fetch|axios"
).search
#: Beginnings, in lower case, of names of browsers and of mail programs that are not built on one.
_PEOPLES_PROGRAMS = (
    "mozilla/5.0 (",
    "mozilla/4.0 (",
    "microsoft office/",
    "outlook-",
    "opera/",
    "thunderbird",
    "apple mail",
)


def clues_of_name(user_agent: str, *, is_pixel: bool) -> set[Evidence]:
    """What the name says; for a fetched picture also whether it is a known proxy's."""
    name = user_agent.strip().lower()
    if not name:
        return {Evidence.NO_AGENT}
    clues = set()
    if is_pixel and _PRIVACY_PROXY(name):
        clues.add(Evidence.PRIVACY_PROXY)
    elif name in _BARE_NAMES:
        clues.add(Evidence.BARE_NAME)
    if is_pixel and _PICTURE_PROXY(name):
        clues.add(Evidence.PICTURE_PROXY)
    if _PROGRAM(name):
        clues.add(Evidence.PROGRAM_NAME)
    if name.startswith(_PEOPLES_PROGRAMS):
        clues.add(Evidence.READER_LIKE)
    return clues
