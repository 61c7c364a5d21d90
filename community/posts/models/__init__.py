from community.posts.models.answers import Answer
from community.posts.models.care import MemberReport, Mute, Report
from community.posts.models.introductions import Introduction, Thanks
from community.posts.models.posts import Photo, Post
from community.posts.models.profiles import Profile

__all__ = ["Answer", "Introduction", "MemberReport", "Mute", "Photo", "Post", "Profile", "Report", "Thanks"]
