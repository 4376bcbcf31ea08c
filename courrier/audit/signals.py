"""What other parts may listen to."""

from django.dispatch import Signal

recorded = Signal()
"""An event was written into a chain; sent in the writer's transaction with `event`, an Event."""
