"""How the two networks of ``consentry document mrz`` are made; no part of the product (see README.md)."""
