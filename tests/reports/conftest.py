"""Small shops whose figures can be counted by hand, made through the services as in ``tests.ledger``."""

from tests.ledger.conftest import play as play
