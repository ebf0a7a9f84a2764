"""Who may send with an identity, by an operator's commands: drafted, checked, written, shown, revoked."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands.authorization import commands as authorize
from console.commands.authorization import draft_grant
from console.stack.owned_identity import OwnedIdentity
from ses_reputation.authorization.errors import IdentityUnknownError
from ses_reputation.authorization.identity_arn import IdentityArn, parse_identity_arn
from ses_reputation.authorization.store import IdentityPolicies
from ses_reputation.errors import UnavailableError
from tests.support.in_memory.identity_policies import PoliciesInMemory
from tests.unit.console.running import read_json, undocumented
from tests.unit.console.standings import NOW

OWNER, COURIER, HARBOR = "111111111111", "222222222222", "333333333333"
ARN = f"arn:aws:ses:eu-west-1:{OWNER}:identity/orchard.example"
ADDRESS = parse_identity_arn(ARN.replace("identity/", "identity/news@"))
TO_COURIER = ("--delegate", COURIER, "--from", "*@orchard.example")


def statement(**changes: Any) -> dict[str, Any]:
    usual = {
        "Sid": "AllowSending",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{COURIER}:root"]},
        "Action": ["ses:SendEmail", "ses:SendRawEmail"],
        "Resource": ARN,
        "Condition": {"StringLike": {"ses:FromAddress": ["*@orchard.example"]}},
    }
    return {**usual, **changes}


def policy(**changes: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement(**changes)]}


class Owner:
    """An owner's account as the commands reach it, and whose credentials they asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = PoliciesInMemory(parse_identity_arn(ARN))
        self.opened: list[tuple[str, str | None, str | None]] = []
        self.waited: list[float] = []
        for module in (authorize, draft_grant):
            monkeypatch.setattr(module, "open_identity", self.open)
            monkeypatch.setattr(module, "current_time", lambda: NOW)
        monkeypatch.setattr(authorize, "sleep", self.waited.append)

    def open(self, identity: str, region: str | None, profile: str | None) -> OwnedIdentity:
        self.opened.append((identity, region, profile))
        return OwnedIdentity(self.store.identity, cast("IdentityPolicies", self.store))

    def keep(self, **policies: dict[str, Any]) -> None:
        self.store.stored.update({name: json.dumps(document) for name, document in policies.items()})

    @property
    def documents(self) -> dict[str, Any]:
        return {name: json.loads(text) for name, text in self.store.stored.items()}


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Owner:
    return Owner(monkeypatch)


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["authorize", *arguments], input=typed, env={"COLUMNS": "80"})


def words_of(result: Result) -> str:
    return " ".join(result.stdout.split())


def test_a_draft_by_arn_asks_nobody_and_is_written_to_a_file(owner: Owner, tmp_path: Path) -> None:
    result = run("draft", ARN, *TO_COURIER, "--out", str(tmp_path / "new" / "folder"))

    assert result.exit_code == 0, result.output
    assert owner.opened == []
    written = tmp_path / "new" / "folder" / "Send-222222222222.json"
    assert json.loads(written.read_text()) == policy()
    assert "account 222222222222 with all its users and roles: ses:SendEmail (simple mail)" in words_of(
        result
    )
    assert "The identity's policies were not read" in words_of(result)


def test_a_draft_by_name_counts_the_policies_that_are_there(owner: Owner) -> None:
    owner.keep(**{f"Other-{number}": policy() for number in range(20)})

    document = read_json(run("draft", "orchard.example", *TO_COURIER, "--profile", "orchard", "--json"))

    assert owner.opened == [("orchard.example", None, "orchard")]
    assert document["policies"][0]["document"] == policy()
    assert any("would have 21 policies" in note for note in document["notes"])
    assert document["findings"] == []
    assert undocumented(document, *document["policies"]) == set()


def test_every_option_of_a_draft_reaches_the_policy(owner: Owner) -> None:
    options = "--recipient *@harbor.example --display-name Orchard* --feedback-address b@orchard.example"
    options += " --source-ip 203.0.113.0/24 --not-before 2026-12-01T00:00:00Z --not-after 2027-01-01"
    document = read_json(
        run(
            "draft", ARN, *TO_COURIER, *options.split(), "--templated", "--bulk", "--name", "Agency", "--json"
        )
    )

    (drafted,) = document["policies"]
    (allowed,) = drafted["document"]["Statement"]
    assert drafted["name"] == "Agency"
    assert allowed["Action"] == [
        *("ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail"),
        *("ses:SendBulkTemplatedEmail", "ses:SendBulkEmail"),
    ]
    assert set(allowed["Condition"]) == {
        *("StringLike", "ForAllValues:StringLike", "IpAddress"),
        *("DateGreaterThanEquals", "DateLessThan"),
    }
    assert allowed["Condition"]["DateLessThan"] == {"aws:CurrentTime": "2027-01-01T00:00:00Z"}


def test_a_draft_without_conditions_says_so(owner: Owner) -> None:
    result = run("draft", ARN, "--delegate", COURIER)

    assert result.exit_code == 0
    assert "warning no-condition (policy Send-222222222222, Statement AllowSending)" in words_of(result)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["draft", ARN], 1, "Error: name a delegate"),
        (["draft", ARN, "--delegate", "*"], 1, "Error: * is no delegate"),
        (["draft", ARN.replace("eu-west-1", "*"), *TO_COURIER], 1, "names all Regions"),
        (["draft", "arn:aws:ses:x", *TO_COURIER], 1, "such as arn:aws:ses:eu-west-1"),
        (["draft", ARN, *TO_COURIER, "--not-after", "soon"], 2, "give one such as 2027-01-01T00:00:00Z"),
        (["send-example", ARN, "--configuration-set", "x", "--from", "a@b.example"], 1, "not of orchard"),
        (["send-example", "orchard.example", "--configuration-set", "x"], 1, "such as arn:aws:ses"),
        (["lint", ARN, "missing.json"], 1, "missing.json cannot be read"),
        (["revoke", ARN, "--delegate", "courier"], 2, "give 12 digits"),
    ],
)
def test_wrong_arguments_are_said(owner: Owner, arguments: list[str], code: int, said: str) -> None:
    result = run(*arguments)

    assert result.exit_code == code
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.output


def write(folder: Path, name: str, document: Any) -> str:
    path = folder / f"{name}.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(path)


def test_what_was_drafted_is_applied_and_then_there_is_nothing_to_do(owner: Owner, tmp_path: Path) -> None:
    run("draft", ARN, *TO_COURIER, "--out", str(tmp_path))
    file = str(tmp_path / "Send-222222222222.json")

    first, second = run("apply", ARN, file, "--yes"), run("apply", ARN, file)

    assert "Policy Send-222222222222: to be created" in words_of(first)
    assert words_of(first).endswith("Written, read back, and the same.")
    assert owner.documents == {"Send-222222222222": policy()}
    assert words_of(second).endswith("SES stores them already.")
    assert owner.store.calls == [("create", "Send-222222222222")]


@pytest.mark.parametrize(("answer", "calls"), [("y\n", [("update", "Courier")]), ("n\n", []), ("", [])])
def test_applying_asks_first(owner: Owner, tmp_path: Path, answer: str, calls: list[tuple[str, str]]) -> None:
    owner.keep(Courier=policy(Principal={"AWS": HARBOR}))

    result = run("apply", ARN, write(tmp_path, "Courier", policy()), typed=answer)

    assert "Policy Courier: to be replaced" in words_of(result)
    assert owner.store.calls == calls
    assert (result.exit_code == 0) is bool(calls)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (policy(Principal="*", Condition={}), "error open-to-the-world"),
        (policy(Condition={"StringEquals": {"AWS:SourceAccount": COURIER}}), "error key-capitals"),
        ("{", "error unreadable-policy (policy Courier)"),
    ],
)
def test_what_a_check_calls_an_error_is_not_written(
    owner: Owner, tmp_path: Path, document: Any, said: str
) -> None:
    result = run("apply", ARN, write(tmp_path, "Courier", document), "--yes")

    assert result.exit_code == 2
    assert said in words_of(result)
    assert words_of(result).endswith("Nothing was written: mend the errors first.")
    assert owner.store.calls == []


def test_a_program_applies_by_its_word_and_reads_what_was_written(owner: Owner, tmp_path: Path) -> None:
    file = write(tmp_path, "Courier", policy())

    refused = run("apply", ARN, file, "--json", typed="y\n")
    assert (refused.exit_code, refused.stdout, owner.store.calls) == (2, "", [])
    assert "give --yes, too" in refused.stderr

    first = read_json(run("apply", ARN, file, "--yes", "--json"))
    second = read_json(run("apply", ARN, file, "--yes", "--json"))
    assert [(each["name"], each["change"]) for each in first["policies"]] == [("Courier", "create")]
    assert first["policies"][0]["document"] == policy()
    assert (first["applied"], second["applied"]) == (True, False)
    assert second["policies"][0]["change"] == "keep"
    assert undocumented(first, *first["policies"]) == set()


def test_a_program_reads_why_nothing_was_written(owner: Owner, tmp_path: Path) -> None:
    file = write(tmp_path, "Courier", policy(Principal="*", Condition={}))

    result = run("apply", ARN, file, "--yes", "--json")

    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert (document["applied"], document["policies"]) == (False, [])
    assert "open-to-the-world" in [each["check"] for each in document["findings"]]


def test_the_21st_policy_is_not_written(owner: Owner, tmp_path: Path) -> None:
    owner.keep(**{f"Other-{number}": policy() for number in range(20)})

    result = run("apply", ARN, write(tmp_path, "Courier", policy()), "--yes")

    assert result.exit_code == 1
    assert "would have 21 policies" in result.stderr
    assert owner.store.calls == []


def test_a_role_that_was_made_just_now_is_waited_for(owner: Owner, tmp_path: Path) -> None:
    owner.store.refusals = ["invalid principal"] * 2

    result = run("apply", ARN, write(tmp_path, "Courier", policy()), "--yes")

    assert result.exit_code == 0, result.output
    assert owner.waited == [2, 4]
    assert "SES refuses policy Courier: invalid principal. It may not know a new user" in words_of(result)


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("eu-west-1", ""),
        (
            "af-south-1",
            " af-south-1 is a Region that accounts have to enable, and SES there does not know those that "
            "have not: enable af-south-1 in 222222222222, or verify the identity in a default Region.",
        ),
    ],
)
def test_what_ses_keeps_refusing_is_explained(owner: Owner, tmp_path: Path, region: str, said: str) -> None:
    """A09: the delegate's account may not have enabled the identity's Region."""
    arn = ARN.replace("eu-west-1", region)
    owner.store = PoliciesInMemory(parse_identity_arn(arn))
    owner.store.refusals = ["invalid principal"] * 99

    result = run("apply", arn, write(tmp_path, "Courier", policy(Resource=arn)), "--yes")

    assert result.exit_code == 1
    assert result.stderr.endswith(
        f"Error: SES refuses a policy: invalid principal. The policies name arn:aws:iam::{COURIER}:root. "
        f"Does each exist?{said}\n"
    )
    assert owner.store.stored == {}


def test_show_says_who_may_do_what(owner: Owner) -> None:
    owner.keep(Courier=policy(), Broken={})

    result = run("show", "orchard.example")
    document = read_json(run("show", "orchard.example", "--json"))

    assert "orchard.example" in words_of(result)
    assert f"{ARN}: 2 policies of at most 20." in words_of(result)
    assert "Policy Broken - It cannot be read: the policy has no Statement." in words_of(result)
    assert "if the From address is like *@orchard.example." in words_of(result)
    assert [each["name"] for each in document["policies"]] == ["Broken", "Courier"]
    assert document["policies"][1]["document"] == policy()


def test_show_of_an_identity_without_policies_says_what_that_means(owner: Owner) -> None:
    assert words_of(run("show", ARN)).endswith("Nobody but its own account can send with it.")


@pytest.mark.parametrize(
    ("document", "code"),
    [(policy(), 0), (policy(Action="ses:SendEmail"), 1), (policy(Principal="*"), 2)],
)
def test_lint_exits_as_linters_do(owner: Owner, document: dict[str, Any], code: int) -> None:
    owner.keep(Courier=document)

    for arguments in (["lint", ARN], ["lint", ARN, "--json"]):
        assert run(*arguments).exit_code == code


def test_lint_of_files_asks_nobody(owner: Owner, tmp_path: Path) -> None:
    result = run("lint", ARN, write(tmp_path, "Courier", policy(Resource="*")), "--json")

    document = json.loads(result.stdout)
    assert (owner.opened, result.exit_code) == ([], 2)
    assert [(each["check"], each["policy"]) for each in document["findings"]] == [
        ("other-identity", "Courier")
    ]
    assert undocumented(document, *document["findings"]) == set()


def test_lint_compares_the_identities_above_and_below(owner: Owner) -> None:
    """A07."""
    denying = json.dumps(policy(Effect="Deny", Resource=str(ADDRESS)))
    owner.keep(Courier=policy())
    owner.store.identities |= {ADDRESS.name: {"Own": denying}, "harvest.example": {"Own": denying}}

    result = run("lint", ARN)

    assert result.exit_code == 1
    assert words_of(result).count("warning other-identity-differs") == 1
    assert "delete the identity news@orchard.example" in words_of(result)


def test_lint_says_where_identities_could_not_be_compared(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> list[str]:
        raise UnavailableError("AccessDeniedException")

    owner.keep(Courier=policy())
    monkeypatch.setattr(owner.store, "names_of_identities", refuse)

    result = run("lint", ARN)

    assert result.exit_code == 0
    assert words_of(result).endswith(
        "Identities above and below it were not compared. AccessDeniedException."
    )


REVOKE = ("revoke", "orchard.example", "--delegate", COURIER)


def test_revoking_drafts_and_writes_nothing(owner: Owner) -> None:
    owner.keep(Agency=policy(Principal={"AWS": [COURIER, HARBOR]}), Courier=policy())

    result = run(*REVOKE)
    document = read_json(run(*REVOKE, "--json"))

    assert f"orchard.example without {COURIER} A draft for {ARN}." in words_of(result)
    assert "Policy Agency: to replace" in words_of(result)
    assert "aws sesv2 delete-email-identity-policy --region eu-west-1" in words_of(result)
    assert [(each["name"], each["change"]) for each in document["policies"]] == [
        ("Agency", "replaced"),
        ("Courier", "deleted"),
    ]
    assert undocumented(document, *document["policies"]) == set()
    assert owner.store.calls == []


def test_a_revocation_is_applied_on_request_and_checked(owner: Owner) -> None:
    owner.keep(
        Agency=policy(Principal={"AWS": [COURIER, HARBOR]}),
        Courier=policy(),
        Everybody=policy(Principal="*", Action="ses:SendBulkEmail"),
    )

    result = run(*REVOKE, "--apply", "--yes")

    assert result.exit_code == 0, result.output
    assert f"{COURIER} cannot send with orchard.example any more." in result.stderr
    assert set(owner.documents) == {"Agency", "Everybody"}
    assert owner.documents["Agency"]["Statement"][0]["Principal"] == {"AWS": [HARBOR]}
    assert owner.documents["Everybody"]["Statement"][-1] == {
        "Sid": f"Revoke{COURIER}",
        "Effect": "Deny",
        "Principal": {"AWS": f"arn:aws:iam::{COURIER}:root"},
        "Action": ["ses:Send*"],
        "Resource": ARN,
    }
    assert run(*REVOKE, "--apply").exit_code == 0


def test_a_program_revokes_by_its_word_and_reads_that_it_was_done(owner: Owner) -> None:
    owner.keep(Courier=policy())

    assert run(*REVOKE, "--apply", "--json", typed="y\n").exit_code == 2
    assert owner.documents == {"Courier": policy()}
    assert read_json(run(*REVOKE, "--json"))["applied"] is False
    assert read_json(run(*REVOKE, "--apply", "--yes", "--json"))["applied"] is True
    assert owner.documents == {}


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_revoking_asks_first(owner: Owner, answer: str) -> None:
    owner.keep(Courier=policy())

    result = run(*REVOKE, "--apply", typed=answer)

    assert result.exit_code == 1
    assert owner.documents == {"Courier": policy()}


def test_what_still_lets_the_delegate_send_is_an_error(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.keep(Courier=policy())
    monkeypatch.setattr(authorize, "apply_writes", lambda *_: None)
    owner.keep(Courier=policy(Condition={}))

    result = run(*REVOKE, "--apply", "--yes")

    assert result.exit_code == 1
    assert f"may still let {COURIER} use ses:SendEmail, ses:SendRawEmail" in result.stderr


def test_policies_that_cannot_be_read_are_drafted_against_and_not_written(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> dict[str, str]:
        raise UnavailableError("Asking SES about the identity's policies: AccessDeniedException")

    monkeypatch.setattr(owner.store, "read", refuse)

    result = run(*REVOKE, "--apply", "--yes")
    document = read_json(run(*REVOKE, "--json"))

    assert result.exit_code == 1
    assert "Nothing was written" in result.stderr
    assert owner.store.calls == []
    (drafted,) = document["policies"]
    assert document["obstacle"] == "Asking SES about the identity's policies: AccessDeniedException."
    assert (drafted["change"], drafted["document"]["Statement"][0]["Action"]) == ("added", ["ses:Send*"])


def test_an_identity_without_policies_has_nothing_to_revoke(owner: Owner) -> None:
    result = run(*REVOKE)

    assert result.exit_code == 1
    assert f"Error: {ARN} has no sending-authorization policy" in result.stderr


def test_an_identity_that_does_not_exist_is_said(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> dict[str, str]:
        raise IdentityUnknownError("Email identity orchard.example does not exist.")

    monkeypatch.setattr(owner.store, "read", missing)

    for arguments in (["show", ARN], REVOKE, ["lint", ARN]):
        result = run(*arguments)
        assert (result.exit_code, result.stderr) == (
            1,
            "Error: Email identity orchard.example does not exist.\n",
        )


def test_an_example_is_printed_whole_and_as_json() -> None:
    arguments = ("send-example", ARN, "--configuration-set", "courier-news")

    printed, document = run(*arguments), read_json(run(*arguments, "--json"))

    for way in document["ways"]:
        assert way["title"] in printed.stdout
        assert way["text"] in printed.stdout
    assert undocumented(document, *document["ways"]) == set()


def test_an_example_for_a_global_endpoint_names_all_regions() -> None:
    arn = str(IdentityArn("aws", "*", OWNER, "orchard.example"))
    document = read_json(
        run(
            *("send-example", arn, "--configuration-set", "x", "--global-endpoint", "abc.123"),
            *("--region", "eu-west-1", "--json"),
        )
    )

    assert document["identity_arn"] == arn
    assert all(arn in way["text"] for way in document["ways"])
