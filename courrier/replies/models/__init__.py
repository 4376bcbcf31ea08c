from courrier.replies.models.approval import Approval, ApprovalKind, ApprovalState
from courrier.replies.models.reply import Reply, ReplyChannel, ReplyState
from courrier.replies.models.template import Template

__all__ = ["Approval", "ApprovalKind", "ApprovalState", "Reply", "ReplyChannel", "ReplyState", "Template"]
