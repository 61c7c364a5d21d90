"""Credit codes for invented companies: right in form (R2), with an area part that does not exist (product.md §5)."""

from stdnum.cn import uscc

AREA = "999999"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(number: int) -> str:
    """The code of invented company `number` (below a hundred million); both check characters are right."""
    body = f"{number:08d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)) % 11
    code = f"91{AREA}{body}{'0' if rest == 11 else 'X' if rest == 10 else rest}"
    return code + uscc.calc_check_digit(code)
