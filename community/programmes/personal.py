"""What programmes keeps of a person (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import OTHERS, WORK, kept_back, told

RULES = (
    told("programmes.Goal", "person", "programmes", "stage text by_on status stated_at closed_at word"),
    told(
        "programmes.Place", "person", "programmes",
        "programme__name_zh status joined_at left_at decided_at sentence",
    ),
    told("programmes.CheckIn", "place", "programmes", "week way text written_at changed_at late"),
    told("programmes.Reply", "author", "programmes", "text written_at removed_at"),
    told("programmes.Participation", "person", "programmes", "challenge__name joined_at left_at"),
    told("programmes.Tick", "participation", "programmes", "ticked_on note written_at"),
    told("programmes.Host", "person", "programmes", "programme__name_zh", mine=False),
    told("programmes.Asking", "person", "programmes", "programme__name_zh text asked_at answered_at let_in"),
    *kept_back(OTHERS, "programmes.Reply.check_in"),
    *kept_back(
        WORK, "programmes.Challenge.made_by", "programmes.Place.decided_by", "programmes.Asking.answered_by",
    ),
)  # fmt: skip
