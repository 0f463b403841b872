"""Pieces of pages: inputs, charts, tables and the parts of an answer."""
