"""The test databases: prepared before the first test, whole again after a test that committed."""

import pytest
from django.test import TransactionTestCase

from echelons.territoires.models import AncienCode, Territoire

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_spoilt_by_a_committed_test_is_whole_again_for_the_next():
    anciens = AncienCode.objects.count()
    assert anciens > 4000
    AncienCode.objects.all().delete()
    Territoire.objects.filter(code="59D").update(nom="Abîmé")
    TransactionTestCase()._fixture_teardown()
    assert AncienCode.objects.count() == anciens
    assert Territoire.objects.get(code="59D").nom == "Nord"
