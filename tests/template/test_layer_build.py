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

from benchmarks.lambda_calls import function_environment
from tests.support.layer_events import CALLS, given
from tests.support.layer_imports import importers, missing_imports
from tests.support.runtime_python import MISSING_RUNTIME, find_runtime_python
from tests.support.stack_template import ROOT, render_stack

SAM = ROOT / ".venv-sam" / "bin" / "sam"
BUILD_SCRIPT = ROOT / "layers" / "reputation" / "build_layer.py"
LIBRARY = ROOT / "layers" / "reputation" / "src" / "ses_reputation"
FUNCTIONS = (
    "AssessReputationFunction",
    "PublishStatementFunction",
    "ExportSuppressionFunction",
    "JournalFeedbackFunction",
    "PostBalancesFunction",
    "ReadSesStatisticsFunction",
)
DATABASES = {"duckdb.connect", "sqlite3.connect"}
# What makes a client: boto3's own function, and a parameter that stands for it.
CLIENT_MAKERS = {"client", "connect", "_connect"}
MEGABYTE = 1_000_000
MACHINES = {"aarch64", "x86_64"}
# What stays would import these only for what we never do: powertools, to write a model of pydantic as JSON;
# pydantic, to warn of a type of its first version.
NEVER_IMPORTED = {
    "aws_lambda_powertools.event_handler.openapi.compat": {"aws_lambda_powertools/shared/functions.py"},
    "pydantic.v1": {"pydantic/_internal/_generate_schema.py"},
}
# What packages use if it is there, or on another Python or machine, and look for first.
OPTIONAL = {
    *("OpenSSL.SSL", "OpenSSL.crypto", "StringIO", "annotationlib", "awscrt", "awscrt.auth", "awscrt.crypto"),
    *(
        "aws_xray_sdk.core",
        "aws_xray_sdk.ext.aiohttp.client",
        "aws_xray_sdk.ext.httplib",
        "backports",
        "bcrypt",
    ),
    *("botocore.customizations.useragent", "brotli", "brotlicffi", "certifi", "compression", "docutils"),
    *("email_validator", "h2.config", "h2.connection", "h2.events", "js", "pyodide.ffi", "rich.pretty"),
    *("six.moves", "socks", "sphinx.locale", "sphinx.writers.html5"),
}
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
                if isinstance(node, ast.Call) and ast.unparse(node.func) in DATABASES:
                    continue  # It reaches no service.
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
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MACHINES"))
    }
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

    def test_the_function_that_writes_parquet_brings_duckdb_for_lambdas_machine(self, build: Path) -> None:
        built = build / "ConvertSnapshotFunction"
        compiled = [str(path.relative_to(built)) for path in built.rglob("*.so")]
        assert compiled == ["_duckdb.cpython-313-aarch64-linux-gnu.so"]
        assert {"app.py", "duckdb"} <= {path.name for path in built.iterdir()}
        assert list(built.glob("duckdb-*.dist-info/**/LICENSE*"))

    def test_duckdb_and_the_layer_fit_into_lambda_together(self, build: Path) -> None:
        """250 MB unzipped, layers included (Lambda developer guide, "Lambda quotas")."""
        folders = (build / "ConvertSnapshotFunction", build / "ReputationLayer")
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) < 150 * MEGABYTE

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

    def test_the_layer_has_the_compiled_modules_of_the_machine_that_its_functions_run_on(
        self, build: Path
    ) -> None:
        modules = {str(path.relative_to(layer(build))) for path in layer(build).rglob("*.so")}
        stack = render_stack()
        functions = stack.of_type("AWS::Lambda::Function").values()
        (contents,) = stack.of_type("AWS::Lambda::LayerVersion").values()

        assert {tuple(each["Architectures"]) for each in functions} == {("arm64",)}
        assert contents["CompatibleArchitectures"] == ["arm64"]
        assert modules == {
            f"{module}.cpython-313-aarch64-linux-gnu.so"
            for module in (
                "_cffi_backend",
                "cryptography/hazmat/bindings/_rust",
                "markupsafe/_speedups",
                "pydantic_core/_pydantic_core",
            )
        }

    def test_every_file_of_the_library_is_in_the_layer_whatever_its_kind(self, build: Path) -> None:
        files = files_in(LIBRARY)
        assert {Path(name).suffix for name in files} > {".py"}
        assert files_in(layer(build) / "ses_reputation") == files

    def test_the_layer_is_lean(self, build: Path) -> None:
        size = sum(path.stat().st_size for path in layer(build).rglob("*") if path.is_file())
        # Of these, cryptography and pydantic have 18 MB of compiled modules.
        assert size < 40 * MEGABYTE
        services = {path.name for path in (layer(build) / "botocore" / "data").iterdir() if path.is_dir()}
        assert services == kept_services()
        assert [
            path for path in layer(build).rglob("*") if path.name in {"tests", "test", "RECORD", "bin"}
        ] == []

    def test_the_layer_brings_its_licences(self, build: Path) -> None:
        assert len(list(layer(build).glob("*.dist-info/**/LICEN[SC]E*"))) >= 10

    def test_nothing_that_stays_imports_what_is_dropped_but_where_we_never_go(self, build: Path) -> None:
        """Also late, inside of functions: what a start and an event do not show."""
        missing = missing_imports(layer(build))

        assert {name: missing[name] for name in missing if is_dropped(name)} == NEVER_IMPORTED
        assert {name for name in missing if not is_dropped(name)} <= OPTIONAL

    def test_every_package_of_the_layer_is_imported_by_a_function_or_by_another_of_them(
        self, build: Path
    ) -> None:
        brought = {
            path.name.partition(".")[0] for path in layer(build).iterdir() if path.suffix != ".dist-info"
        }
        of_functions = importers(ROOT / "functions").keys()
        others = {name for name, by in importers(layer(build)).items() if by}

        # What imports _cffi_backend is the compiled module of cryptography.
        assert brought - of_functions - others == {"__pycache__", "_cffi_backend"}

    def test_the_layer_makes_every_client_and_imports_the_library_from_itself(
        self, runnable: Path, runtime: Path
    ) -> None:
        # -S and -I: nothing that this machine has installed can stand in for what the layer lacks.
        answer = run(
            [str(runtime), "-I", "-S", "-c", IMPORT_EVERYTHING, str(runnable), *sorted(kept_services())]
        )
        outside = [line for line in answer.stdout.splitlines() if not line.startswith(str(runnable))]
        assert answer.stdout
        assert outside == []

    def test_the_function_that_writes_parquet_needs_its_own_package_and_the_layer_alone(
        self, runnable: Path, runtime: Path, tmp_path: Path
    ) -> None:
        make = ["make", "-s", "-f", "../Makefile", "build-ConvertSnapshotFunction"]
        folder = str(ROOT / "functions" / "convert_snapshot")
        run([*make, "-C", folder], ARTIFACTS_DIR=str(tmp_path), MACHINES=platform.machine())
        arguments = ["-I", "-S", "-c", WRITE_PARQUET, str(tmp_path), str(runnable)]
        answer = run([str(runtime), *arguments], REPUTATION_BUCKET="bucket")

        magic, rows, place = answer.stdout.split()
        assert (magic, rows) == ("PAR1", "1")
        assert place.startswith(str(tmp_path))

    @pytest.mark.parametrize("function", CALLS)
    def test_a_function_starts_from_the_layer_alone_and_takes_an_event(
        self, function: str, runnable: Path, runtime: Path, tmp_path: Path
    ) -> None:
        call, folder = CALLS[function], ROOT / "functions" / function
        (tmp_path / "given.json").write_text(given(call))
        program = [str(ROOT / "tests" / "support" / "one_event.py"), str(runnable), str(folder)]
        with function_environment():
            variables = variables_of(function) | dict(os.environ) | {"AWS_LAMBDA_FUNCTION_NAME": function}
        answer = run([str(runtime), "-I", "-S", *program, str(tmp_path / "given.json")], True, **variables)
        told = json.loads(answer.stdout.splitlines()[-1])

        assert {key: told["answer"][key] for key in call.answer} == call.answer
        assert call.services <= set(told["called"])
        assert told["places"]["botocore"].startswith(str(runnable))
        assert [file for file in told["places"].values() if file and "site-packages" in file] == []


@pytest.fixture(scope="module")
def runtime() -> Path:
    if platform.machine() not in MACHINES or platform.system() != "Linux":
        pytest.skip("the layer can hold modules for Linux on x86_64 and aarch64, and this is neither")
    python = find_runtime_python()
    assert python is not None
    return python


@pytest.fixture(scope="module")
def runnable(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer with the compiled modules of this machine beside those of Lambda's."""
    copied = tmp_path_factory.mktemp("layer") / "python"
    shutil.copytree(layer(build), copied)
    if platform.machine() != "aarch64":
        build_script().add_compiled_modules(copied, build_script().PLATFORMS[platform.machine()])
    return copied


WRITE_PARQUET = """
import sys
sys.path[:0] = sys.argv[1:]
import app, duckdb
line = b'{"EmailAddress":"anna@example.com","Reason":"BOUNCE","LastUpdateTime":"2026-11-21T07:00:00Z"}'
made = app.write_parquet(line, "20261122T070000Z")
print(made.body[:4].decode(), made.rows, duckdb.__file__)
"""
IMPORT_EVERYTHING = """
import sys
sys.path.insert(0, sys.argv[1])
import pkgutil, pydantic, idna, jinja2, ses_reputation, cryptography.x509, _cffi_backend
import aws_lambda_powertools.logging, aws_lambda_powertools.metrics, botocore.session, markupsafe._speedups
for service in sys.argv[2:]:
    botocore.session.Session().create_client(service, region_name="us-east-1")
imported = [botocore, pydantic, aws_lambda_powertools, idna, jinja2, markupsafe._speedups, ses_reputation]
imported += [cryptography.x509, _cffi_backend]
for module in pkgutil.walk_packages(ses_reputation.__path__, "ses_reputation."):
    imported.append(__import__(module.name, fromlist=["*"]))
print(*(module.__file__ for module in imported), sep="\\n")
"""


def is_dropped(name: str) -> bool:
    """Return whether the build removes a module from a package that it brings."""
    path = name.replace(".", "/")
    dropped = [each.removesuffix("/*").removesuffix(".py") for each in build_script().UNUSED]
    return any(f"{path}/".startswith(f"{each}/") for each in dropped)


def variables_of(folder: str) -> dict[str, str]:
    """Return the environment that the template gives a function, by the folder of its code."""
    name = "".join(part.title() for part in folder.split("_")) + "Function"
    variables = render_stack().properties(name)["Environment"]["Variables"]
    return {key: str(value) for key, value in variables.items()}


def layer(build: Path) -> Path:
    return build / "ReputationLayer" / "python"


def files_in(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
