"""The entry point of `ses-reputation`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, also while its modules are still being imported."""
    try:
        from console.application import app  # noqa: PLC0415

        app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
