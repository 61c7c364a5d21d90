"""The lifecycles of a goal, a programme, a place in it and a challenge. What is not in the table is refused."""

from community.kernel.states import Machine

NEW = ""
OPEN = "open"  # of a goal: being worked at; of a programme: signing up; of a challenge: announced or under way
REACHED, CHANGED, GIVEN_UP = "reached", "changed", "given_up"

GOAL = Machine(
    "goal",
    {
        (NEW, "state"): OPEN,
        (OPEN, "reach"): REACHED,
        (OPEN, "change"): CHANGED,
        (OPEN, "give_up"): GIVEN_UP,
    },
)
CLOSINGS = {REACHED: "reach", CHANGED: "change", GIVEN_UP: "give_up"}  # how a goal ended → the move that leads there

DRAFT, RUNNING, ENDED, CANCELLED = "draft", "running", "ended", "cancelled"

PROGRAMME = Machine(
    "programme",
    {
        (NEW, "create"): DRAFT,
        (DRAFT, "open"): OPEN,
        (OPEN, "start"): RUNNING,
        (RUNNING, "end"): ENDED,
        (DRAFT, "cancel"): CANCELLED,
        (OPEN, "cancel"): CANCELLED,
        (RUNNING, "cancel"): CANCELLED,
    },
)

JOINED, LEFT, MOVED_UP, REPEATS, LET_GO = "joined", "left", "moved_up", "repeats", "let_go"
SEATED = (JOINED, MOVED_UP, REPEATS, LET_GO)  # these hold a number of the cohort, or held it to the end

PLACE = Machine(
    "place",
    {
        (NEW, "join"): JOINED,
        (JOINED, "leave"): LEFT,
        (LEFT, "join"): JOINED,
        (JOINED, "move_up"): MOVED_UP,
        (JOINED, "repeat"): REPEATS,
        (JOINED, "let_go"): LET_GO,
    },
)
DECISIONS = {"move_up": MOVED_UP, "repeat": REPEATS, "let_go": LET_GO}  # what hosts decide at the end

CHALLENGE = Machine(
    "challenge",
    {
        (NEW, "open"): OPEN,
        (OPEN, "end"): ENDED,
        (OPEN, "cancel"): CANCELLED,
    },
)
