"""What it costs that two people, or a table's people together, sit at one table. Lower is better."""

from community.events.planning.question import Guest, Question

MET, MET_MORE, MET_MOST = 1.0, 0.02, 5  # nearly the same however often: a steeper price finds fewer new pairs
FITS = 0.7
STAGE_STEP = 0.08
NEVER = 50.0  # asked apart, or of one company
SAME_INDUSTRY = 3.0
ALONE = 20.0  # newcomers without anybody who was there before; a table without anybody experienced
CROWD = 0.1  # newcomers spread over the tables

Weights = list[list[float]]


def weights(question: Question) -> Weights:
    """The price of every pair, by position in `question.guests`."""
    guests = question.guests
    place = {guest.key: n for n, guest in enumerate(guests)}
    table = [[_plain(a, b, question.mix_industries) for b in guests] for a in guests]
    for n in range(len(guests)):
        table[n][n] = 0.0
    met = {(a, b) for a, b, _ in question.met}
    for a, b, times in question.met:
        _add(table, place, a, b, MET * (1 + MET_MORE * min(times - 1, MET_MOST)))
    for a, b in question.fits:
        if (a, b) not in met:
            _add(table, place, a, b, -FITS)
    for a, b in question.apart:
        _add(table, place, a, b, NEVER)
    return table


def _plain(a: Guest, b: Guest, mix_industries: bool) -> float:
    price = STAGE_STEP * abs(a.stage - b.stage) if a.stage is not None and b.stage is not None else 0.0
    if set(a.companies) & set(b.companies):
        price += NEVER
    if mix_industries and a.industry is not None and a.industry == b.industry:
        price += SAME_INDUSTRY
    return price


def _add(table: Weights, place: dict[int, int], a: int, b: int, price: float) -> None:
    if a in place and b in place:
        n, m = place[a], place[b]
        table[n][m] += price
        table[m][n] += price


def of_table(new: int, experienced: int, size: int) -> float:
    """The price of a table's mixture: how many of its people are new, how many experienced, of how many."""
    price = CROWD * new * new
    if size and not experienced:
        price += ALONE
    if new and new == size:
        price += ALONE
    return price
