"""Bytes of a file with one thing changed."""

from collections.abc import Callable

from consentry.document.tlv import read_tlv, write_tlv


def retagged(file: bytes, tag: int) -> bytes:
    """The same under another tag of one byte."""
    return bytes([tag]) + file[1:]


def with_length(file: bytes, more: int) -> bytes:
    """The same with another length in its first element, which has a tag of one byte; nothing else moves."""
    first = file[1]
    if first < 0x80:
        return file[:1] + bytes([first + more]) + file[2:]
    size = first & 0x7F
    length = int.from_bytes(file[2 : 2 + size], "big") + more
    return file[:2] + length.to_bytes(size, "big") + file[2 + size :]


def within(file: bytes, path: tuple[int, ...], change: Callable[[bytes], bytes]) -> bytes:
    """One element deep inside another, replaced by what ``change`` makes of it; lengths around it follow.

    Args:
        file: one element.
        path: tags from the outermost to the one that is changed; of several with a tag, the first.
        change: gets the whole element; nothing back: it is left out.
    """
    element = read_tlv(file)
    if element.tag != path[0]:
        raise ValueError(f"expected tag {path[0]:X}, came {element.tag:X}")
    if len(path) == 1:
        return change(bytes(element.raw))
    parts = [bytes(part.raw) for part in element.children()]
    place = next(k for k, part in enumerate(parts) if read_tlv(part).tag == path[1])
    parts[place] = within(parts[place], path[1:], change)
    return write_tlv(element.tag, *parts)
