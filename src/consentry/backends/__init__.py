"""Adapters to the world: video, networks, disk, database. No foreign exception leaves them."""
