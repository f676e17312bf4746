"""The reference tables get a revision of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("socle", "0006_colonnes_retenues")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="reference",
            field=models.BigIntegerField(null=True, verbose_name="référence"),
        ),
    ]
