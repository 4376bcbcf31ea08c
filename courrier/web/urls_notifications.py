"""Addresses of notifications, absences, and the closing of departments."""

from django.urls import path

from courrier.web.views import absences, closing, notifications, reminders

urlpatterns = [
    # Notifications
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/cloche/", notifications.bell, name="notifications_bell"),
    path("notifications/lues/", notifications.read_all, name="notifications_read_all"),
    path("notifications/resume/", notifications.digest, name="notifications_digest"),
    path("notifications/<int:pk>/", notifications.mark, name="notification_mark"),
    # Absences
    path("absences/", absences.absences, name="absences"),
    path("absences/nommer/", absences.name, name="absence_name"),
    path("absences/<int:pk>/terminer/", absences.end, name="absence_end"),
    path("absences/confier/", absences.hand_over, name="absence_hand_over"),
    # Reminders
    path("administration/rappels/", reminders.reminders, name="reminders"),
    # Departments
    path("administration/services/", closing.departments, name="departments"),
    path("administration/services/<str:code>/fermer/", closing.close, name="department_close"),
    path("administration/services/<str:code>/rouvrir/", closing.reopen, name="department_reopen"),
]
