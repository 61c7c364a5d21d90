"""Parts of pages keep nothing of what they were parsed with."""

from django.template import Library
from django.template.base import Node
from django.template.loader import get_template


def nodes(nodelist) -> list[Node]:
    """All of them, parts within parts too."""
    return [
        *nodelist,
        *(inner for node in nodelist for name in node.child_nodelists for inner in nodes(getattr(node, name, ()))),
    ]


def test_no_part_keeps_a_table_of_tags():
    parts = [
        node
        for node in nodes(get_template("components/gallery.html").template.nodelist)
        if hasattr(node, "component_name")
    ]
    assert len(parts) > 50
    assert not [node for node in parts if any(isinstance(value, Library) for value in vars(node).values())]
    vars_nodes = [
        node for node in get_template("components/button.html").template.nodelist if hasattr(node, "empty_vars")
    ]
    assert vars_nodes and vars_nodes[0].active_library is None
