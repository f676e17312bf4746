"""Sealing what was signed, and telling anybody whether a file is it.

``forme`` is what is digested; ``actes`` seals and cancels; ``codes`` reads those printed on a scan, in a process of its
own; ``verification`` answers about a file or a code.
"""
