"""What posts keeps of a person (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import OTHERS, WORK, kept_back, told

RULES = (
    told(
        "posts.Post", "author", "posts",
        "kind status title text lack topic industry__name_zh city__name_zh for_stage created_at opened_at "
        "expires_at ended_at",
    ),
    told("posts.Photo", "post", "posts", "content_type added_at", file="file", mine=False),
    told("posts.Answer", "author", "posts", "text written_at removed_at", mine=False),
    told("posts.Profile", "person", "account", "about needs offers tags audiences made_at refreshed_at"),
    told("posts.Report", "reporter", "posts", "why note made_at settled_at", mine=False),
    told("posts.MemberReport", "reporter", "posts", "why note made_at settled_at", mine=False),
    told(
        "posts.Introduction", "asker", "introductions",
        "status note asked_at expires_at answered_at talk_at met_at thanked_at", mine=False,
    ),
    told(
        "posts.Introduction", "asked", "introductions",
        "status asked_at expires_at answered_at talk_at met_at thanked_at", mine=False,
    ),
    told("posts.Thanks", "helper", "introductions", "thanked_at confirmed_at refused_at", mine=False),
    told("posts.Thanks", "post", "introductions", "text business amount currency thanked_at", mine=False),
    told("posts.Mute", "person", "account", "since_at", mine=False),
    *kept_back(OTHERS, "posts.Mute.muted", "posts.Answer.post", "posts.Report.post", "posts.MemberReport.person",
        "posts.Introduction.post"),
    *kept_back(WORK, "posts.Answer.removed_by", "posts.Report.settled_by", "posts.MemberReport.settled_by", "posts.Post.hidden_by"),
)  # fmt: skip
