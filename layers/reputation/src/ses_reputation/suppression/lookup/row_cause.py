"""Why a spelling came to a list or left it, as the changes of a snapshot say."""

from json.encoder import encode_basestring_ascii as quote

from ses_reputation.suppression.changes.cause import ChangeCause
from ses_reputation.suppression.changes.change_reader import changes_of_manifest
from ses_reputation.suppression.changes.row_change import decode_change
from ses_reputation.suppression.errors import SnapshotCorruptError
from ses_reputation.suppression.forgotten import name_address
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.parts import UNREADABLE
from ses_reputation.suppression.snapshot.snapshot_reader import stream_lines
from ses_reputation.suppression.store import SnapshotStore


def find_cause(store: SnapshotStore, manifest: Manifest, spelling: str) -> ChangeCause | None:
    """Return why a spelling differs from the snapshot before; None where that is not said, or not readable.

    Changes have no index. Their lines begin with the address, so all but one of them are only looked at.
    """
    name, address = name_address(spelling)
    beginning = f'{{"{name}":{quote(address)},'
    try:
        changes, _ = changes_of_manifest(store, manifest)
        for lines in stream_lines(store, manifest.run, changes.parts):
            for line in lines:
                if line.startswith(beginning):
                    return decode_change(line)[1]
    except (SnapshotCorruptError, *UNREADABLE):
        return None
    return None
