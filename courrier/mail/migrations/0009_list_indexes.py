from django.db import migrations, models

from courrier.mail.concurrent_index import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False  # indexes are made beside the work going on

    dependencies = [("mail", "0008_received_on")]

    operations = [
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["department", "-finished_at", "-id"],
                name="assignment_finished",
            ),
        ),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["organisation", "-finished_at", "-id"],
                name="assignment_finished_all",
            ),
        ),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["organisation", "state", "-year", "-sequence"],
                name="mail_register_state",
            ),
        ),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(fields=["organisation", "year", "received_on"], name="mail_register_period"),
        ),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(
                fields=["organisation", "number"],
                name="mail_register_number",
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
        ),
        AddIndexConcurrently(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("shown_to_elected", True)),
                fields=["organisation"],
                name="mail_of_elected",
            ),
        ),
    ]
