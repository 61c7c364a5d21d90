from community.matching.models.documents import Corpus, Document, Posting, Term
from community.matching.models.matches import Match

__all__ = ["Corpus", "Document", "Match", "Posting", "Term"]
