"""What figures keeps of a person (R52): that they were asked, and an answer they put their name to."""

from community.kernel.personal import told

RULES = (
    told("figures.Asking", "person", "messages", "quarter_on asked_at answered"),
    told("figures.Voice", "person", "messages", "quarter_on score text"),
)
