from community.moving.models.batches import Batch, Made, Overwritten, Row
from community.moving.models.exports import Export

__all__ = ["Batch", "Export", "Made", "Overwritten", "Row"]
