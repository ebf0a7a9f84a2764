"""What others made and every page contains is what is pinned, and its licences stand beside it."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "layers" / "reputation" / "src" / "ses_reputation" / "statement" / "assets"
PINNED = ROOT / "requirements" / "assets"


def read_pins(name: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads((PINNED / name).read_text(encoding="utf-8"))
    return plain


def bundled() -> set[str]:
    """`d3-scale 4.0.3` of each package in the bundle, as its first line has them."""
    first, _, _ = (ASSETS / "d3.min.js").read_text(encoding="utf-8").partition("\n")
    return set(re.findall(r"[a-z0-9-]+ \d+\.\d+\.\d+", first))


def test_the_bundle_is_made_of_the_pinned_versions() -> None:
    """`make assets` was run after a pin was changed."""
    locked = {
        f"{path.removeprefix('node_modules/')} {package['version']}"
        for path, package in read_pins("package-lock.json")["packages"].items()
        if path
    }
    pins = {f"{name} {version}" for name, version in read_pins("package.json")["dependencies"].items()}

    assert pins - bundled() == set()
    assert bundled() - locked == set()


def test_the_licence_of_each_bundled_package_stands_beside_it() -> None:
    licences = (ASSETS / "LICENSE.txt").read_text(encoding="utf-8")

    assert len(bundled()) > 5
    assert [name for name in bundled() if name not in licences] == []


def test_pins_have_digests_and_no_address() -> None:
    packages = {path: each for path, each in read_pins("package-lock.json")["packages"].items() if path}

    assert [path for path, each in packages.items() if not each["integrity"].startswith("sha512-")] == []
    assert (
        re.findall(
            r"https?://(?!(?:www\.)?(?:github|opencollective|patreon|tidelift)\.com)\S+",
            (PINNED / "package-lock.json").read_text(),
        )
        == []
    )


def test_nothing_in_what_every_page_contains_ends_its_element() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in ASSETS.iterdir()}

    assert [name for name, text in texts.items() if re.search(r"</(script|style)|<!--", text)] == []
