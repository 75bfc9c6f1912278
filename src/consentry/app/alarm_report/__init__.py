"""The page, the JSON and the words of ``consentry evaluate alarms``."""

from consentry.app.alarm_report.page import render_alarms, write_alarms_page
from consentry.app.alarm_report.told import told

__all__ = ["render_alarms", "told", "write_alarms_page"]
