"""Addresses of cameras as they may be shown: without what would let somebody in."""

import re

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^\s'\"]*)")
_SECRET = re.compile(
    r"(?i)([?&;](?:user|usr|username|login|pass|passwd|password|pwd|token|key|apikey|auth|secret)=)[^&;#\s'\"]*"
)


def without_credentials(text: str) -> str:
    """Any text, its addresses stripped of user names, passwords and tokens.

    >>> without_credentials("rtsp://guard:s3cret@10.0.0.7:554/stream1")
    'rtsp://10.0.0.7:554/stream1'
    >>> without_credentials("http://cam/video.mjpg?user=guard&pwd=s3cret&size=2")
    'http://cam/video.mjpg?user=***&pwd=***&size=2'
    """
    return _SECRET.sub(r"\1***", _URL.sub(lambda match: match[1] + _without_user(match[2]), text))


def _without_user(rest: str) -> str:
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        return rest[authority.rindex("@") + 1 :]
    _, colon, port = authority.partition(":")
    if colon and not port.isdecimal() and "@" in rest and not authority.startswith("["):
        return rest.rpartition("@")[2]  # a password with a slash that nobody escaped
    return rest
