from community.events.models.events import CalendarFeed, Event, Seat, SeatHold, Signup, Table

__all__ = ["CalendarFeed", "Event", "Seat", "SeatHold", "Signup", "Table"]
