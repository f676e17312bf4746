"""``preparer``: what was cut short is ended, and the demonstration never enters a base that holds other facts."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command

from echelons.contrats.models import Fait
from echelons.socle.models import Chargement
from echelons.web.management.commands import preparer
from tests import fabriques

pytestmark = pytest.mark.django_db


def test_the_demonstration_is_refused_by_a_base_that_holds_other_facts(settings):
    settings.DEMONSTRATION = True
    fabriques.dossier().fait("engagement", "2019-06-01")
    with pytest.raises(CommandError, match="ne sont pas ceux de la démonstration"):
        call_command("preparer")
    assert Fait.objects.count() == 1


def test_a_migration_cut_short_after_its_last_step_is_ended_by_the_next_preparation():
    ContentType.objects.all().delete()
    Chargement.objects.filter(cle="migrations").delete()
    call_command("preparer", verbosity=0)
    assert ContentType.objects.filter(app_label="contrats", model="fait").exists()
    assert Permission.objects.filter(content_type__app_label="contrats").exists()


def test_an_ended_migration_is_not_made_again(monkeypatch):
    call_command("preparer", verbosity=0)
    faites = []
    monkeypatch.setattr(preparer, "call_command", lambda nom, **_: faites.append(nom))
    call_command("preparer", verbosity=0)
    assert "migrate" not in faites
    assert faites
