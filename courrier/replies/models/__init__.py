from courrier.replies.models.approval import Approval, ApprovalKind, ApprovalState
from courrier.replies.models.reply import SETTLES, Reply, ReplyChannel, ReplyPurpose, ReplyState
from courrier.replies.models.template import Template

__all__ = [
    "SETTLES",
    "Approval",
    "ApprovalKind",
    "ApprovalState",
    "Reply",
    "ReplyChannel",
    "ReplyPurpose",
    "ReplyState",
    "Template",
]
