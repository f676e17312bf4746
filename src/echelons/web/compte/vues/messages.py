"""What I will receive at the next sending, and what was sent to me."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from echelons.socle.envois import prochain, recus

MONTRES = 30


@login_required
@require_safe
def messages(requete: Any) -> HttpResponse:
    """The same lines as the e-mail will bear, worked out by the same function."""
    moi = str(requete.user.pk)
    contexte = {
        "prochain": prochain(moi),
        "recus": recus(moi, MONTRES),
        "nav": "messages",
    }
    return render(requete, "compte/messages.html", contexte)
