"""The plan of the house: each room of the library and the console, and the rooms that it may import.

They stand in the order of the flow: a room imports only rooms above it. docs/adr/0013-rooms-and-words.md says
why. A new room, or a new arrow between two, is a line here.
"""

_LIBRARY = {
    "errors": "",
    "hours": "",
    "json_text": "",
    "regions": "",
    "tallies": "",
    "time_left": "",
    "visible_text": "",
    "aws": "errors",
    "environment": "errors",
    "starting": "environment",
    "stored_json": "aws errors",
    "shell_words": "visible_text",
    "authorization": "aws environment errors json_text shell_words visible_text",
    "feedback": "aws environment errors hours json_text regions",
    "registration": "aws environment errors feedback",
    "signing": "errors feedback hours regions",
    "accounts": "authorization aws errors json_text regions registration signing visible_text",
    "doctor": "accounts authorization aws environment errors json_text regions shell_words time_left",
    "statistics": (
        "accounts aws doctor environment errors feedback hours registration stored_json tallies time_left"
    ),
    "suppression": "accounts aws environment errors feedback",
    "journaling_settings": "environment feedback",
    "posting_settings": "environment",
    "ledger": "aws errors feedback hours json_text tallies time_left",
    "quarantine": "aws feedback hours json_text",
    "suppression.listing": "json_text suppression",
    "journaling": "errors feedback ledger quarantine signing time_left",
    "rollup": "aws errors feedback hours ledger statistics stored_json tallies visible_text",
    "suppression.snapshot": "aws errors hours json_text suppression suppression.listing time_left",
    "parties": "rollup",
    "rates": "hours rollup tallies",
    "suppression.restore": (
        "authorization aws errors json_text stored_json suppression suppression.listing suppression.snapshot"
    ),
    "suppression.changes": (
        "aws errors feedback hours json_text ledger suppression suppression.listing "
        "suppression.restore suppression.snapshot"
    ),
    "suppression.export": (
        "hours json_text suppression suppression.changes suppression.listing suppression.snapshot"
    ),
    "suppression.runs": (
        "accounts aws doctor errors feedback hours json_text regions registration statistics suppression "
        "suppression.changes suppression.export suppression.listing suppression.snapshot time_left"
    ),
    "suppression.lookup": (
        "feedback statistics suppression suppression.changes suppression.listing suppression.runs "
        "suppression.snapshot"
    ),
    "forgetting": (
        "aws errors feedback json_text ledger quarantine suppression suppression.changes suppression.listing "
        "suppression.lookup suppression.restore suppression.snapshot"
    ),
    "wording": "feedback ledger rates rollup visible_text",
    "delivery": "feedback hours ledger rates rollup tallies wording",
    "findings": "delivery feedback hours ledger rates rollup statistics tallies",
    "standing": "aws findings hours rates rollup statistics stored_json tallies",
    "verification": "authorization aws errors feedback hours ledger shell_words visible_text",
    "protection": "accounts aws errors ledger rates rollup standing visible_text wording",
    "notifications": (
        "aws errors findings hours ledger parties protection rates rollup shell_words standing statistics "
        "visible_text wording"
    ),
    "digest": (
        "aws environment errors json_text notifications parties rates rollup standing stored_json "
        "suppression suppression.snapshot visible_text"
    ),
    "assessment": (
        "accounts delivery environment errors findings hours ledger notifications parties protection rates "
        "rollup standing statistics tallies time_left visible_text"
    ),
    "statement.view": "hours parties rates rollup",
    "statement": (
        "assessment aws delivery environment errors findings hours json_text ledger notifications parties "
        "rates rollup shell_words standing statement.view statistics suppression suppression.changes "
        "suppression.snapshot tallies time_left visible_text wording"
    ),
    "telemetry": "assessment environment journaling ledger standing statistics suppression.snapshot",
}
_CONSOLE = {
    "console.demo.traffic": "",
    "console.errors": "",
    "console.local_aws.ministack": "",
    "console.local_aws.ses_stand_in": "",
    "console.local_aws": "console.local_aws.ministack hours",
    "console.options": "environment feedback hours regions",
    "console.terminal": "visible_text wording",
    "console.stack": (
        "accounts assessment authorization console.errors console.local_aws environment errors feedback "
        "hours journaling_settings ledger parties quarantine rates registration rollup standing statement "
        "statement.view statistics suppression tallies verification visible_text"
    ),
    "console.actions": (
        "accounts assessment authorization console.errors console.stack environment errors feedback hours "
        "journaling_settings notifications protection quarantine regions registration rollup shell_words "
        "standing statement statement.view suppression suppression.changes suppression.listing "
        "suppression.lookup suppression.restore suppression.runs suppression.snapshot verification "
        "visible_text"
    ),
    "console.forgetting": (
        "aws console.errors console.stack forgetting suppression suppression.lookup suppression.snapshot "
        "wording"
    ),
    "console.reports": (
        "accounts authorization console.actions console.forgetting console.stack console.terminal delivery "
        "doctor feedback findings forgetting hours ledger notifications protection quarantine rates rollup "
        "shell_words standing statement.view suppression suppression.changes suppression.listing "
        "suppression.lookup suppression.restore suppression.runs suppression.snapshot tallies verification "
        "visible_text wording"
    ),
    "console.demo.expected": (
        "console.demo.traffic console.local_aws console.reports findings ledger rates rollup standing"
    ),
    "console.local_stack": (
        "console.errors console.local_aws console.local_aws.ministack console.local_aws.ses_stand_in "
        "console.reports console.stack console.terminal feedback ledger quarantine rollup shell_words "
        "suppression suppression.snapshot wording"
    ),
    "console.demo": (
        "assessment console.actions console.demo.expected console.demo.traffic console.errors "
        "console.local_aws console.local_aws.ses_stand_in console.local_stack console.reports console.stack "
        "console.terminal findings "
        "hours ledger rates rollup standing suppression suppression.changes suppression.snapshot wording"
    ),
    "console.replay": (
        "aws console.errors console.local_aws console.local_aws.ministack console.local_stack "
        "console.reports console.terminal environment feedback journaling_settings ledger shell_words "
        "tallies wording"
    ),
    "console.commands": (
        "accounts authorization console.actions console.demo console.errors console.forgetting "
        "console.local_aws console.local_aws.ses_stand_in console.local_stack console.options console.replay "
        "console.reports console.stack console.terminal console.usage delivery doctor environment feedback "
        "findings "
        "hours protection quarantine registration rollup standing statistics suppression "
        "suppression.changes suppression.lookup suppression.restore suppression.runs "
        "suppression.snapshot verification visible_text wording"
    ),
    "console.usage": "console.options console.stack errors visible_text",
    "console.application": (
        "console.commands console.errors console.local_aws console.stack console.terminal console.usage "
        "errors"
    ),
    "console.main": "console.application",
    "console.deploy_region": "console.actions console.errors console.local_aws console.options",
}


def _whole(room: str) -> str:
    """Return a room's dotted name: `rates` is `ses_reputation.rates`, the console's have theirs."""
    return room if room.startswith("console.") else f"ses_reputation.{room}"


ALLOWED: dict[str, set[str]] = {
    _whole(room): {_whole(other) for other in others.split()}
    for room, others in {**_LIBRARY, **_CONSOLE}.items()
}
SPEAKS_TO_AWS = {
    "ses_reputation.accounts.identity_store",
    "ses_reputation.authorization.store",
    "ses_reputation.aws.clients",
    "ses_reputation.aws.dynamodb",
    "ses_reputation.aws.errors",
    "ses_reputation.statistics.store",
    "ses_reputation.suppression.listing.list_reader",
    "ses_reputation.suppression.restore.list_writer",
    "ses_reputation.suppression.store",
    "ses_reputation.verification.sending",
}
"""Modules that import boto3 or botocore; all other stores use these."""
HOT_PATH = {
    "ses_reputation.aws",
    "ses_reputation.environment",
    "ses_reputation.errors",
    "ses_reputation.feedback",
    "ses_reputation.hours",
    "ses_reputation.json_text",
    "ses_reputation.journaling",
    "ses_reputation.journaling_settings",
    "ses_reputation.ledger",
    "ses_reputation.quarantine",
    "ses_reputation.regions",
    "ses_reputation.registration",
    "ses_reputation.signing",
    "ses_reputation.starting",
    "ses_reputation.tallies",
    "ses_reputation.time_left",
    "ses_reputation.telemetry",
}
"""Rooms that `functions/journal_feedback` loads when it starts."""
