"""The data groups behind zone and portrait of a traveller of Utopia, and what stands in them."""

from consentry.document.lds import TAGS
from consentry.document.tlv import write_tlv

FURTHER = {
    11: write_tlv(
        TAGS[11],
        write_tlv(0x5C, bytes.fromhex("5F0E A0 5F10 5F42")),
        write_tlv(0x5F0E, b"ERIKSSON<<ANNA<MARIA"),
        write_tlv(0xA0, b"\x02\x01\x01", write_tlv(0x5F0F, b"SVENSSON<<ANNA")),
        write_tlv(0x5F10, b"ZE184226B"),
        write_tlv(0x5F42, b"HARBOUR ROAD 7<ZENITH"),
    ),
    12: write_tlv(
        TAGS[12],
        write_tlv(0x5C, bytes.fromhex("5F19 5F26")),
        write_tlv(0x5F19, b"HARBOUR OFFICE"),
        write_tlv(0x5F26, b"20220415"),
    ),
    13: write_tlv(TAGS[13], b"\x01\x02\x03"),
    16: write_tlv(
        TAGS[16],
        b"\x02\x01\x01",
        write_tlv(
            0xA1, write_tlv(0x5F50, b"20220415"), write_tlv(0x5F51, b"ERIKSSON<<KARL"), write_tlv(0x5F52, b"555<0199")
        ),
    ),
}
"""Files by number of the data group."""
SAID = ("SVENSSON", "ZE184226B", "HARBOUR ROAD 7, ZENITH", "HARBOUR OFFICE", "ERIKSSON, KARL", "555 0199")
"""What an officer reads in them, and nobody else."""
