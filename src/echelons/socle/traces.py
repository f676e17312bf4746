"""What the technical log keeps: never who was refused what."""

from __future__ import annotations

import logging


class SansTraceDeRefus(logging.Filter):
    """Drop the trace of an answer 403 or 404: it tells nothing of a failure, and its text may name people."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without its trace."""
        if getattr(record, "status_code", 500) in {403, 404}:
            record.exc_info = record.exc_text = None
        return True
