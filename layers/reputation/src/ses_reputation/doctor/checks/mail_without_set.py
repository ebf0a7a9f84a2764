"""Whether mail is sent without a configuration set, as the ledger sees it."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import publishing_link
from ses_reputation.doctor.mends import aws_command
from ses_reputation.regions import partition_of


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find senders of which only the owner's feed reports some mail: it named no set that publishes."""
    for sender in setup.senders:
        if not sender.without_set:
            continue
        partition = partition_of(sender.region)
        subject = f"arn:{partition}:ses:{sender.region}:{sender.account}:identity/{sender.identity}"
        yield Diagnosis(
            name="mail_without_set",
            severity=Severity.WARNING,
            account=sender.account,
            region=sender.region,
            subject=subject,
            problem=f"Account {sender.account} sent mail of {sender.identity} in {sender.region} without a "
            f"configuration set: {sender.without_set:,} outcomes of 30 days came by the owner's feed only.",
            why="Without a set that publishes there are no sends and no delays of it, so its rates lack a "
            "denominator.",
            mend="Name the set in every send, or make it the default of the sender's own identity.",
            commands=(aws_command("sesv2 list-configuration-sets", sender.region),),
            explained_by=frozenset(_links(setup, sender.account, sender.region)),
        )


def _links(setup: Setup, account: str, region: str) -> Iterator[str]:
    """Return the links of the sender's feeds: where one is cut, mail with a set comes by none."""
    for place in setup.of_account(account):
        if place.region != region:
            continue
        for each in place.sets:
            yield place.set_arn(each.name)
            for destination in each.destinations or ():
                yield from (
                    publishing_link(f"{place.set_arn(each.name)}/{destination.name}", destination.topic),
                    destination.topic,
                )
