import pgtrigger


def append_only() -> pgtrigger.Protect:
    """The database refuses to change or delete these rows, for the web role too (R20)."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
