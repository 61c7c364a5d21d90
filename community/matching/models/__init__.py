from community.matching.models.documents import Corpus, Document, Posting, Term
from community.matching.models.matches import Match
from community.matching.models.vectors import Vector

__all__ = ["Corpus", "Document", "Match", "Posting", "Term", "Vector"]
