import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_named_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="LocalDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="jour")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                (
                    "worked",
                    models.BooleanField(
                        default=False,
                        help_text="coché : ce jour férié est travaillé ici, par exemple le Vendredi saint dans une commune d'Alsace-Moselle sans temple protestant ; sinon : jour chômé ici",
                        verbose_name="jour férié travaillé",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="local_days",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "jour local",
                "verbose_name_plural": "jours locaux",
                "ordering": ["day"],
            },
        ),
        migrations.AddConstraint(
            model_name="localday",
            constraint=models.UniqueConstraint(
                fields=("organisation", "day"), name="local_day_once_per_organisation"
            ),
        ),
    ]
