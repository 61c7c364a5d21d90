from community.posts.models.answers import Answer
from community.posts.models.care import Mute, Report
from community.posts.models.introductions import Introduction, Thanks
from community.posts.models.posts import Photo, Post
from community.posts.models.profiles import Profile

__all__ = ["Answer", "Introduction", "Mute", "Photo", "Post", "Profile", "Report", "Thanks"]
