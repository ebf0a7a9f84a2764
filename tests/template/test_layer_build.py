"""What `sam build` makes of the template: lean functions, and a layer with everything and with bytecode."""

import ast
import gzip
import importlib.util
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.regions import EndpointResolver

from tests.support.runtime_python import MISSING_RUNTIME, find_runtime_python
from tests.support.stack_template import ROOT

SAM = ROOT / ".venv-sam" / "bin" / "sam"
BUILD_SCRIPT = ROOT / "layers" / "reputation" / "build_layer.py"
LIBRARY = ROOT / "layers" / "reputation" / "src" / "ses_reputation"
FUNCTIONS = (
    "AssessReputationFunction",
    "ExportSuppressionFunction",
    "JournalFeedbackFunction",
    "PostBalancesFunction",
    "ReadSesStatisticsFunction",
)
# What makes a client: boto3's own function, and a parameter that stands for it.
CLIENT_MAKERS = {"client", "connect", "_connect"}
MEGABYTE = 1_000_000
# PEP 552: bit 0 says that the file holds a hash of its source, bit 1 that the hash is checked at import.
UNCHECKED_HASH = 0b01


def kept_services() -> frozenset[str]:
    services: frozenset[str] = build_script().SERVICES
    return services


def build_script() -> ModuleType:
    specification = importlib.util.spec_from_file_location("build_layer", BUILD_SCRIPT)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def clients_in_code() -> Iterator[str]:
    """Every service that the functions and the library name when they make a client."""
    for folder in ("functions", "layers/reputation/src"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and name_of(node.func) in CLIENT_MAKERS:
                    assert node.args, f"{path} makes a client of an unnamed service"
                    if any(isinstance(each, ast.Name) and each.id == "service" for each in node.args[:2]):
                        continue  # It passes on what it is asked for, and who asks is looked at.
                    # The account stands first where a client is of any of several.
                    named = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                    assert named, f"{path} makes a client of a computed service"
                    yield str(named[0])


def name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def test_the_layer_keeps_the_description_of_every_service_that_is_called() -> None:
    called = set(clients_in_code())
    assert called
    assert called <= kept_services()


def test_the_layer_keeps_the_endpoints_of_its_services_as_they_are_in_all_regions(tmp_path: Path) -> None:
    whole = Path(botocore.__file__).parent / "data" / "endpoints.json"
    kept = Path(shutil.copy(whole, tmp_path))
    build_script().keep_endpoints(kept)

    assert kept.stat().st_size < whole.stat().st_size / 10
    assert endpoints_in(kept) == endpoints_in(whole)


def endpoints_in(table: Path) -> dict[tuple[str, str], Any]:
    """Return where botocore finds each of our services, in each Region of each partition."""
    plain = json.loads(table.read_text())
    resolver = EndpointResolver(plain)
    prefixes = {
        Loader().load_service_model(service, "service-2")["metadata"]["endpointPrefix"]
        for service in kept_services()
    }
    regions = [region for partition in plain["partitions"] for region in partition["regions"]]
    return {
        (prefix, region): resolver.construct_endpoint(prefix, region)
        for prefix in prefixes
        for region in (*regions, "aws-global", "us-newer-1")
    }


def test_the_layer_keeps_all_that_clients_read_of_a_description_and_none_of_its_prose(tmp_path: Path) -> None:
    whole = Path(botocore.__file__).parent / "data"
    for service in kept_services():
        shutil.copytree(whole / service, tmp_path / service)
    build_script().drop_prose(tmp_path)
    bare = Loader(extra_search_paths=[str(tmp_path)], include_default_search_paths=False)

    for service in kept_services():
        of_bare, of_whole = (described(loader, service) for loader in (bare, Loader()))
        assert of_bare == of_whole
        assert len(of_whole) > 10
    kept = sum(file.stat().st_size for file in tmp_path.glob("*/*/service-2.json"))
    read = sum(
        len(gzip.decompress(file.read_bytes()))
        for file in whole.glob("*/*/service-2.json.gz")
        if file.parent.parent.name in kept_services()
    )
    assert kept < read / 3


def described(loader: Loader, service: str) -> dict[str, Any]:
    """Return what botocore reads of a service: its operations, its shapes, and how they are written."""
    model = ServiceModel(loader.load_service_model(service, "service-2"), service)
    shapes: dict[str, Any] = {name: shape_of(model.shape_for(name)) for name in model.shape_names}
    operations = {name: operation_of(model.operation_model(name)) for name in model.operation_names}
    rules = loader.load_service_model(service, "endpoint-rule-set-1")
    # Every call reads these, to find out where it goes; only some services have any.
    context = [(each.name, each.type) for each in model.client_context_parameters]
    without_words = json.loads(json.dumps(rules), object_hook=lambda each: each | {"documentation": ""})
    return shapes | operations | {"metadata": model.metadata, "context": context, "rules": without_words}


def shape_of(shape: Shape) -> tuple[Any, ...]:
    members = {name: shape_of_member(each) for name, each in getattr(shape, "members", {}).items()}
    inner = [
        shape_of_member(getattr(shape, part)) for part in ("member", "key", "value") if hasattr(shape, part)
    ]
    return shape.type_name, shape.serialization, shape.metadata, members, inner


def shape_of_member(shape: Shape) -> tuple[Any, ...]:
    return shape.name, shape.type_name, shape.serialization, shape.metadata


def operation_of(operation: OperationModel) -> tuple[Any, ...]:
    shapes = (operation.input_shape, operation.output_shape, *operation.error_shapes)
    return operation.http, operation.auth_type, [each and each.name for each in shapes]


@pytest.mark.skipif(sys.version_info[:2] == (3, 13), reason="runs on Python 3.13, and needs another version")
def test_a_python_of_another_version_refuses_to_build_the_layer(tmp_path: Path) -> None:
    answer = run([sys.executable, str(BUILD_SCRIPT), str(tmp_path)], check=False)
    assert answer.returncode == 1
    assert "needs Python 3.13" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def run(arguments: list[str], check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"} | variables
    answer = subprocess.run(  # noqa: S603
        arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0 or not check, answer.stdout + answer.stderr
    return answer


@pytest.mark.sam
class TestSamCli:
    def test_the_template_is_valid_and_lints_clean(self) -> None:
        answer = run([str(SAM), "validate", "--lint"])
        assert "is a valid SAM Template" in answer.stdout + answer.stderr

    def test_without_the_runtime_the_build_fails_and_says_what_is_missing(self, tmp_path: Path) -> None:
        build = [str(SAM), "build", "ReputationLayer", "--build-dir", str(tmp_path / "build")]
        answer = run(build, check=False, RUNTIME_PYTHON="")
        assert answer.returncode != 0
        assert "only Python 3.13 can compile" in answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    python = find_runtime_python()
    if python is None:
        pytest.skip(MISSING_RUNTIME)
    folder = tmp_path_factory.mktemp("sam") / "build"
    run([str(SAM), "build", "--build-dir", str(folder)], RUNTIME_PYTHON=str(python))
    return folder


@pytest.mark.sam
class TestBuild:
    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_a_function_is_its_one_module(self, build: Path, name: str) -> None:
        assert [path.name for path in (build / name).rglob("*")] == ["app.py"]

    def test_every_module_of_the_layer_comes_with_bytecode_that_is_not_checked(self, build: Path) -> None:
        modules = [path for path in layer(build).rglob("*.py") if path.parent.name != "__pycache__"]
        assert len(modules) > 500
        for module in modules:
            compiled = module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc"
            (flags,) = struct.unpack("<I", compiled.read_bytes()[4:8])
            assert flags == UNCHECKED_HASH, compiled

    def test_no_bytecode_is_of_another_python_or_names_this_machine(self, build: Path) -> None:
        for compiled in layer(build).rglob("*.pyc"):
            assert ".cpython-313." in compiled.name
            assert str(build).encode() not in compiled.read_bytes()

    def test_the_layer_runs_on_both_architectures(self, build: Path) -> None:
        modules = {str(path.relative_to(layer(build))) for path in layer(build).rglob("*.so")}
        assert modules == {
            f"{module}.cpython-313-{machine}-linux-gnu.so"
            for module in (
                "_cffi_backend",
                "cryptography/hazmat/bindings/_rust",
                "markupsafe/_speedups",
                "pydantic_core/_pydantic_core",
            )
            for machine in ("aarch64", "x86_64")
        }

    def test_every_file_of_the_library_is_in_the_layer_whatever_its_kind(self, build: Path) -> None:
        files = files_in(LIBRARY)
        assert {Path(name).suffix for name in files} > {".py"}
        assert files_in(layer(build) / "ses_reputation") == files

    def test_the_layer_is_lean(self, build: Path) -> None:
        size = sum(path.stat().st_size for path in layer(build).rglob("*") if path.is_file())
        # cryptography has 27 MB of compiled modules, 13.5 for each architecture.
        assert size < 65 * MEGABYTE
        services = {path.name for path in (layer(build) / "botocore" / "data").iterdir() if path.is_dir()}
        assert services == kept_services()
        assert [
            path for path in layer(build).rglob("*") if path.name in {"tests", "test", "RECORD", "bin"}
        ] == []

    def test_the_layer_brings_its_licences(self, build: Path) -> None:
        assert len(list(layer(build).glob("*.dist-info/**/LICEN[SC]E*"))) >= 10

    def test_the_layer_makes_every_client_and_imports_the_library_from_itself(self, build: Path) -> None:
        if platform.machine() not in {"x86_64", "aarch64"} or platform.system() != "Linux":
            pytest.skip("the layer holds modules for Linux on x86_64 and aarch64, and this is neither")
        python = find_runtime_python()
        assert python is not None
        # -S and -I: nothing that this machine has installed can stand in for what the layer lacks.
        answer = run(
            [str(python), "-I", "-S", "-c", IMPORT_EVERYTHING, str(layer(build)), *sorted(kept_services())]
        )
        outside = [line for line in answer.stdout.splitlines() if not line.startswith(str(layer(build)))]
        assert answer.stdout
        assert outside == []


IMPORT_EVERYTHING = """
import sys
sys.path.insert(0, sys.argv[1])
import pkgutil, boto3, pydantic, idna, jinja2, ses_reputation, cryptography.x509, _cffi_backend
import aws_lambda_powertools.logging, aws_lambda_powertools.metrics, markupsafe._speedups
for service in sys.argv[2:]:
    boto3.client(service, region_name="us-east-1")
imported = [boto3, pydantic, aws_lambda_powertools, idna, jinja2, markupsafe._speedups, ses_reputation]
imported += [cryptography.x509, _cffi_backend]
for module in pkgutil.walk_packages(ses_reputation.__path__, "ses_reputation."):
    imported.append(__import__(module.name, fromlist=["*"]))
print(*(module.__file__ for module in imported), sep="\\n")
"""


def layer(build: Path) -> Path:
    return build / "ReputationLayer" / "python"


def files_in(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
