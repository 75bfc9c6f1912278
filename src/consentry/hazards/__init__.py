"""Dangers as rules over scenes: state machines without pixels, clocks or names."""
