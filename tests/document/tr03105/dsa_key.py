"""Keys that sign by DSA, which the writers of synthetic certificates do not have: only a table of cases needs them."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import dsa

from consentry.document.issuing_certificates import write_number
from consentry.document.oids import write_oid
from consentry.document.signatures import LIBRARY_HASHES, digest
from consentry.document.tlv import write_tlv

_PARAMETERS = {
    2048: (
        int(
            "d761340a301688b1c8fa6c590ccefadcd33bbb3f15d3eef2116c64bf7affdc5813fb8988ffa162c262499caabd415ecda2ed"
            "8fdb46dece413d1dd62257331b715d1e1fb95186815aaf47e1a86ec42b7992f38486666b0ddd2c459c96fb4425d51de8fc7c"
            "7c0ff3fdffa9336bb5522c521c84adbb2ebd2e899097e7c79c0decac2732a9d527401ca7a3ba50ff99ff3915c98a57f5834b"
            "1b84f66505cfe35cea0553de755e915099245d4149a05f82f595603b026716886140fbec46316b1ec7980c900e930915313b"
            "326ee05383499d3e73662883adc1509a3c8e2c89d820b38a571f791c29a1f56f505688b913ac4d117e0dea800e7fadfccbb0"
            "44d1246964f9",
            16,
        ),
        int(
            "93bb58ddefa23ea9561d792c15056af8b18aca97c0e2738366f2170d",
            16,
        ),
        int(
            "1728401270c70185109bb6a83d45eefe34c89f3ec1eff5f3ebbe3d4601e30cb9a23af2c2d8a414c55f02f3d7c96274eaf8f0"
            "e6ca127c248e249afcba518b4cb5b7131ea2794fdf3cd480a0b72443a5d1d1f83e5865028652db28c09b119a1b51c969c4f5"
            "35e5ed7e4120458f4b0cfb97cf4c90c6e0d747b27a47e1dc4dd13ed0cc809c3af7158bd6a7c23c0f945933370849a4823310"
            "560733517bdab85e168c1f85841139a24c037ef0980416c6fe319e536c7c6f26f2a772be1669792121214a74f21534308ea1"
            "76700c3e8a2b6bfeb1c94c9310071af6e431d35d13c13497bec41f1b6957dd28c07b6a656d8c6a5b75af2d0b4f44a59bc4d7"
            "571af393dd78",
            16,
        ),
    ),
    3072: (
        int(
            "f348810771e59e376d4edb77dcf37e94a41de9123805b4bb0001644c335d1bb9698ab5ebf05fcd075c8a2dc92c5b03e16162"
            "f4ffe7cbc0d047d026181dbd62850fb7b86fa81cb4bbe4c0d3be0ef70157250ff573e123c0632258a328a006fb7af10ff9dd"
            "31c2f047cd538cf586f3978ec204f387507d557848e6e70eadef5b1ec1999202a9fff17b1cf997dd613cfc2c4a6375c15f25"
            "49c28fbc24017592a9fce1df23419bcdd01b6555b25e37915a84d6160cd43721a2a845c0604fc9bbbedebe7042b741835486"
            "04ac4d5ac6bbd47cf53cdabe82b70a45025416260b49721f5e6593a6e27788b6bb7125328be18643fab3eaecdf40bfd748b9"
            "2f9977864ffafa901b9fb3b66c8480788b9915988c781d785e7ed03a86cfbd6c98df182d6ff0b8fc4c14ee4189b39abb8045"
            "31f6a7376e25e0251aba6efde407bbb6cae4d7245749a0422665778bff888c22656c4bcc7cf845bceb9e9ff9ebcbb993f145"
            "e2dae2c9fd066efd0f6c91e14de01d9e861a2fecc9cad3b669654a7ad7197d8e521b",
            16,
        ),
        int(
            "cb2a0c848ad53eb79649bd99c2e120673d11ff788cfdefcd03e852c5",
            16,
        ),
        int(
            "4d9eeea47798b5ab477fb6ddfc2cf137b1bb4d872fea745270f762fca20b70174040d05c6f9c8b3bca4cb2569c57f9ecf4b6"
            "f3ba11fbe44ebaf4c61579506c5423431ce24d3221be63d7242a3663a99e6a20a034af0c4cf2b16d1db321b1ccfcb5243da6"
            "5b0d55d251853ff0e4091510824975eac67d16a4c41ab840203ae2e5a64cd47a2d92ef31e85544acf942678d3f2bbc51163d"
            "128b1a366a2d6d8f932f531742ffcf10aff1ca646848a210b603949b0e423111a615af3992948e402558b5b11d6de3139a84"
            "60ce6939f32b34e728892a019888f29455067d4c82ddf206b08bc15845a1bee456ad0570520e224875eeca5bfcd12d269b78"
            "e2c71bcc09a194d9776820a7077489dc6b8a9372a1b0a8abb54b48bdf733864d9d967d5148e4a0de6a42ac7ca121ac2d008c"
            "13820846cc9e328e40c6942d9c98f58ef48d24c0eee78351840ec08c44ffa374cadab2610d75be66c2c5e0531c9757ec3349"
            "931498fa84b37666bcb9b4892d2a5a9f397921cc3685495804e6a413a14dd0bc55b2",
            16,
        ),
    ),
}
"""p, q, g by the length of p, made by OpenSSL's ``dsaparam`` for these tests: nothing in them is secret."""
_OIDS = {"sha1": "1.2.840.10040.4.3", "sha224": "2.16.840.1.101.3.4.3.1", "sha256": "2.16.840.1.101.3.4.3.2"}


@cache
def _private(length: int, role: str) -> dsa.DSAPrivateKey:
    del role
    return dsa.DSAParameterNumbers(*_PARAMETERS[length]).parameters().generate_private_key()


class DsaSigningKey:
    """The same as ``issuing_certificates.SigningKey``."""

    def __init__(self, length: int, hashed: str, role: str) -> None:
        self.private = _private(length, role)
        self.hash = hashed

    def sign(self, data: bytes) -> bytes:
        """The signature over data."""
        return self.private.sign(data, LIBRARY_HASHES[self.hash]())

    @property
    def algorithm(self) -> bytes:
        """AlgorithmIdentifier of its signatures (RFC 5758, 3.1: without parameters)."""
        return write_tlv(0x30, write_oid(_OIDS[self.hash]))

    @property
    def public(self) -> bytes:
        """SubjectPublicKeyInfo."""
        numbers = self.private.public_key().public_numbers().parameter_numbers
        group = write_tlv(0x30, *map(write_number, (numbers.p, numbers.q, numbers.g)))
        kind = write_tlv(0x30, write_oid("1.2.840.10040.4.1"), group)
        return write_tlv(0x30, kind, write_tlv(0x03, b"\0", self._bits))

    @property
    def identifier(self) -> bytes:
        """Key identifier."""
        return digest("sha1", self._bits)

    @property
    def _bits(self) -> bytes:
        return write_number(self.private.public_key().public_numbers().y)
