"""Whether configuration sets send, and through a pool that exists."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command, our_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find sets that are paused: by protection, or by a person."""
    for place in setup.places:
        for each in place.sets:
            if each.is_sending_enabled:
                continue
            shown = our_command("protection show", ("--stack", setup.stack))
            yield Diagnosis(
                name="set_paused",
                severity=Severity.ERROR,
                account=place.account,
                region=place.region,
                subject=place.set_arn(each.name),
                problem=f"Sending with configuration set {each.name} of {place.title} is paused.",
                why="SES refuses every send that names it, or has it as default. The ledger pauses sets that "
                "ruin an account's reputation, if protection is switched on.",
                mend=f"See with `{shown}` whether the ledger did it and why; if that is mended, resume.",
                commands=(
                    aws_command(
                        "sesv2 put-configuration-set-sending-options",
                        place.region,
                        "--sending-enabled",
                        configuration_set_name=each.name,
                    ),
                ),
            )
