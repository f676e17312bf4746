"""An invitation bears the reference of the person it reaches, whether or not they have an account."""

import uuid
from typing import Any

from django.db import migrations, models


def donner_les_references(apps: Any, schema_editor: Any) -> None:
    """One reference an address: that of the person who has the account, or a new one."""
    comptes, invitations = (apps.get_model("acteurs", nom).objects for nom in ("Compte", "Invitation"))
    connues = dict(comptes.values_list("courriel", "personne__reference"))
    for invitation in invitations.select_related("mandat__personne"):
        if invitation.mandat is not None:
            connues[invitation.courriel] = invitation.mandat.personne.reference
        reference = connues.setdefault(invitation.courriel, uuid.uuid4())
        invitations.filter(pk=invitation.pk).update(reference_personne=reference)


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0002_acces"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="reference_personne",
            field=models.UUIDField(
                db_index=True, default=uuid.uuid4, editable=False, verbose_name="référence de la personne"
            ),
        ),
        migrations.RunPython(donner_les_references, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="organisation",
            name="code",
            field=models.SlugField(max_length=64, unique=True),
        ),
    ]
