"""Consent as pure functions of values: who may be compared, for what, where, how long, and how it ends.

No template can become a reference without a ``Consent``, and nothing can be built without a ``Permit`` of the
installation's profile. Both are made here alone.
"""
