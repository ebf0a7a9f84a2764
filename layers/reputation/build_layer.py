"""Builds the layer: the library and what it uses of its dependencies, lean and with bytecode."""

import compileall
import gzip
import json
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RUNTIME_VERSION = (3, 13)
PLATFORMS = {"aarch64": "manylinux2014_aarch64", "x86_64": "manylinux2014_x86_64"}

# botocore describes 400 services in 27 MB of JSON, and opens a description only when a client of it is made.
# The functions make clients of these; tests/template/test_layer_build.py holds this list to the code.
SERVICES = frozenset(
    {
        "cloudformation",
        "cloudwatch",
        "dynamodb",
        "events",
        "kms",
        "s3",
        "ses",
        "sesv2",
        "sns",
        "sqs",
        "ssm",
        "sts",
    }
)
# The names that botocore's table of endpoints has for them.
ENDPOINTS = frozenset(
    {"cloudformation", "dynamodb", "email", "events", "kms", "monitoring", "s3", "sns", "sqs", "ssm", "sts"}
)

# Parts of packages that no function reaches; a "*" stands for all that is not kept by name. tests/template/
# test_layer_imports.py holds them to the code: nothing that stays imports them, but where it says so and why.
UNUSED = (
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/utilities/*",
    "cffi",  # builds extension modules; cryptography's calls the compiled one beside it, _cffi_backend
    "pydantic/experimental",
    "pydantic/mypy.py",
    "pydantic/v1",
)
KEPT = ("aws_lambda_powertools/utilities/__init__.py", "aws_lambda_powertools/utilities/jmespath_utils")

SOURCE = Path(__file__).resolve().parent / "src"
MOUNT_POINT = "/opt"


def build_layer(artifacts: Path, machines: Iterable[str]) -> None:
    """Fill `artifacts` with the folder `python/` that Lambda puts on the import path, for some machines."""
    packages = artifacts / "python"
    first, *others = (PLATFORMS[machine] for machine in machines)
    install_requirements(packages, first)
    for platform in others:
        add_compiled_modules(packages, platform)
    drop_ballast(packages)
    shutil.copytree(
        SOURCE / "ses_reputation",
        packages / "ses_reputation",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    compile_bytecode(artifacts)


def install_requirements(target: Path, platform: str) -> None:
    """Install the pinned requirements as they are for `platform`, whichever machine this is."""
    arguments = [
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--no-compile",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={'.'.join(map(str, RUNTIME_VERSION))}",
        f"--platform={platform}",
        f"--target={target}",
        f"--requirement={SOURCE / 'requirements.txt'}",
    ]
    subprocess.run([sys.executable, "-m", "pip", "install", *arguments], check=True)  # noqa: S603 - all ours
    name_modules_by_machine(target, platform)


def name_modules_by_machine(packages: Path, platform: str) -> None:
    """Give modules for any version of Python, which have one name on all machines, that of their machine."""
    version, machine = "".join(map(str, RUNTIME_VERSION)), platform.partition("_")[2]
    for module in list(packages.rglob("*.abi3.so")):
        name = module.name.removesuffix(".abi3.so")
        module.rename(module.with_name(f"{name}.cpython-{version}-{machine}-linux-gnu.so"))


def add_compiled_modules(packages: Path, platform: str) -> None:
    """Put the extension modules for `platform` beside the others: their file names tell them apart."""
    with tempfile.TemporaryDirectory() as folder:
        others = Path(folder)
        install_requirements(others, platform)
        for module in others.rglob("*.so"):
            shutil.copy2(module, packages / module.relative_to(others))


def drop_ballast(packages: Path) -> None:
    """Remove what no function uses of packages, and what pip leaves for its own use."""
    drop_unused(packages)
    for service in (packages / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    keep_endpoints(packages / "botocore" / "data" / "endpoints.json")
    drop_prose(packages / "botocore" / "data")
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for pattern in ("botocore/data/*/*/examples-1.json", "*.dist-info/RECORD", "*.dist-info/INSTALLER"):
        for leftover in packages.glob(pattern):
            leftover.unlink()


def drop_unused(packages: Path) -> None:
    """Remove the parts of packages that no function reaches. A part that is not there is a name to mend."""
    kept = {packages / name for name in KEPT}
    for pattern in UNUSED:
        parts = set(packages.glob(pattern)) - kept
        if not parts:
            raise SystemExit(f"{pattern} is not in the layer's packages any more: take it out of UNUSED.")
        for part in parts:
            shutil.rmtree(part) if part.is_dir() else part.unlink()


def keep_endpoints(table: Path) -> None:
    """Remove the endpoints of other services: to make its first client, botocore reads them all, 1.2 MB."""
    endpoints = json.loads(table.read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        kept = {name: each for name, each in partition["services"].items() if name in ENDPOINTS}
        partition["services"] = kept
    table.write_text(json.dumps(endpoints, separators=(",", ":")), encoding="utf-8")


def drop_prose(descriptions: Path) -> None:
    """Remove what describes operations and shapes to people: three quarters of what making a client reads.

    What is lost are the docstrings of clients' methods.
    """
    for packed in descriptions.glob("*/*/*.json.gz"):
        description = json.loads(gzip.decompress(packed.read_bytes()))
        bare = json.dumps(without_prose(description), separators=(",", ":"))
        packed.with_suffix("").write_text(bare, encoding="utf-8")
        packed.unlink()


def without_prose(described: Any) -> Any:
    """Return a part of a description with the text that documents it blank; a member may have that name, too.

    Blank, not left out: of parameters of a service's clients botocore reads it without asking for it (S3's).
    """
    if isinstance(described, list):
        return [without_prose(each) for each in described]
    if not isinstance(described, dict):
        return described
    return {
        name: "" if name == "documentation" and isinstance(each, str) else without_prose(each)
        for name, each in described.items()
    }


def compile_bytecode(artifacts: Path) -> None:
    """Compile everything, with the paths it will have in Lambda and no check against the source.

    A zip does not keep the times that Python would otherwise compare, and Lambda's copy cannot be written
    to: without this each cold start would compile everything anew.
    """
    compiled = compileall.compile_dir(
        artifacts / "python",
        maxlevels=20,
        quiet=1,
        force=True,
        stripdir=str(artifacts),
        prependdir=MOUNT_POINT,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise SystemExit("Some modules of the layer could not be compiled; the errors are above.")


if __name__ == "__main__":
    if sys.version_info[:2] != RUNTIME_VERSION:
        raise SystemExit(f"The layer's bytecode needs Python 3.13, and this is {sys.version.split()[0]}.")
    build_layer(Path(sys.argv[1]).resolve(), sys.argv[2:])
