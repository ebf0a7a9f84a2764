"""Mailbox providers by recipient domain: who decides whether a mail reaches its inbox.

The table holds domains on which a provider itself gives out mailboxes, with their aliases. A company's own
domain that is hosted at a provider is `other`: telling it would take an MX look-up for every recipient.
"""

from collections.abc import Mapping
from enum import IntEnum


class Provider(IntEnum):
    """Who runs a mailbox. Codes are stored in journal pages: append, never renumber."""

    OTHER = 0
    SIMULATOR = 1
    OWN_DOMAINS = 2
    GMAIL = 3
    MICROSOFT = 4
    YAHOO = 5
    APPLE = 6
    GMX_WEBDE = 7
    PROTON = 8
    ZOHO = 9
    YANDEX = 10
    MAILRU = 11
    ORANGE = 12
    COMCAST = 13
    QQ = 14
    NETEASE = 15
    TELEKOM = 16
    FREE_FR = 17
    SFR = 18
    LAPOSTE = 19
    LIBERO = 20
    SEZNAM = 21
    WP = 22
    BT = 23
    NAVER = 24
    UOL = 25
    FASTMAIL = 26
    TUTA = 27
    COX_CHARTER = 28
    ATT = 29
    KAKAO = 30
    ONET = 31
    INTERIA = 32
    TERRA = 33

    @property
    def wire_name(self) -> str:
        """The name that balances, entries and `--json` output use."""
        return self.name.lower()


_DOMAINS: Mapping[Provider, str] = {
    Provider.SIMULATOR: "simulator.amazonses.com",
    Provider.GMAIL: "gmail.com googlemail.com",
    Provider.MICROSOFT: """
        outlook.com outlook.at outlook.be outlook.cl outlook.co.id outlook.co.il outlook.co.th
        outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr outlook.com.tr outlook.com.vn
        outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it
        outlook.jp outlook.kr outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk
        hotmail.com hotmail.be hotmail.ca hotmail.ch hotmail.cl hotmail.co.il hotmail.co.in hotmail.co.jp
        hotmail.co.kr hotmail.co.nz hotmail.co.th hotmail.co.uk hotmail.co.za hotmail.com.ar
        hotmail.com.au hotmail.com.br hotmail.com.hk hotmail.com.tr hotmail.com.tw hotmail.cz hotmail.de
        hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.lt hotmail.my
        hotmail.nl hotmail.no hotmail.ph hotmail.rs hotmail.se hotmail.sg hotmail.sk live.com live.at
        live.be live.ca live.cl live.cn live.co.kr live.co.uk live.co.za live.com.ar live.com.au
        live.com.mx live.com.my live.com.pt live.com.sg live.de live.dk live.fi live.fr live.hk live.ie
        live.in live.it live.jp live.nl live.no live.ph live.ru live.se windowslive.com msn.com
        passport.com""",
    Provider.YAHOO: """
        yahoo.com yahoo.at yahoo.be yahoo.bg yahoo.ca yahoo.cl yahoo.co.id yahoo.co.il yahoo.co.in
        yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar yahoo.com.au yahoo.com.br
        yahoo.com.co yahoo.com.hk yahoo.com.hr yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph
        yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.ua yahoo.com.ve yahoo.com.vn yahoo.cz yahoo.de
        yahoo.dk yahoo.ee yahoo.es yahoo.fi yahoo.fr yahoo.gr yahoo.hr yahoo.hu yahoo.ie yahoo.in yahoo.it
        yahoo.lt yahoo.lv yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.rs yahoo.se yahoo.si yahoo.sk
        ymail.com rocketmail.com myyahoo.com aol.com aol.co.uk aol.de aol.es aol.fr aol.it aol.com.au
        aol.com.br aim.com netscape.net verizon.net sky.com frontier.com""",
    Provider.APPLE: "icloud.com me.com mac.com privaterelay.appleid.com",
    Provider.GMX_WEBDE: """
        gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.us gmx.co.uk gmx.fr gmx.es gmx.info gmx.org gmx.biz
        gmx.eu web.de email.de mail.com email.com caramail.com 1und1.de online.de""",
    Provider.PROTON: "proton.me protonmail.com protonmail.ch pm.me",
    Provider.ZOHO: "zoho.com zohomail.com zohomail.eu zohomail.in zoho.eu zoho.in",
    Provider.YANDEX: """
        yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.com.tr yandex.uz ya.ru narod.ru""",
    Provider.MAILRU: "mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru mail.ua",
    Provider.ORANGE: "orange.fr wanadoo.fr voila.fr orange.be orange.es",
    Provider.COMCAST: "comcast.net xfinity.com",
    Provider.QQ: "qq.com vip.qq.com foxmail.com",
    Provider.NETEASE: "163.com 126.com yeah.net vip.163.com vip.126.com 188.com netease.com",
    Provider.TELEKOM: "t-online.de magenta.de",
    Provider.FREE_FR: "free.fr libertysurf.fr aliceadsl.fr",
    Provider.SFR: "sfr.fr neuf.fr cegetel.net club-internet.fr 9online.fr",
    Provider.LAPOSTE: "laposte.net",
    Provider.LIBERO: "libero.it virgilio.it inwind.it iol.it blu.it giallo.it",
    Provider.SEZNAM: "seznam.cz email.cz post.cz spoluzaci.cz",
    Provider.WP: "wp.pl o2.pl tlen.pl",
    Provider.ONET: "onet.pl onet.eu op.pl poczta.onet.pl vp.pl",
    Provider.INTERIA: "interia.pl interia.eu poczta.fm",
    Provider.BT: "btinternet.com btopenworld.com talk21.com",
    Provider.NAVER: "naver.com",
    Provider.KAKAO: "hanmail.net daum.net kakao.com",
    Provider.UOL: "uol.com.br bol.com.br",
    Provider.TERRA: "terra.com.br",
    Provider.FASTMAIL: "fastmail.com fastmail.fm",
    Provider.TUTA: "tuta.com tutanota.com tutanota.de tutamail.com tuta.io keemail.me",
    Provider.COX_CHARTER: "cox.net charter.net spectrum.net roadrunner.com rr.com",
    Provider.ATT: "att.net sbcglobal.net bellsouth.net pacbell.net ameritech.net swbell.net",
}
PROVIDER_BY_DOMAIN: Mapping[str, Provider] = {
    domain: provider for provider, domains in _DOMAINS.items() for domain in domains.split()
}


def provider_of(address: str, own_domains: frozenset[str] = frozenset()) -> Provider:
    """Return who runs the mailbox of a normalised address; own domains stand for their subdomains too.

    SES leaves mail to domains that the sender has verified out of its bounce rate, so they are told apart.
    """
    domain = address.rpartition("@")[2]
    if own_domains and _is_within(domain, own_domains):
        return Provider.OWN_DOMAINS
    return PROVIDER_BY_DOMAIN.get(domain, Provider.OTHER)


def _is_within(domain: str, own_domains: frozenset[str]) -> bool:
    while domain:
        if domain in own_domains:
            return True
        domain = domain.partition(".")[2]
    return False
