import pytest

from tests.events import make


@pytest.fixture
def without_limits(transactional_db: None, django_db_serialized_rollback: None) -> None:
    make.without_limits()
