"""``consentry report``: one page that a person can read, mail and print, from what a watch kept.

::

    store ──story──> episodes, incidents, cameras (sight) ──┬─timeline──┐
    stills ──pictures───────────────────────────────────────┼─plan──────┼──page (jinja2)──> report.html
                                                            ├─charts────┤
                                                            └─coverage──┘
"""

from consentry.app.report.writing import PAGE, write_report

__all__ = ["PAGE", "write_report"]
