"""Give receipts until killed; print each once it is given.

usage: kiosk_giver.py KEYS STATE
"""

import sys
import time
from pathlib import Path

from consent.test_notice import FACTS
from consentry.app.kiosk import Answers, Journey, Kiosk
from consentry.app.kiosk_files import ConsentFiles
from consentry.consent.purposes import DataClass, Purpose
from consentry.consent.words import Language


def main() -> None:
    files = ConsentFiles(Path(sys.argv[1]), Path(sys.argv[2]))
    kiosk = Kiosk(FACTS, files.vault(), files.store(), files.open_log, files.receipt_key, time.time)
    answers = Answers(frozenset({Purpose.LOUNGE}), frozenset(DataClass))
    while True:
        given = kiosk.give(answers, Journey("KE123 2027-01-15", time.time() + 3_600), Language.EN)
        sys.stdout.write(f"{given.receipt.id} {given.proof.index} {given.entry.commitment.hex()} {given.code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
