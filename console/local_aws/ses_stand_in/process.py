"""The SES stand-in in a process of its own: `python -m console.local_aws.ses_stand_in.process --help`."""

import argparse
import signal
import threading

from console.local_aws.ses_stand_in.limits import RequestLimits
from console.local_aws.ses_stand_in.lists import ListBehaviour
from console.local_aws.ses_stand_in.server import SesStandIn


def main() -> None:
    """Print the endpoint on the first line and serve until SIGTERM; SIGUSR1 makes all tokens expire."""
    chosen = _read_arguments()
    behaviour = ListBehaviour(
        chosen.order_seed, chosen.repeated_fraction, chosen.token_uses, chosen.token_seconds
    )
    limits = RequestLimits(
        chosen.requests_per_second,
        throttled_fraction=chosen.throttled_fraction,
        failed_fraction=chosen.failed_fraction,
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with SesStandIn(chosen.account, behaviour, limits, chosen.port) as stand_in:
        stand_in.seed(chosen.addresses, chosen.account, chosen.region)
        signal.signal(signal.SIGUSR1, lambda *_: stand_in.expire_tokens())
        print(stand_in.endpoint_url, flush=True)
        stopped.wait()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--account", default="111122223333")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--addresses", type=int, default=0, help="how many invented addresses the list holds")
    parser.add_argument("--order-seed", type=int)
    parser.add_argument("--repeated-fraction", type=float, default=0.0)
    parser.add_argument("--token-uses", type=int)
    parser.add_argument("--token-seconds", type=float)
    parser.add_argument("--requests-per-second", type=float)
    parser.add_argument("--throttled-fraction", type=float, default=0.0)
    parser.add_argument("--failed-fraction", type=float, default=0.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
