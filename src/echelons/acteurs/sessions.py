"""The sessions of readers, in the database with whom and where they were opened (``SESSION_ENGINE``)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as SessionsEnBase
from django.utils.dateparse import parse_datetime

from echelons.acteurs.models import SessionOuverte
from echelons.socle.horloge import maintenant

#: What is remembered of the browser when somebody signs in.
OUVERTE_LE, ADRESSE, NAVIGATEUR = "ouverte_le", "adresse", "navigateur"


class SessionStore(SessionsEnBase):
    """Django's sessions, whose row also bears the account; ``ligne`` is the row that was read."""

    ligne: SessionOuverte | None = None

    @classmethod
    def get_model_class(cls) -> type[SessionOuverte]:
        """The rows."""
        return SessionOuverte

    def _validate_session_key(self, key: str | None) -> bool:
        # What a browser sends may hold anything, a NUL that the database refuses included.
        return bool(key) and 8 <= len(str(key)) <= 40 and str(key).isalnum()

    def load(self) -> dict[str, Any]:
        """The content, keeping the row at hand: when it was last seen decides whether it is still open."""
        self.ligne = self._get_session_from_db()  # type: ignore[attr-defined]
        return self.decode(self.ligne.session_data) if self.ligne else {}

    def create_model_instance(self, data: dict[str, Any]) -> SessionOuverte:
        """The row to save."""
        ligne: SessionOuverte = super().create_model_instance(data)  # type: ignore[assignment]
        ligne.compte_id = data.get(SESSION_KEY)
        ligne.adresse = data.get(ADRESSE, "")
        ligne.navigateur = data.get(NAVIGATEUR, "")
        ligne.ouverte_le = parse_datetime(data[OUVERTE_LE]) if OUVERTE_LE in data else None
        ligne.vue_le = maintenant()
        return ligne
