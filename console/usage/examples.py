"""Examples of each command, as its help shows them: what is typed, and what for."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("demo --keep", "the whole pipeline on this machine, kept running to look around"),
        ("standing --stack ses-reputation", "where everybody stands, of a deployed stack"),
        ("standing explain --identity example.com --stack prod", "why, in full"),
        ("doctor --stack ses-reputation --region eu-west-1", "what is set up wrong, of a stack in eu-west-1"),
    ),
    "demo": (
        ("demo", "run it, and remove everything"),
        ("demo --keep --mails 20000", "a bigger day, for the other commands to read until Ctrl-C"),
    ),
    "replay": (
        ("replay archive --owner 111122223333", "see what becomes of your archive, on this machine"),
        ("replay archive --stack ses-reputation", "count it in a deployed ledger; it asks first"),
    ),
    "balances": (
        ("balances --from 2026-11-20 --to 2026-11-22", "three days of all registered accounts"),
        ("balances --identity example.com --json", "one identity, whoever sends with it, for a program"),
    ),
    "entries": (
        ("entries --recipient ann@example.com", "all that was reported of mail to an address"),
        ("entries --message 010001935b2e7a10-1c0d2f9e --delay-days 30", "of a message, its old delays too"),
    ),
    "message": (
        ("message 010001935b2e7a10-1c0d2f9e", "whose mail it was, and what became of it"),
        (
            "message 010001935b2e7a10-1c0d2f9e --recipient ann@example.com --sent 2026-11-22T10",
            "one that arrived: nobody has an entry, so its hour and a recipient are needed",
        ),
        ("message 010001935b2e7a10-1c0d2f9e --quarantine", "look among what did not count, too"),
    ),
    "entries export": (("entries export --stack ses-reputation", "all entries to S3, for Athena"),),
    "ledger post": (("ledger post --from 2026-11-01 --dry-run", "say which hours of November need it"),),
    "ledger rebuild": (
        ("ledger rebuild --account 444455556666 --from 2026-11-20 --to 2026-11-20", "one day of one account"),
    ),
    "standing": (
        ("standing", "everybody"),
        ("standing --identity example.com", "a domain, and the addresses of it"),
        ("standing --at 2026-11-20T14", "as it was when that hour ended"),
        ("standing explain --account 444455556666", "one account in full"),
        ("standing history --identity example.com --days 90", "one identity day by day"),
    ),
    "standing explain": (
        ("standing explain --account 444455556666 --region us-east-1", "an account in one Region"),
        ("standing explain --identity example.com", "an identity, whoever sends with it"),
    ),
    "standing history": (
        ("standing history --account 444455556666", "the last 30 days of an account"),
        ("standing history --identity example.com --days 90 --json", "a quarter, for a chart of your own"),
    ),
    "statement open": (
        ("statement open --stack ses-reputation", "the page of the ledger's own account, in the browser"),
        ("statement open 444455556666 --link", "the link to a sender's page, which ends in an hour"),
    ),
    "statement list": (("statement list --json", "which there are, for a program"),),
    "forget": (
        ("forget ann@example.com", "say what the stack has of a person"),
        ("forget ann@example.com --apply --json", "erase it, and print the certificate for a file"),
    ),
    "statement write": (("statement write pages --stack ses-reputation", "all pages as files"),),
    "serve": (
        ("serve", "all pages of the stack kept on this machine, renewed each minute"),
        ("serve --stack ses-reputation --every 300", "those of a deployed stack, every five minutes"),
    ),
    "providers": (
        ("providers --identity example.com", "who delays the mail of a domain"),
        ("providers --warm-up --days 30", "how each configuration set's volume grows"),
    ),
    "feeds": (("feeds --account 444455556666", "what this account's feeds leave out"),),
    "doctor": (
        ("doctor --stack ses-reputation", "all accounts and Regions that mail came from"),
        ("doctor --stack ses-reputation --account 444455556666", "what is to be mended in one account"),
    ),
    "verify": (
        (
            "verify --stack ses-reputation --delegate 444455556666=agency",
            "as the owner, and as a delegate by its profile",
        ),
    ),
    "findings list": (("findings list", "what is open, each with the key that mutes it"),),
    "findings mute": (
        (
            'findings mute bounces --account 444455556666 --until 2026-12-01 --why "list is being cleaned"',
            "no reminders until December",
        ),
    ),
    "findings unmute": (("findings unmute bounces --account 444455556666", "remind daily again"),),
    "accounts add owner": (
        ("accounts add owner 111122223333 --identity example.com", "and print how to connect it"),
    ),
    "accounts add delegate": (
        ("accounts add delegate 444455556666 --owner 111122223333", "and print how to connect it"),
    ),
    "accounts remove owner": (("accounts remove owner 111122223333", "and print what to run, in order"),),
    "accounts remove delegate": (
        ("accounts remove delegate 444455556666", "and print what to run, in order"),
    ),
    "accounts list": (("accounts list --stack ses-reputation", "who is connected, who is silent"),),
    "protection show": (("protection show", "what was paused, and why"),),
    "protection resume": (
        ("protection resume newsletter --account 444455556666 --region us-east-1", "let it send again"),
    ),
    "authorize draft": (
        (
            "authorize draft example.com --delegate 444455556666 --from '*@example.com'",
            "write a policy to a file",
        ),
    ),
    "authorize apply": (("authorize apply example.com policy.json", "write it to SES; it asks first"),),
    "authorize show": (("authorize show example.com --profile owner", "who may send, in words"),),
    "authorize lint": (("authorize lint example.com policy.json", "check a file before it is written"),),
    "authorize revoke": (
        ("authorize revoke example.com --delegate 444455556666", "draft it; --apply writes it"),
    ),
    "authorize send-example": (
        (
            "authorize send-example arn:aws:ses:us-east-1:111122223333:identity/example.com",
            "for a delegate: each way to send, filled in",
        ),
    ),
    "quarantine list": (("quarantine list --reason unreadable", "the keys of one reason"),),
    "quarantine summary": (
        ("quarantine summary --account 444455556666", "what one account's topics brought"),
    ),
    "quarantine retry": (("quarantine retry --reason foreign_topic", "after the account was registered"),),
    "quarantine show": (
        ("quarantine show quarantine/unreadable/2026-11-22/5f2a.json", "one message in full, by its key"),
    ),
    "suppression export": (("suppression export", "every list now, and wait for it"),),
    "suppression snapshots": (("suppression snapshots --json", "all finished ones, for a program"),),
    "suppression show": (("suppression show --account 444455556666", "its latest snapshot"),),
    "suppression list": (
        ("suppression list --format ndjson", "all rows of the own list; they hold addresses"),
    ),
    "suppression stats": (("suppression stats", "how many, by reason, provider and month"),),
    "suppression find": (("suppression find ann@example.com", "which lists have it, and since when"),),
    "suppression history": (("suppression history ann@example.com", "when it came, and when it went"),),
    "suppression changes": (("suppression changes", "what the latest snapshot changed, and why"),),
    "suppression drift": (("suppression drift --days 30", "what lists lack, and what they keep too long"),),
    "suppression sync": (
        ("suppression sync --identity example.com", "what its senders lack of each other; --apply adds it"),
    ),
    "suppression restore": (
        ("suppression restore 20261122T070000Z", "what would change; --apply --why TEXT changes it"),
    ),
    "suppression import": (("suppression import old.csv", "what a former provider's list would add"),),
    "suppression add": (("suppression add ann@example.com --reason COMPLAINT", "what would change"),),
    "suppression remove": (("suppression remove ann@example.com", "what would change, in all spellings"),),
}
