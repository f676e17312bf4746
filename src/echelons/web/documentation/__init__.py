"""The generated part of ``docs/reference/``: what the code itself says, written where it can be read.

``documents.produire`` gives every file with its text, always the same for the same code; nothing here reads the
database.
"""
