"""Plain links to a place on a map that work in mainland China: Amap, Baidu, and the map app of an iPhone."""

from urllib.parse import urlencode


def links(place: str, address: str, city: str) -> list[tuple[str, str]]:
    """(code, address) of each map: "amap", "baidu", "apple". Nothing is loaded before somebody taps."""
    if not address or "://" in address:
        return []
    words = " ".join(part for part in (address, place) if part)
    return [
        ("amap", f"https://uri.amap.com/search?{urlencode({'keyword': words, 'city': city, 'src': 'tongzhuo', 'callnative': 1})}"),
        ("baidu", f"https://api.map.baidu.com/geocoder?{urlencode({'address': f'{city} {address}', 'output': 'html', 'src': 'webapp.tongzhuo.events'})}"),
        ("apple", f"https://maps.apple.com/?{urlencode({'q': f'{city} {words}'})}"),
    ]  # fmt: skip
