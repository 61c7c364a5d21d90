"""Small enough to read at a sitting: module 400 lines, function 40, template 150."""

import ast

from tests.architecture import house

MODULE, FUNCTION, TEMPLATE = 400, 40, 150
STORIES = {"journeys", "properties"}  # a walk or a history is told in one piece


def test_no_module_is_longer_than_its_budget():
    lengths = {house.name(path): len(house.text(path).splitlines()) for path in house.all_code()}
    long = {name: lines for name, lines in lengths.items() if lines > MODULE}
    assert not long, house.listed(long)


def test_no_function_is_longer_than_its_budget():
    long = {}
    for path in house.all_code():
        if STORIES & set(path.parts):
            continue
        for node in ast.walk(house.tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION:
                    long[f"{house.name(path)}:{node.name}"] = lines
    assert not long, house.listed(long)


def test_no_template_is_longer_than_its_budget():
    lengths = {house.name(path): len(house.text(path).splitlines()) for path in house.templates()}
    long = {name: lines for name, lines in lengths.items() if lines > TEMPLATE}
    assert not long, house.listed(long)
