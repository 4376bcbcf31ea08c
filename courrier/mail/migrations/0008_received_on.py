from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0007_priority_and_tags")]

    operations = [
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["organisation", "received_on"], name="mail_received_on"),
        ),
    ]
