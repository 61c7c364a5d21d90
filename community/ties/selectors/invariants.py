"""What must hold about ties on the live data (R35)."""

from community.kernel.invariants import broken

QUESTIONS = {
    "one_to_one_confirmed_by_its_asker": """
        SELECT met.id FROM ties_onetoone met LEFT JOIN LATERAL (
            SELECT actor_id FROM kernel_auditentry WHERE subject_type = 'ties.OneToOne' AND subject_id = met.id
            AND action = 'one_to_one.confirm' ORDER BY id DESC LIMIT 1
        ) said ON TRUE
        WHERE met.status = 'confirmed' AND said.actor_id IS DISTINCT FROM met.asked_id ORDER BY met.id LIMIT %s""",
    "one_to_one_taken_back_too_late": """
        SELECT met.id FROM ties_onetoone met JOIN kernel_auditentry said ON said.subject_type = 'ties.OneToOne'
            AND said.subject_id = met.id AND said.action = 'one_to_one.take_back' AND said.old = 'confirmed'
        WHERE said.at >= met.answered_at + interval '7 days' ORDER BY met.id LIMIT %s""",
    "one_to_one_after_it_was_noted": """
        SELECT id FROM ties_onetoone WHERE met_on > (logged_at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY id LIMIT %s""",
    "project_without_its_author": """
        SELECT id FROM ties_project project WHERE NOT EXISTS (
            SELECT 1 FROM ties_partner WHERE project_id = project.id AND person_id = project.declared_by_id
        ) ORDER BY id LIMIT %s""",
}


def broken_invariants() -> dict[str, list[str]]:
    """Each by name, with what breaks it."""
    return {name: broken(sql) for name, sql in QUESTIONS.items()}
