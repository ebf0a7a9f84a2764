"""Nothing that is deployed can change whose signatures are believed: no parameter, variable or setting."""

import ast
import re
from collections.abc import Iterator

from ses_reputation.signing.authority import AMAZON, AMAZON_ROOTS
from tests.architecture.source import ALL_MODULES, FUNCTION_MODULES, LIBRARY_MODULES, Module
from tests.support.stack_template import read_source, render_stack

SIGNING = [module for module in LIBRARY_MODULES if module.room == "ses_reputation.signing"]
JOURNAL = next(module for module in FUNCTION_MODULES if "journal_feedback" in module.place)
# What Python, OpenSSL and Lambda read by themselves: code, roots and proxies of somebody else's choice.
READ_BY_THEMSELVES = re.compile(r"PYTHON|SSL|CERT|CA_BUNDLE|PROXY|EXEC_WRAPPER|LD_", re.IGNORECASE)
SPEAKS_OF_SIGNING = re.compile(r"sign|cert|root(?!\b.*account)|forg(?!et)|verif", re.IGNORECASE)


def variables() -> Iterator[str]:
    """Every variable that any function of the stack gets."""
    for properties in render_stack().of_type("AWS::Lambda::Function").values():
        yield from properties.get("Environment", {}).get("Variables", {})


def calls_of(module: Module, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def test_no_function_has_a_variable_that_python_openssl_or_lambda_would_take_roots_or_code_from() -> None:
    names = set(variables())

    assert names
    assert {name for name in names if READ_BY_THEMSELVES.search(name)} == set()


def test_no_parameter_and_no_variable_speaks_of_signatures() -> None:
    parameters = set(read_source()["Parameters"])

    assert {name for name in parameters | set(variables()) if SPEAKS_OF_SIGNING.search(name)} == set()


def test_the_room_that_verifies_reads_no_environment_and_no_settings() -> None:
    assert len(SIGNING) >= 5
    assert [m.place for m in SIGNING if m.imports & {"os", "ses_reputation.environment"}] == []
    assert [m.place for m in SIGNING if any("settings" in name for name in m.imports)] == []


def test_the_function_believes_amazon_and_nobody_whom_its_settings_could_name() -> None:
    made = [ast.unparse(call) for call in calls_of(JOURNAL, "SigningCertificates")]

    assert made == ["SigningCertificates(AMAZON.roots, CertificateFetcher(AMAZON))"]
    assert AMAZON.roots == AMAZON_ROOTS.read_bytes()
    assert AMAZON.addresses == {}


def test_only_the_local_runner_puts_another_authority_in_amazons_place() -> None:
    """It does so in the text of the program that starts a function, which AWS has its own of."""
    places = [m.place for m in ALL_MODULES if re.search(r"\bAMAZON\s*=", m.path.read_text(encoding="utf-8"))]

    assert sorted(places) == [
        "console/local_aws/ministack/envelopes/signed_envelopes.py",
        "layers/reputation/src/ses_reputation/signing/authority.py",
    ]
