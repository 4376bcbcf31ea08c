from courrier.notifications.models.digest_sent import DigestSent
from courrier.notifications.models.notification import Kind, Notification
from courrier.notifications.models.preference import Preference
from courrier.notifications.models.reminder import Reminder, ReminderPolicy, Stage

__all__ = ["DigestSent", "Kind", "Notification", "Preference", "Reminder", "ReminderPolicy", "Stage"]
