"""Consentry: screens, identifies with consent, watches anonymously, proves to outsiders.

The layers, from the top: ``cli``, ``app``, ``backends`` and ``touchpoints``, ``ports``, the pure capabilities
(``tracking``, ``hazards``, ``evaluation``) and ``core``. Each imports only what stands below it.
"""

__version__ = "0.1.0"
