"""Benchmarks: ratios against a baseline run in the same minute, since machines are noisy."""
