"""What was checked on a document, as a page for the officer who has it in hand."""

from consentry.app.document_page.page import render_document, write_document_page

__all__ = ["render_document", "write_document_page"]
