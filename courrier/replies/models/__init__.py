from courrier.replies.models.reply import Reply, ReplyChannel, ReplyState
from courrier.replies.models.template import Template

__all__ = ["Reply", "ReplyChannel", "ReplyState", "Template"]
