from courrier.mail.models.assignment import Assignment, AssignmentRole, AssignmentState
from courrier.mail.models.document import Document, DocumentRole
from courrier.mail.models.mail import Channel, Confidentiality, Direction, Mail, MailState
from courrier.mail.models.page import Page
from courrier.mail.models.register_counter import RegisterCounter

__all__ = [
    "Assignment",
    "AssignmentRole",
    "AssignmentState",
    "Channel",
    "Confidentiality",
    "Direction",
    "Document",
    "DocumentRole",
    "Mail",
    "MailState",
    "Page",
    "RegisterCounter",
]
