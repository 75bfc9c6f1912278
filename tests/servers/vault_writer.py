"""Make and destroy keys in a vault until killed; print each once it is acknowledged.

usage: vault_writer.py FOLDER KEY_HEX SEED
"""

import random
import sys
from pathlib import Path

from consentry.backends.vault import VaultFolder
from consentry.backends.vault_held import HeldFolder
from consentry.consent.erasure import seal


def main() -> None:
    vault = VaultFolder(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
    held = HeldFolder(Path(sys.argv[1]))
    chance = random.Random(int(sys.argv[3]))
    alive: list[str] = []
    while True:
        if alive and chance.random() < 0.5:
            gone = alive.pop(chance.randrange(len(alive)))
            sys.stdout.write(f"destroying {gone}\n")
            sys.stdout.flush()
            vault.destroy(gone)
            sys.stdout.write(f"destroyed {gone}\n")
        else:
            made = f"{chance.getrandbits(128):032x}"
            key = vault.create(made)
            held.keep(seal(key, made, "journey", 1_000, made.encode()))
            alive.append(made)
            sys.stdout.write(f"made {made} {key.hex()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
