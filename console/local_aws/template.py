"""The project's template made ready for CloudFormation without a build: code uploaded, layer dropped.

The SAM translator takes a quarter of a second to import: only those who deploy pay for it.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from yaml import CSafeLoader, load

Template = dict[str, Any]
Upload = Callable[[str, bytes], None]

_FUNCTION = "AWS::Serverless::Function"
_LAYER = "AWS::Serverless::LayerVersion"
_STATE_MACHINE = "AWS::Serverless::StateMachine"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _TemplateLoader(CSafeLoader):
    """The SAM translator's reader of YAML, on libyaml: the translator's own takes eight times as long."""


@dataclass(frozen=True, slots=True)
class CodeStore:
    """A bucket for code; `upload` puts the bytes of one key there."""

    bucket: str
    upload: Upload

    def keep(self, folder: str, content: bytes, suffix: str) -> dict[str, str]:
        """Upload `content` under its own digest and return its place as SAM writes it."""
        key = f"{folder}/{hashlib.sha256(content).hexdigest()}{suffix}"
        self.upload(key, content)
        return {"Bucket": self.bucket, "Key": key}


def read_template(path: Path) -> Template:
    """The template as plain dicts, its short intrinsics (`!Ref`) written out."""
    from samtranslator.yaml_helper import intrinsics_multi_constructor  # noqa: PLC0415

    _TemplateLoader.add_multi_constructor("!", intrinsics_multi_constructor)
    template: Template = load(path.read_text(), _TemplateLoader)  # noqa: S506 - it is a safe loader
    return template


def package_template(template: Template, root: Path, store: CodeStore) -> None:
    """Upload functions and workflows that the template names by local path, as `sam package` does, in place.

    Layers are dropped: the emulator runs functions in the environment that has the library already.
    """
    _drop_layers(template)
    for _logical_id, properties in _properties_of(template, _FUNCTION):
        properties["CodeUri"] = store.keep("functions", zip_folder(root / properties["CodeUri"]), ".zip")
    for _logical_id, properties in _properties_of(template, _STATE_MACHINE):
        if isinstance(properties.get("DefinitionUri"), str):
            definition = root / properties["DefinitionUri"]
            properties["DefinitionUri"] = store.keep("workflows", definition.read_bytes(), definition.suffix)


def translate_template(template: Template, parameters: Mapping[str, str], region: str) -> Template:
    """What CloudFormation's SAM transform makes of it.

    Raises:
        samtranslator.model.exceptions.InvalidDocumentException: the template is not valid SAM.
    """
    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics  # noqa: PLC0415
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    session = boto3.Session(aws_access_key_id="unused", aws_secret_access_key="unused", region_name=region)  # noqa: S106
    # These metrics are published nowhere. The translator's default ones print errors on standard error.
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    translator = Translator({}, Parser(), boto_session=session, metrics=metrics)
    translated: Template = translator.translate(template, dict(parameters))
    metrics.publish()
    translated.pop("Transform", None)
    return translated


def set_function_environment(translated: Template, variables: Mapping[str, str]) -> None:
    """Add variables to every function of a translated template, in place."""
    for _logical_id, properties in _properties_of(translated, "AWS::Lambda::Function"):
        environment = properties.setdefault("Environment", {})
        environment["Variables"] = environment.get("Variables", {}) | dict(variables)


def zip_folder(folder: Path) -> bytes:
    """A zip of the folder's files, the same bytes whenever the files are the same."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _drop_layers(template: Template) -> None:
    resources = template["Resources"]
    layers = [name for name, resource in resources.items() if resource["Type"] == _LAYER]
    for name in layers:
        del resources[name]
    template.get("Globals", {}).get("Function", {}).pop("Layers", None)
    for _logical_id, properties in _properties_of(template, _FUNCTION):
        properties.pop("Layers", None)
    outputs = template.get("Outputs", {})
    for name in [name for name, output in outputs.items() if _mentions(output, layers)]:
        del outputs[name]


def _mentions(value: object, names: list[str]) -> bool:
    if isinstance(value, dict):
        return value.get("Ref") in names or any(_mentions(part, names) for part in value.values())
    if isinstance(value, list):
        return any(_mentions(part, names) for part in value)
    return False


def _properties_of(template: Template, resource_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == resource_type:
            yield logical_id, resource["Properties"]
