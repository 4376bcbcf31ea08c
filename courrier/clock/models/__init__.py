from courrier.clock.models.clock import Clock, ClockState
from courrier.clock.models.event import ClockEvent, ClockEventKind

__all__ = ["Clock", "ClockEvent", "ClockEventKind", "ClockState"]
