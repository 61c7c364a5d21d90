"""What must hold about the quarter's question on the live data: as many answers as people who answered, and no way back."""

from community.kernel.invariants import broken

QUESTIONS = {
    # By quarter and city: an answer without somebody who answered, a second one, or one that is gone.
    "question_answers_unlike_answered": """
        WITH answered AS (
            SELECT quarter_on, city_id, count(*) AS n FROM figures_asking WHERE answered GROUP BY 1, 2
        ), voices AS (SELECT quarter_on, city_id, count(*) AS n FROM figures_voice GROUP BY 1, 2)
        SELECT concat_ws('/', q.quarter_on, q.city_id) FROM (
            SELECT quarter_on, city_id FROM answered UNION SELECT quarter_on, city_id FROM voices
        ) q
        LEFT JOIN answered a ON a.quarter_on = q.quarter_on AND a.city_id IS NOT DISTINCT FROM q.city_id
        LEFT JOIN voices v ON v.quarter_on = q.quarter_on AND v.city_id IS NOT DISTINCT FROM q.city_id
        WHERE coalesce(a.n, 0) <> coalesce(v.n, 0) ORDER BY 1 LIMIT %s""",
    "question_named_by_who_did_not_answer": """
        SELECT voice.public_id FROM figures_voice voice WHERE voice.person_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM figures_asking asked
            WHERE asked.person_id = voice.person_id AND asked.quarter_on = voice.quarter_on AND asked.answered
        ) ORDER BY 1 LIMIT %s""",
    "question_named_twice_in_a_quarter": """
        SELECT concat_ws('/', quarter_on, person_id) FROM figures_voice WHERE person_id IS NOT NULL
        GROUP BY quarter_on, person_id HAVING count(*) > 1 ORDER BY 1 LIMIT %s""",
    # A moment beside an answer would say whose it is, and so would a line of the trail.
    "question_answer_with_a_time": """
        SELECT column_name::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'figures_voice' AND column_name <> 'quarter_on'
            AND (data_type LIKE 'timestamp%%' OR data_type LIKE 'time %%' OR data_type = 'date' OR is_identity = 'YES')
        ORDER BY 1 LIMIT %s""",
    "question_answer_on_the_trail": """
        SELECT id::text FROM kernel_auditentry WHERE subject_type IN ('figures.Voice', 'figures.Asking')
        ORDER BY id LIMIT %s""",
}


def broken_invariants() -> dict[str, list[str]]:
    """Each by name, with what breaks it."""
    return {name: broken(sql) for name, sql in QUESTIONS.items()}
