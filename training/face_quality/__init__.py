"""Readings of quality that no network of the standard is at hand for: drawn changes of photos, learning from them."""
