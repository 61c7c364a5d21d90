import pgtrigger

MASKED = "[masked]"  # in place of a payer's name, once they are erased


def append_only() -> pgtrigger.Protect:
    """The database refuses to change or delete these rows, for the web role too (R20)."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def stays(name: str, fields: list[str], *, payer: str) -> pgtrigger.Trigger:
    """These columns stay as they were written, whoever tries; the database's own masking may put `[masked]` into the
    payer's when somebody is erased (R52, docs/decisions/0009)."""
    others = [field for field in fields if field != payer]
    now, before = (", ".join(f"{row}.{field}" for field in others) for row in ("NEW", "OLD"))
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(
            "(" + " OR ".join(f"OLD.{field} IS DISTINCT FROM NEW.{field}" for field in fields) + ")"
        ),
        func=f"""
            IF current_setting('club.masking', true) = 'on' AND NEW.{payer} = '{MASKED}'
               AND ROW({now}) IS NOT DISTINCT FROM ROW({before})
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
        """,
    )
