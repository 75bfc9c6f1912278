"""Names of the visual zone in the letters of the machine readable zone (ICAO Doc 9303-3, section 6, tables A, B and C).

Some letters have several transliterations, and some have another one in a language or where a name begins. A name is
written with the first; read against a document it may be any of them (``may_stand_for``).
"""

# ruff: noqa: RUF001 - letters of three scripts, some of which look alike

import re
import unicodedata
from enum import StrEnum

from consentry.document.check_digits import FILLER


class Language(StrEnum):
    """Languages for which table B has exceptions."""

    BELARUSIAN = "be"
    BULGARIAN = "bg"
    MACEDONIAN = "mk"
    SERBIAN = "sr"
    UKRAINIAN = "uk"


_LATIN = {
    "ÀÁÂÃĀĂĄ": ("A",),
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "ÇĆĈĊČ": ("C",),
    "ÈÉÊËĒĔĖĘĚ": ("E",),
    "ÌÍÎÏĨĪĬĮİı": ("I",),
    "ÐĎĐ": ("D",),
    "Ñ": ("N", "NXX"),
    "ÒÓÔÕŌŎŐ": ("O",),
    "Ö": ("OE", "O"),
    "ØŒ": ("OE",),
    "ÙÚÛŨŪŬŮŰŲ": ("U",),
    "Ü": ("UE", "UXX", "U"),
    "ÝŶŸ": ("Y",),
    "Þ": ("TH",),
    "ĜĞĠĢ": ("G",),
    "ĤĦ": ("H",),
    "Ĳ": ("IJ",),
    "Ĵ": ("J",),
    "Ķ": ("K",),
    "ĹĻĽĿŁ": ("L",),
    "ŃŅŇŊ": ("N",),
    "ŔŖŘ": ("R",),
    "ŚŜŞŠ": ("S",),
    "ŢŤŦ": ("T",),
    "Ŵ": ("W",),
    "ŹŻŽ": ("Z",),
    "ẞ": ("SS",),
}
"""Table A: capital letters, and the choices that a state has."""
_CYRILLIC = {
    "А": "A",
    "Б": "B",
    "В": "V",
    "Г": "G",
    "Д": "D",
    "Е": "E",
    "Ё": "E",
    "Ж": "ZH",
    "З": "Z",
    "И": "I",
    "Й": "I",
    "К": "K",
    "Л": "L",
    "М": "M",
    "Н": "N",
    "О": "O",
    "П": "P",
    "Р": "R",
    "С": "S",
    "Т": "T",
    "У": "U",
    "Ф": "F",
    "Х": "KH",
    "Ц": "TS",
    "Ч": "CH",
    "Ш": "SH",
    "Щ": "SHCH",
    "Ъ": "IE",
    "Ы": "Y",
    "Э": "E",
    "Ю": "IU",
    "Я": "IA",
    "Ђ": "D",
    "Є": "IE",
    "Ѕ": "DZ",
    "І": "I",
    "Ї": "I",
    "Ј": "J",
    "Љ": "LJ",
    "Њ": "NJ",
    "Ќ": "K",
    "Ў": "U",
    "Џ": "DZ",
    "Ѫ": "U",
    "Ѵ": "Y",
    "Ґ": "G",
    "Ғ": "G",
    "Һ": "C",
    "Ь": "",  # the table has no row for the soft sign: states that use it leave it out
}
"""Table B."""
_EXCEPT = {
    Language.BELARUSIAN: {"Ё": "IO", "Г": "H"},
    Language.BULGARIAN: {"Щ": "SHT"},
    Language.MACEDONIAN: {"Ќ": "KJ", "Џ": "DJ", "Ғ": "GJ", "Х": "H", "Ц": "C"},
    Language.SERBIAN: {"Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S", "Г": "H"},
    Language.UKRAINIAN: {"Г": "H", "И": "Y"},
}
_FIRST_IN_UKRAINIAN = {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"}
"""Table B: where a name begins."""
_ARABIC_ROWS = """
0621=XE 0622=XAA 0623=XAE 0624=U 0625=I 0626=XI 0627=A 0628=B 062A=T 062B=XTH 062C=J 062D=XH 062E=XKH 062F=D 0630=XDH
0631=R 0632=Z 0633=S 0634=XSH 0635=XSS 0636=XDZ 0637=XTT 0638=XZZ 0639=E 063A=G 0640=- 0641=F 0642=Q 0643=K 0644=L
0645=M 0646=N 0647=H 0648=W 0649=XAY 064A=Y 064B=- 064C=- 064D=- 064E=- 064F=- 0650=- 0652=- 0670=- 0671=XXA 0679=XXT
067C=XRT 067E=P 0681=XKE 0685=XXH 0686=XC 0688=XXD 0689=XDR 0691=XXR 0693=XRR 0696=XRX 0698=XJ 069A=XXS 069C=- 06A2=-
06A7=- 06A8=- 06A9=XKK 06AB=XXK 06AD=XNG 06AF=XGG 06BA=XNN 06BC=XXN 06BE=XDO 06C0=XYH 06C1=XXG 06C2=XGE 06C3=XTG
06CC=XYA 06CD=XXY 06D0=Y 06D2=XYB 06D3=XBE
"""
"""Table C by code points; a hyphen: not encoded. Two rows are rules: see ``_options``."""
_ARABIC = {chr(int(code, 16)): "" if to == "-" else to for code, to in (row.split("=") for row in _ARABIC_ROWS.split())}
_TEH_MARBUTA, _SHADDA = "\u0629", "\u0651"
_DIVIDING = " -\u2010\u2011"
"""Blanks and hyphens become fillers (4.6)."""
_LEFT_OUT = "'\u2018\u2019\u02bc`.,"
"""Apostrophes and stops are left out (4.6)."""


def transliterate(name: str, language: Language | None = None) -> str:
    """A name in capital letters A-Z, its parts divided by blanks, as ``mrz_names.Names`` has them.

    Args:
        name: in Latin, Cyrillic or Arabic letters.
        language: whose exceptions of table B count.

    Raises:
        ValueError: a character that the tables do not know.

    >>> transliterate("Émile O'Connor-Müller"), transliterate("Ющенко", Language.UKRAINIAN)
    ('EMILE OCONNOR MUELLER', 'YUSHCHENKO')
    """
    return " ".join("".join(options[0] for options in part) for part in _parts(name, language))


def may_stand_for(zone: str, name: str, language: Language | None = None) -> bool:
    """Whether letters of the zone are one of the ways to write a name.

    Args:
        zone: as ``Names.primary``: capital letters and blanks.
        name: in Latin, Cyrillic or Arabic letters.
        language: as in ``transliterate``.

    Raises:
        ValueError: a character of the name that the tables do not know.

    >>> [may_stand_for(zone, "Müller") for zone in ("MUELLER", "MULLER", "MUXXLLER", "MILLER")]
    [True, True, True, False]
    """
    patterns = ("".join(f"(?:{'|'.join(options)})" for options in part) for part in _parts(name, language))
    return re.fullmatch(" ".join(patterns), zone.replace(FILLER, " ")) is not None


def _parts(name: str, language: Language | None) -> list[list[tuple[str, ...]]]:
    """For each part of a name, the choices letter by letter."""
    # Composed after capitals are made too: the Turkish dotted I falls apart on the way.
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())
    for character in _DIVIDING:
        text = text.replace(character, " ")
    text = "".join(character for character in text if character not in _LEFT_OUT)
    return [_letters(part, language) for part in text.split()]


def _letters(part: str, language: Language | None) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for place, character in enumerate(part):
        options = _options(character, language, first=place == 0, last=place + 1 == len(part), before=found)
        if any(options):
            found.append(options)
    return found


def _options(
    character: str, language: Language | None, *, first: bool, last: bool, before: list[tuple[str, ...]]
) -> tuple[str, ...]:
    if "A" <= character <= "Z":
        return (character,)
    if character in _LATIN_LETTERS:
        return _LATIN_LETTERS[character]
    if character in _CYRILLIC:
        return (_cyrillic(character, language, first=first),)
    if character == _TEH_MARBUTA:
        return ("XAH",) if last else ("XTA",)
    if character == _SHADDA:  # the letter before it counts twice
        return before[-1] if before else ("",)
    if character in _ARABIC:
        return (_ARABIC[character],)
    raise ValueError(f"expected a letter of the tables of Doc 9303-3, section 6, came U+{ord(character):04X}")


def _cyrillic(character: str, language: Language | None, *, first: bool) -> str:
    if language is Language.UKRAINIAN and first and character in _FIRST_IN_UKRAINIAN:
        return _FIRST_IN_UKRAINIAN[character]
    exceptions = _EXCEPT.get(language, {}) if language is not None else {}
    return exceptions.get(character, _CYRILLIC[character])


_LATIN_LETTERS = {letter: options for letters, options in _LATIN.items() for letter in letters}
