"""Mutated input for every parser of the document package: ``python -m bench.fuzz --inputs 1000000``."""
