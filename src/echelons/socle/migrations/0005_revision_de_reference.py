"""The reference tables get a revision of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("socle", "0004_imports")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="reference",
            field=models.BigIntegerField(null=True, verbose_name="référence"),
        ),
    ]
