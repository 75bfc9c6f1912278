"""The transparency log as pure functions of bytes: what outsiders need to check it, and its keeper to make it.

``consentry verify`` imports this package and the tree of errors alone.
"""
