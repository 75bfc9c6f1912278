"""An evaluation of faces as a page for people and as values for programs; no picture of anybody is in either."""

from consentry.app.face_report.page import render_evaluation, write_evaluation_page
from consentry.app.face_report.told import told

__all__ = ["render_evaluation", "told", "write_evaluation_page"]
