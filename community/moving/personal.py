"""What moving keeps of a person (R52): who handed a file in, not who stands in it; that goes with the person
(`services/forgetting.py`). The words of it: kernel/personal.py."""

from community.kernel.personal import WORK, kept_back

RULES = (
    *kept_back(
        WORK,
        "moving.Batch.handed_in_by", "moving.Batch.ordered_by", "moving.Batch.leaving_by", "moving.Export.asked_by",
    ),
)  # fmt: skip
