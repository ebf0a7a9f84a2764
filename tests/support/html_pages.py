"""A page of HTML taken apart by the standard library's parser, which knows nothing of our templates."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Tag = tuple[str, dict[str, str | None]]


@dataclass
class HtmlPage:
    """What stands in a page: tags with their attributes, and the text within each `style` and `script`."""

    tags: list[Tag] = field(default_factory=list)
    inline: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def named(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def policy(self) -> str:
        """Its Content-Security-Policy."""
        metas = [each for each in self.named("meta") if each.get("http-equiv") == "Content-Security-Policy"]
        return metas[0]["content"] or ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = HtmlPage()
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))
        self.within = tag if tag in {"style", "script"} else ""

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within:
            self.page.inline[self.within] = self.page.inline.get(self.within, "") + data
        else:
            self.page.text += data


def read_page(html: str) -> HtmlPage:
    """Return a page taken apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
