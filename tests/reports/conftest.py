"""Small shops whose figures can be counted by hand, made through the services as in ``tests.ledger``; a real one."""

import pytest

from bonuscli.services.shop import Shop
from tests.ledger.conftest import play as play
from tests.ledger.tills import REAL, ROOT, open_shop, send


@pytest.fixture(scope="session")
def real_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Three months of a real shop in a file that all look at and nobody writes to; it is 2011-03-01."""
    folder = tmp_path_factory.mktemp("real")
    shop = open_shop(folder / "shop.db", "2011-03-01 12:00", ROOT / "programs" / "gift-shop.yaml")
    send(shop, REAL, "online-retail", errors=folder / "rejects.csv")
    return shop
