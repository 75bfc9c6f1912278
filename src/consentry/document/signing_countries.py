"""Which country signs the documents of an issuing state: three letters in the zone, two in a certificate.

The zone names the issuer by ISO 3166-1 alpha-3 and ICAO's own codes (Doc 9303-3, clause 5), the certificate by alpha-2
(Doc 9303-12, 7.1.1). Most go pair by pair; the exceptions stand in a table of their own, each with its reason.
"""

from consentry.document.check_digits import FILLER

_ISO_3166 = """
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE
BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW
CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY
CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR
FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU
GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE
JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT
LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ
MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ
OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU
RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK
SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV
TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA
ZMBZM ZWEZW
"""
_SIGNERS = {
    pair[:3]: frozenset({pair[3:]}) for pair in _ISO_3166.split()
} | {
    "D": frozenset({"DE"}),  # Germany's one letter
    "GBD": frozenset({"GB"}), "GBN": frozenset({"GB"}), "GBO": frozenset({"GB"}), "GBP": frozenset({"GB"}),
    "GBS": frozenset({"GB"}),  # nationalities; some documents repeat them as issuer
    "CHN": frozenset({"CN", "HK", "MO"}),  # Hong Kong and Macao issue for China under authorities of their own
    "EUE": frozenset({"EU"}),
    "UNO": frozenset({"UN", "ZZ"}), "UNA": frozenset({"UN", "ZZ"}),  # the master lists hold both, see below
    "RKS": frozenset({"KS", "XK"}),  # Kosovo has no code in ISO 3166: its authorities say KS
    "UTO": frozenset({"UT"}),  # Utopia, of specimens
}  # fmt: skip
"""ZZ and KS as the authorities themselves say in the German, Dutch and ICAO master lists of 2025 and 2026."""


def signers_of(issuer: str) -> frozenset[str]:
    """Countries whose authorities sign for an issuing state; empty: no rule is known.

    >>> sorted(signers_of("D<<")), sorted(signers_of("NLD")), signers_of("XOM")
    (['DE'], ['NL'], frozenset())
    """
    return _SIGNERS.get(issuer.rstrip(FILLER), frozenset())
