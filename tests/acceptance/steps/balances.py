"""From the topic to the ledger: what was published twice counts once."""

from collections import Counter

from console.stack.connection import Hours
from tests.acceptance.notifications import addresses, bounced, publish, sent
from tests.acceptance.run import Run

MAILS, RECIPIENTS, BOUNCES = 4, 50, 40


def count_once(run: Run) -> str:
    """Publish 200 sends, 40 of them bounced, twice; the hour's balance has each once."""
    messages = [sent(run, f"send-{mail}", addresses(RECIPIENTS, f"r{mail}")) for mail in range(MAILS)]
    messages += [bounced(run, "send-0", address) for address in addresses(BOUNCES, "r0")]
    publish(run, messages)
    publish(run, messages)
    wanted = {"sent": MAILS * RECIPIENTS, "bounced_permanent_no_email": BOUNCES}
    run.await_that(f"the balance of {run.send_hour} is {wanted}", lambda: count_outcomes(run) == wanted)
    return f"{wanted['sent']} sends and {BOUNCES} bounces counted, of {2 * len(messages)} messages published"


def count_outcomes(run: Run, region: str = "", hour: str = "") -> dict[str, int]:
    """What the ledger counted of the invented mail of an hour and a Region (default: the run's)."""
    account, where, when = run.account.account_id, region or run.account.region, hour or run.send_hour
    counted: Counter[str] = Counter()
    for balance in run.connection.read_hours(Hours((account,), (where,), first=when, last=when)):
        if balance.sender_hour.identity == run.identity:
            for providers in balance.counts.values():
                for outcomes in providers.values():
                    counted.update(outcomes)
    return dict(counted)
