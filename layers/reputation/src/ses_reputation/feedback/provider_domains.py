"""The domains on which mailbox providers themselves give out mailboxes, with their aliases, by provider."""

from collections.abc import Mapping

DOMAINS: Mapping[str, str] = {
    "SIMULATOR": "simulator.amazonses.com",
    "GMAIL": "gmail.com googlemail.com",
    "MICROSOFT": """
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
    "YAHOO": """
        yahoo.com yahoo.at yahoo.be yahoo.bg yahoo.ca yahoo.cl yahoo.co.id yahoo.co.il yahoo.co.in
        yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar yahoo.com.au yahoo.com.br
        yahoo.com.co yahoo.com.hk yahoo.com.hr yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph
        yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.ua yahoo.com.ve yahoo.com.vn yahoo.cz yahoo.de
        yahoo.dk yahoo.ee yahoo.es yahoo.fi yahoo.fr yahoo.gr yahoo.hr yahoo.hu yahoo.ie yahoo.in yahoo.it
        yahoo.lt yahoo.lv yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.rs yahoo.se yahoo.si yahoo.sk
        ymail.com rocketmail.com myyahoo.com aol.com aol.co.uk aol.de aol.es aol.fr aol.it aol.com.au
        aol.com.br aim.com netscape.net verizon.net sky.com frontier.com""",
    "APPLE": "icloud.com me.com mac.com privaterelay.appleid.com",
    "GMX_WEBDE": """
        gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.us gmx.co.uk gmx.fr gmx.es gmx.info gmx.org gmx.biz
        gmx.eu web.de email.de mail.com email.com caramail.com 1und1.de online.de""",
    "PROTON": "proton.me protonmail.com protonmail.ch pm.me",
    "ZOHO": "zoho.com zohomail.com zohomail.eu zohomail.in zoho.eu zoho.in",
    "YANDEX": """
        yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.com.tr yandex.uz ya.ru narod.ru""",
    "MAILRU": "mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru mail.ua",
    "ORANGE": "orange.fr wanadoo.fr voila.fr orange.be orange.es",
    "COMCAST": "comcast.net xfinity.com",
    "QQ": "qq.com vip.qq.com foxmail.com",
    "NETEASE": "163.com 126.com yeah.net vip.163.com vip.126.com 188.com netease.com",
    "TELEKOM": "t-online.de magenta.de",
    "FREE_FR": "free.fr libertysurf.fr aliceadsl.fr",
    "SFR": "sfr.fr neuf.fr cegetel.net club-internet.fr 9online.fr",
    "LAPOSTE": "laposte.net",
    "LIBERO": "libero.it virgilio.it inwind.it iol.it blu.it giallo.it",
    "SEZNAM": "seznam.cz email.cz post.cz spoluzaci.cz",
    "WP": "wp.pl o2.pl tlen.pl",
    "ONET": "onet.pl onet.eu op.pl poczta.onet.pl vp.pl",
    "INTERIA": "interia.pl interia.eu poczta.fm",
    "BT": "btinternet.com btopenworld.com talk21.com",
    "NAVER": "naver.com",
    "KAKAO": "hanmail.net daum.net kakao.com",
    "UOL": "uol.com.br bol.com.br",
    "TERRA": "terra.com.br",
    "FASTMAIL": "fastmail.com fastmail.fm",
    "TUTA": "tuta.com tutanota.com tutanota.de tutamail.com tuta.io keemail.me",
    "COX_CHARTER": "cox.net charter.net spectrum.net roadrunner.com rr.com",
    "ATT": "att.net sbcglobal.net bellsouth.net pacbell.net ameritech.net swbell.net",
}
