"""``preparer`` never puts the demonstration into a base that holds other facts."""

import pytest
from django.core.management import CommandError, call_command

from echelons.contrats.models import Fait
from tests import fabriques

pytestmark = pytest.mark.django_db


def test_the_demonstration_is_refused_by_a_base_that_holds_other_facts(settings):
    settings.DEMONSTRATION = True
    fabriques.dossier().fait("engagement", "2019-06-01")
    with pytest.raises(CommandError, match="ne sont pas ceux de la démonstration"):
        call_command("preparer")
    assert Fait.objects.count() == 1
