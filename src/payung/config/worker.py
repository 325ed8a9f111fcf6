"""`python -m payung.config.worker`: a worker. `payung serve` and `payung work` prepare the database and start it."""

from __future__ import annotations

from payung.config.prepare import require_keys, setup_django


def main() -> None:
    """Work until told to stop."""
    setup_django()
    require_keys()
    from payung.jobs.worker import work

    work()


if __name__ == "__main__":
    main()
