"""The program's entry: ``bonuscli`` and ``python -m bonuscli`` are the same."""

import sys


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    from bonuscli.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
