"""The entry point of `ses-reputation`."""

import os
import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, also while its modules are still being imported.

    So does whoever reads what it prints, and has read enough: `ses-reputation ... | head -1`.
    """
    try:
        from console.application import app  # noqa: PLC0415

        try:
            app()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # What is still to be written goes nowhere, or Python would complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


if __name__ == "__main__":
    main()
