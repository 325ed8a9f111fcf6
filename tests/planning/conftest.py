"""People and funds for plans: those of the tests of funding."""

from tests.funding.conftest import make_fund, make_workers, quick_passwords

__all__ = ["make_fund", "make_workers", "quick_passwords"]
