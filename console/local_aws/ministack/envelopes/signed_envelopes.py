"""Envelopes that are signed, as SNS signs them: ministack writes FAKE where the signature belongs.

The real check runs in the functions. Inside their processes alone, two constants are replaced: the root that
certificates lead to, and the addresses that stand for SNS's and Amazon's. Nothing that is deployed can do
that: no variable, no parameter, no file of the function.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from ministack.core import lambda_runtime
from ministack.services import sns

from console.local_aws.ministack.envelopes.certificate_server import (
    Addresses,
    answer_from,
    serve_certificates,
)
from console.local_aws.ministack.envelopes.signer import EnvelopeSigner, make_issuer, make_leaf, make_root

FILE_NAME = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
# SNS's own keys have 2,048. To sign with one took 0.75 ms a message in place of 0.14: a third of all that the
# emulator did in a demo.
_KEY_BITS = 1_024
_IMPORT = "        mod = importlib.import_module(module_name)\n"
_TRUST = """
        try:
            from ses_reputation.signing import authority
        except ImportError:
            pass  # a function that is not of this project
        else:
            authority.AMAZON = authority.SigningAuthority({roots!r}, {addresses!r})
"""


@contextmanager
def sign_what_sns_publishes() -> Iterator[EnvelopeSigner]:
    """Sign with a key made for the run, and publish its certificate until the block ends."""
    root = make_root()
    issuer = make_issuer(root)
    leaf = make_leaf(issuer, key=rsa.generate_private_key(65537, _KEY_BITS))
    signer = EnvelopeSigner(leaf.key, FILE_NAME)  # type: ignore[arg-type]
    published = {f"/{FILE_NAME}": leaf.pem, "/r2m01.cer": issuer.der}
    with serve_certificates(root, answer_from(published)) as addresses:
        _trust_in_functions(root.pem, addresses)
        _sign_envelopes(signer)
        yield signer


def _trust_in_functions(roots: bytes, addresses: Addresses) -> None:
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_IMPORT) != 1:
        raise RuntimeError(
            "this ministack's worker imports functions in another way: signing.py has to follow"
        )
    trust = _TRUST.format(roots=roots, addresses=addresses._asdict())
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_IMPORT, trust.lstrip("\n") + _IMPORT)


def _sign_envelopes(signer: EnvelopeSigner) -> None:
    build: Callable[..., str] = sns._build_envelope

    def build_signed(*arguments: Any) -> str:
        built, is_raw = build(*arguments), arguments[-1]
        return built if is_raw else json.dumps(signer.sign(json.loads(built)))

    sns._build_envelope = build_signed
