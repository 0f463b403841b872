"""``python -m experiments`` is the ``pokmas`` command."""

from experiments.cli import main

if __name__ == "__main__":
    main()
