"""How the chosen mail is divided into sections."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.stack.selection import EntityChoice
from ses_reputation.rollup.entities import ReputationEntity, SenderIdentity, account_entity, identity_entity


@dataclass(frozen=True, slots=True)
class MailSection:
    """Mail that is printed as one. `names` are the fields that say in `--json` whose it is; `entity` is None
    for a part of an entity."""

    title: str
    names: dict[str, str]
    senders: tuple[SenderIdentity, ...]
    entity: ReputationEntity | None = None


def divide(senders: Iterable[SenderIdentity], choice: EntityChoice) -> list[MailSection]:
    """Return a section for each identity, or for each account and Region where an account is chosen.

    Where both are chosen, there is one for each identity as the account sends with it. An identity spans all
    Regions, as on a statement's page; in a chosen one it is a part of its entity.
    """
    sections: dict[str, MailSection] = {}
    for sender in sorted(senders):
        section = _section_of(sender, choice)
        known = sections.get(section.title, section)
        sections[section.title] = replace(known, senders=(*known.senders, sender))
    return [sections[title] for title in sorted(sections)]


def _section_of(sender: SenderIdentity, choice: EntityChoice) -> MailSection:
    in_region = f" in {sender.region}" if choice.region else ""
    region = {"region": sender.region} if choice.region else {}
    if choice.account and choice.identity:
        names = {"kind": "sender", "account": sender.account, **region, "identity": sender.identity}
        return MailSection(f"identity {sender.identity}, sent by {sender.account}{in_region}", names, ())
    if choice.account:
        return _whole(account_entity(sender.account, sender.region))
    if choice.region:
        names = {**identity_entity(sender.identity).to_json(), **region}
        return MailSection(f"identity {sender.identity}{in_region}", names, ())
    return _whole(identity_entity(sender.identity))


def _whole(entity: ReputationEntity) -> MailSection:
    return MailSection(entity.title, entity.to_json(), (), entity)
