from community.posts.models.answers import Answer
from community.posts.models.care import Mute, Report
from community.posts.models.posts import Photo, Post

__all__ = ["Answer", "Mute", "Photo", "Post", "Report"]
