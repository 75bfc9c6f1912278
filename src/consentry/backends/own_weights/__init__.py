"""Networks that Consentry brings along, because they are its own: how they were made stands in ``training``.

They are named in the manifest like all others, and hashed before they are loaded.
"""
