"""What other parts may listen to."""

from django.dispatch import Signal

recorded = Signal()
"""An event was written into a chain; sent in the writer's transaction with `event`, an Event."""

recorded_together = Signal()
"""The same for who hears of many at once for the price of one: `events` has one Event, or all of a bulk action."""
