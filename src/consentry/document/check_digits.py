"""Check digits of the machine readable zone: weights 7, 3, 1 and modulus 10 (ICAO Doc 9303-3, clause 4.9)."""

FILLER = "<"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""A character's place is its value; the filler counts 0."""
_WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> str:
    """The check digit of characters of the zone.

    Raises:
        ValueError: a character that has no place in the zone.

    >>> check_digit("520727"), check_digit("AB2134<<<")  # the standard's own examples
    ('3', '5')
    """
    total = sum(_value(character) * _WEIGHTS[place % 3] for place, character in enumerate(text))
    return str(total % 10)


def _value(character: str) -> int:
    if character == FILLER:
        return 0
    value = ALPHABET.find(character)
    if value < 0 or len(character) != 1:
        raise ValueError(f"expected a digit, a letter A-Z or '<', came {character!r}")
    return value
