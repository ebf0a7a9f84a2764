"""The start of a function: whoever imports this before other modules calls `make_ready` after them.

In between, no garbage is collected. Nothing that is loaded is garbage, and to look for some would take a
twentieth of a cold start.
"""

import gc
from collections.abc import Callable

from ses_reputation.environment import Environment, is_started_by_lambda

gc.disable()


def make_ready(environment: Environment, *makers: Callable[[], object]) -> None:
    """Call what makes settings and clients, where Lambda started this process: it gives full speed until the
    first event.

    Whatever else imports a function, as tests do, may set its environment later: there they are made on first
    use. Raises what the makers raise; Lambda logs it, and starts the function anew for the next event.
    """
    try:
        if is_started_by_lambda(environment):
            for make in makers:
                make()
            # What is there now stays: no collection need look at it.
            gc.freeze()
    finally:
        gc.enable()
