from community.figures.models.voices import Asking, Voice

__all__ = ["Asking", "Voice"]
