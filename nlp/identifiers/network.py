"""Addresses and names of machines, files and people's accounts on them."""

import ipaddress
import re
from functools import cache

import tldextract

from nlp.identifiers import phones
from nlp.identifiers.rule import (
    DISTINCT,
    DOUBTFUL,
    EDGE,
    LABELLED,
    SHAPE,
    Found,
    Rule,
    Sight,
    cues,
    exact,
    pattern,
)
from nlp.lexicon import COMMON
from nlp.spans import Label


def _url(sight: Sight) -> Found | None:
    said = _trimmed(sight.said)
    scheme, mark, rest = said.partition("://")
    if not mark:
        scheme, rest = "http", said
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2].lower()
    bare = host.partition(":")[0]
    extent = (sight.match.start(), sight.match.start() + len(said))
    if not mark:
        if _domain_trouble(bare) or not _is_plausible_domain(bare, strict=True):
            return None
        value = f"http://{host}{rest[len(authority) :]}"
        return Found(value, DISTINCT, extent=extent, others=_reached_by(value))
    if not host or not (bare[:1].isalnum() or bare.startswith("[")):
        return None
    is_alone = rest == authority == host and "." not in bare and not bare.startswith("[")
    if is_alone and bare not in _RESERVED:
        why = "a name without a domain, and nothing behind it"
        return Found(f"{scheme.lower()}://{rest}", DOUBTFUL, valid=False, why=why, extent=extent)
    value = f"{scheme.lower()}://{authority[: -len(host)]}{host}{rest[len(authority) :]}"
    trouble = "" if "." not in bare or _is_address(host) else _domain_trouble(bare)
    if trouble:  # the scheme says what it is, whether or not the name can be looked up
        return Found(value, DOUBTFUL, why=trouble, extent=extent)
    return Found(value, LABELLED, extent=extent, others=_reached_by(value))


def _reached_by(address: str) -> tuple[Found, ...]:
    """Whom a link opens a chat with: the name or the telephone in it."""
    link = _CHAT.fullmatch(address)
    if link is None:
        return ()
    if link["number"]:
        found = phones.of_link(link["number"])
        return () if found is None else (found,)
    name = link["name"].lower()
    if name in _OF_TELEGRAM:
        return ()
    return (Found(f"@{name}", LABELLED, "telegram", label=Label.HANDLE),)


def _email(sight: Sight) -> Found | None:
    local, _, host = sight.said.rpartition("@")
    if ".." in local or local.startswith(".") or local.endswith("."):
        return None
    value = f"{local}@{host}".lower()
    if "jabber" in host.lower() or "xmpp" in host.lower() or _is_said_chat(sight):
        return Found(value, LABELLED, "xmpp", label=Label.HANDLE)
    if host.startswith("["):
        return Found(value, LABELLED) if _is_ipv4(host.strip("[]")) else None
    trouble = _domain_trouble(host.lower())
    if trouble:
        return Found(value, DOUBTFUL, valid=False, why=trouble)
    return Found(value, LABELLED)


def _is_said_chat(sight: Sight) -> bool:
    """Whether a word beside it says so, which is not itself in an address."""
    distance, start = sight.cue_distance, sight.match.start()
    if distance is None:
        return False
    between = sight.match.string[max(0, start - distance) : start]
    return not between.startswith(".") and "@" not in between


def _domain(sight: Sight) -> Found | None:
    said = sight.said
    labelled = sight.is_labelled
    host = said.lower()
    if _domain_trouble(host) or not (labelled or _is_plausible_domain(said, strict=False)):
        return None
    return Found(_ascii_host(host), LABELLED if labelled else DISTINCT)


def _ipv4(sight: Sight) -> Found | None:
    address, slash, width = sight.said.partition("/")
    if not _is_ipv4(address):
        return None
    text, start = sight.match.string, sight.match.start()
    if _VERSION.search(text, max(0, start - 12), start) and not sight.is_labelled:
        return None
    if slash and int(width) > 32:
        return None
    if slash:
        machine = Found(address, DISTINCT, "v4", label=Label.IP)
        return Found(sight.said, DISTINCT, "v4", others=(machine,))
    return Found(address, DISTINCT, "v4")


def _is_ipv4(address: str) -> bool:
    return all(int(part) < 256 and (part == "0" or part[0] != "0") for part in address.split("."))


def _ipv6(sight: Sight) -> Found | None:
    said = sight.said.rstrip(".")
    # A colon or a full stop that ends the sentence is no part of the address.
    if said.endswith(":") and not said.endswith("::"):
        said = said[:-1]
    if said.count(":") < 2 or not any(c.isalnum() for c in said) or _CLOCK.fullmatch(said):
        return None
    try:
        address = ipaddress.IPv6Address(said)
    except ValueError:
        return None
    extent = (sight.match.start(), sight.match.start() + len(said))
    return Found(address.compressed, DISTINCT, "v6", extent=extent)


def _cidr6(sight: Sight) -> Found | None:
    try:
        network = ipaddress.IPv6Network(sight.said, strict=False)
    except ValueError:
        return None
    return Found(network.compressed, DISTINCT, "v6")


def _mac(sight: Sight) -> Found | None:
    value = re.sub(r"[^0-9a-f]", "", sight.said.lower())
    # All of one digit is nobody's, and the one of all f's is everybody's.
    if len(set(value)) == 1 or (len(value) == len(sight.said) and not sight.is_labelled):
        return None
    return Found(":".join(value[i : i + 2] for i in range(0, 12, 2)), DISTINCT)


def _asn(sight: Sight) -> Found | None:
    number = int(sight.match.group(1))
    return Found(f"AS{number}", DISTINCT) if 0 < number < 2**32 else None


def _hash(sight: Sight) -> Found | None:
    value = sight.said.lower()
    # Two digests have a name of their own for the same form.
    for name, words in (("imphash", _IMPHASH), ("authentihash", _AUTHENTIHASH)):
        distance = sight.distance_to(words)
        if distance is not None and distance < _BESIDE:
            return Found(value, LABELLED, name)
    is_random = not value.isdigit() and not value.isalpha() and len(set(value)) > 5
    if not is_random and not (sight.is_labelled and len(set(value)) > 1):
        return None
    return Found(value, DISTINCT, _DIGESTS[len(value)])


def _fuzzy_hash(sight: Sight) -> Found | None:
    return Found(sight.said, DISTINCT, "ssdeep")


def _cve(sight: Sight) -> Found | None:
    return Found(f"CVE-{sight.match.group(1)}-{sight.match.group(2)}", LABELLED)


def _guid(sight: Sight) -> Found | None:
    return Found(sight.match.group(1).lower(), DISTINCT)


def _handle(sight: Sight) -> Found | None:
    name = sight.said.rstrip(".")
    extent = (sight.match.start(), sight.match.start() + len(name))
    if name[1:].lower() in _EVERYBODY or not any(c.isalpha() for c in name[:3]):
        return None
    return Found(name.lower(), SHAPE, extent=extent)


def _matrix_id(sight: Sight) -> Found | None:
    return Found(sight.said.lower(), DISTINCT, "matrix")


def _named_handle(sight: Sight) -> Found | None:
    where = _PLATFORMS.get(sight.match.group(1).lower()[:2])
    name = sight.match.group(2).rstrip(".").removeprefix("live:")
    if name.lower() in COMMON:
        return None  # "snap: the door"
    start = sight.match.end(2) - len(sight.match.group(2).removeprefix("live:"))
    extent = (start, start + len(name))
    return Found("@" + name.lstrip("@").lower(), LABELLED, where, extent=extent)


def _said_handle(sight: Sight) -> Found | None:
    """Whose name it is, and a name that is no word: "signal username owl.42"."""
    platform, name = sight.match.groups()
    name = name.rstrip(".")
    if name.isalpha():
        return None
    extent = (sight.match.start(2), sight.match.start(2) + len(name))
    value = "@" + name.lstrip("@").lower()
    return Found(value, LABELLED, _PLATFORMS.get(platform.lower()[:2]), extent=extent)


def _numbered_handle(sight: Sight) -> Found | None:
    return Found("@" + sight.said.lower(), LABELLED, "discord") if sight.is_labelled else None


def _path(sight: Sight) -> Found | None:
    said = sight.said.rstrip(" .,;:)")
    extent = (sight.match.start(), sight.match.start() + len(said))
    return Found(said, DISTINCT, extent=extent)


def _key(sight: Sight) -> Found | None:
    said = sight.said.rstrip(" .,;:)\\")
    hive, _, rest = said.partition("\\")
    hive = hive.rstrip(">:").removeprefix("Registry::")
    extent = (sight.match.start(), sight.match.start() + len(said))
    return Found(f"{_HIVES.get(hive.upper(), hive.upper())}\\{rest}", DISTINCT, extent=extent)


def _trimmed(said: str) -> str:
    """A web address without the punctuation of the sentence it stands in."""
    while said:
        if (
            said[-1] in ".,;:!?'\"*_|>"
            or said.endswith("&gt")
            or (said[-1] in ")]}" and said.count(said[-1]) > said.count(_OPENING[said[-1]]))
        ):
            said = said[:-1]
        else:
            break
    return said


def _is_address(host: str) -> bool:
    return host.startswith("[") or host.partition(":")[0].replace(".", "").isdigit()


def _domain_trouble(host: str) -> str:
    """What keeps *host* from being a name on the Internet, in plain words; empty if nothing."""
    last = host.rpartition(".")[2]
    if last in _RESERVED:
        return ""
    parts = _suffixes()(host)
    if not parts.suffix:
        return f'there is no top-level domain ".{last}"'
    return "" if parts.domain else "a public suffix alone"


def _is_plausible_domain(said: str, *, strict: bool) -> bool:
    """`He left.In the car` and `report.py` have the form of a domain, and are none."""
    labels = said.split(".")
    last = labels[-1]
    if (last != last.lower() and last != last.upper()) or _CLOCK.fullmatch(said):
        return False
    if said.lower().startswith("www."):
        return True
    if last.lower() in _FILE_ENDS:
        return False
    if said.lower() in _SHORT_LINKS:
        return True
    if len(labels) > 2 or strict:
        return all(len(label) > 1 for label in labels[-2:])
    # "evil-shop.to" is no end of a sentence.
    is_made = "-" in labels[0] or any(map(str.isdigit, labels[0]))
    return (last.lower() not in _WORD_ENDS or is_made) and len(labels[0]) > 1


def undisguised(value: str, written: str) -> str:
    """The address under the name that is truly meant where *written* only looks like *value*."""
    hosts = zip(_HOST_OF.findall(value), _HOST_OF.findall(written.lower()), strict=False)
    for alike, host in hosts:
        value = value.replace(alike, _ascii_host(host), 1)
    return value


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list that comes with the library: nothing is fetched, nothing is written.
    return tldextract.TLDExtract(
        cache_dir=None,
        suffix_list_urls=(),
        fallback_to_snapshot=True,
        include_psl_private_domains=False,
    )


# "10::20" and "10.30.am" are slips of the finger.
_CLOCK = re.compile(r"[012]?\d::[0-5]\d|[01]?\d\.[0-5]\d\.[ap]m", re.IGNORECASE)
_OPENING = {")": "(", "]": "[", "}": "{"}
_RESERVED = frozenset(
    "example test invalid localhost local internal lan home corp onion i2p bit eth alt".split()
)
# Top-level domains that are words or the ends of file names: alone they prove nothing.
_WORD_ENDS = frozenset(
    "in is it at so to me no be am as my us do la by hr im pm ms st sh la ma pa an id al are can "
    "here now call today run go car cars one red blue black house bank cab care day earth fan fail "
    "fish fun game gold got help home how ink kim land law legal like link live loan man mom moe "
    "new next night party pay phone pink place play plus post press rest ride room safe sale save "
    "say school search sex shop show sky spot star stream talk tax team tips town toys trade vote "
    "wait watch work world wow wtf you zero zone open final box".split()
)
_FILE_ENDS = frozenset(
    "py sh pl rs md zip mov ps so sc ml ph st vi doc bat exe dll pdf docx xlsx png "
    "jpg jpeg gif txt csv json html htm xml log cfg conf ini tmp dat bin iso img mp3 mp4 "
    "avi".split()
)
# Links of Telegram, WhatsApp and Signal that lead to one person.
_CHAT = re.compile(
    r"(?:https?://(?:www\.)?(?:t\.me|telegram\.(?:me|dog))/(?:s/)?|tg://resolve/?\?domain=)"
    r"(?P<name>[a-z]\w{3,31})(?:[/?&#].*)?"
    r"|(?:https?://(?:(?:www\.)?wa\.me/|(?:api|web|www)\.whatsapp\.com/send/?\?(?:.*&)?phone="
    r"|(?:www\.)?t\.me/|signal\.me/#p/)|tg://resolve/?\?phone=|whatsapp://send/?\?phone=)"
    r"(?:\+|%2b)?(?P<number>\d{7,15})(?:[/?&#].*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
# What Telegram has at the place of a name, and is none.
_OF_TELEGRAM = frozenset(
    "joinchat share addstickers addemoji addtheme addlist setlanguage confirmphone proxy socks "
    "login invoice giftcode contact boost".split()
)
# Where people are sent in a few letters.
_SHORT_LINKS = frozenset("t.me wa.me m.me g.co t.co x.com is.gd bit.ly".split())
_EVERYBODY = frozenset("all here channel everyone room team".split())
_DIGESTS = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_PLATFORMS = {
    "te": "telegram", "tg": "telegram", "in": "instagram", "ig": "instagram", "sn": "snapchat",
    "sc": "snapchat", "wi": "wickr", "th": "threema", "ti": "tiktok", "tw": "twitter",
    "di": "discord", "si": "signal", "ja": "jabber", "sk": "skype", "fa": "facebook",
    "fb": "facebook",
}  # fmt: skip
_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT",
    "HKU": "HKEY_USERS", "HKCC": "HKEY_CURRENT_CONFIG",
}  # fmt: skip
_IMPHASH = cues("imp ?hash", "import hash", "imphash")
_AUTHENTIHASH = cues("authenti ?hash")
_BESIDE = 8  # characters between a digest and the word that names its kind
_VERSION = re.compile(
    r"(?:version|ver|v|build|firmware|release|rev|section|sect?|chapter"
    r"|clause|para(?:graph)?|table|fig(?:ure)?|item|§)[ .:#]{0,2}$",
    re.IGNORECASE,
)

_HOST_LABEL = r"[^\W](?:[\w-]{0,61}[^\W])?"
_HOST = rf"(?:{_HOST_LABEL}\.){{1,8}}(?:xn--[a-z0-9-]{{2,40}}|[^\W\d_]{{2,24}})"

_HOST_OF = re.compile(r"(?:(?<=://)|(?<=@)|^(?![^/]*[:@]))[^\s/@:?#]+")

RULES = (
    Rule(
        Label.URL,
        r"://",
        re.compile(
            r"(?<![a-z0-9])(?:https?|s?ftps?|tcp|udp|rtsp|ssh|smb|ldap|wss?|ircs?|tg"
            r"|whatsapp|magnet)://[^\s<>\"`\\^{|}]{2,2000}",
            re.IGNORECASE,
        ),
        _url,
        priority=9,
        figures=False,
    ),
    Rule(
        Label.URL,
        r"[A-Za-z](?::\d{1,5})?[/?#][^\s]",
        re.compile(
            rf"(?<![\w@./:\\-]){_HOST}(?::\d{{2,5}})?[/?#](?=[^\s])[^\s<>\"`\\^{{|}}]{{1,2000}}",
            re.IGNORECASE,
        ),
        _url,
        priority=8,
        figures=False,
    ),
    Rule(
        Label.EMAIL,
        r"@",
        re.compile(
            r"(?:(?<![\w.%+-])[\w+][\w.%+'-]{0,63}|(?<!\w)\"[^\s\"@]{1,62}\")"
            rf"@(?:{_HOST}(?![\w@]|-\w)|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\])",
            re.IGNORECASE,
        ),
        _email,
        cues("xmpp", "jabber(?: id)?", "jid"),
        priority=8,
        also=(Label.HANDLE,),
        figures=False,
    ),
    Rule(
        Label.DOMAIN,
        r"[^\x00-\x2c\x2e\x2f:-@\[-^`{-\x7f]\.[^\x00-@\[-`{-\x7f]",
        re.compile(rf"(?<![\w@./\\-]){_HOST}(?![\w@]|[-.]\w)", re.IGNORECASE),
        _domain,
        cues(
            "domains?",
            "websites?",
            "sites?",
            "hosts?(?:name)?",
            "dns",
            "url",
            "c2",
            "server",
            "onion",
        ),
        priority=4,
        figures=False,
        effort=300,
    ),
    Rule(
        Label.IP,
        r"\d\.\d{1,3}\.\d{1,3}\.\d",
        pattern(
            r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w/]|\.\d)"
            r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?=/(?!\d{1,2}(?!\d)))"
        ),
        _ipv4,
        cues("ips?", "ip address", "ipv4", "host", "server", "address"),
        priority=5,
        figures=False,
    ),
    Rule(
        Label.CIDR,
        r"\d\.\d{1,3}\.\d{1,3}\.\d{1,3}/\d",
        pattern(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}(?![\w/]|\.\d)"),
        _ipv4,
        priority=6,
        figures=False,
    ),
    Rule(
        Label.IP,
        r"[0-9A-Fa-f:]:[0-9A-Fa-f]{0,4}:|::",
        pattern(r"(?<![\w.:])[0-9a-f:][0-9a-f:.]{1,44}(?:%[\w.]{1,15})?(?![\w/])"),
        _ipv6,
        priority=5,
        figures=False,
    ),
    Rule(
        Label.CIDR,
        r":[0-9A-Fa-f]{0,4}/\d|:\d{1,3}(?:\.\d{1,3}){3}/\d",
        pattern(r"(?<![\w.:])[0-9a-f:][0-9a-f:.]{1,44}/\d{1,3}(?![\w/])"),
        _cidr6,
        priority=6,
        figures=False,
    ),
    Rule(
        Label.MAC,
        r"[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.",
        pattern(
            r"(?<![\w:-])(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}"
            r"|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?!\.[0-9a-f]))(?![\w:-])"
        ),
        _mac,
        priority=7,
        figures=False,
    ),
    Rule(
        Label.MAC,
        r"[0-9A-Fa-f]{12}",
        pattern(r"(?<![\w:-])(?=[a-f]{0,11}\d)[0-9a-f]{12}(?![\w:-])"),
        _mac,
        cues("mac(?: ?address)?", "bssid", "wifi mac", "mac-adresse", "adresse mac"),
        priority=7,
        needs=cues("mac(?: ?address)?", "bssid", "wifi mac", "mac-adresse", "adresse mac"),
    ),
    Rule(
        Label.ASN,
        r"AS ?\d|[aA][sS][nN] ?\d|as\d",
        exact(r"(?<![A-Za-z0-9])(?:AS ?|as|(?i:asn) ?)(\d{1,10})(?![A-Za-z0-9]|[.,]\d)"),
        _asn,
        priority=4,
    ),
    Rule(
        Label.HASH,
        rf"{EDGE}[0-9A-Fa-f]{{32}}",
        pattern(
            r"(?<![a-z0-9])(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{56}|[0-9a-f]{40}"
            r"|[0-9a-f]{32})(?![a-z0-9])"
        ),
        _hash,
        cues("hash(?:es)?", "md5", "sha ?-?1", "sha ?-?256", "sha ?-?512", "digest", "checksum"),
        priority=5,
    ),
    Rule(
        Label.HASH,
        r"\d:[A-Za-z0-9/+]{6}",
        exact(
            r"(?<![A-Za-z0-9/+:])\d{1,9}:[A-Za-z0-9/+]{6,148}:[A-Za-z0-9/+]{3,74}(?![A-Za-z0-9/+:])"
        ),
        _fuzzy_hash,
        priority=6,
    ),
    Rule(
        Label.CVE,
        r"[cC][vV][eE][- ]{0,2}\d{4}",
        pattern(r"(?<![a-z0-9])cve[- ]{0,2}(\d{4})[- ]{1,3}(\d{4,7})(?!\d)"),
        _cve,
        priority=7,
    ),
    Rule(
        Label.GUID,
        r"[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-",
        pattern(
            r"(?<![a-z0-9-])(?:urn:uuid:|\{)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
            r"(?![a-z0-9-])\}?"
        ),
        _guid,
        priority=7,
    ),
    Rule(
        Label.HANDLE,
        r"@[A-Za-z0-9_]",
        pattern(r"(?<![\w@.%+/)-])@[a-z0-9_][a-z0-9_.]{1,31}(?![\w@]|[.-][a-z]|:[a-z])"),
        _handle,
        priority=2,
        figures=False,
    ),
    Rule(
        Label.HANDLE,
        r"@[A-Za-z0-9._=/+-]{1,64}:[A-Za-z0-9]",
        pattern(r"(?<![\w@])@[a-z0-9._=/+-]{1,64}:(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?!\w)"),
        _matrix_id,
        priority=8,
        figures=False,
    ),
    Rule(
        Label.HANDLE,
        r"(?i:telegram|tg|insta|instagram|ig|snap|snapchat|sc|wickr|threema|tiktok|twitter|discord"
        r"|jabber|skype|facebook|fb|user ?name|handle|nick|nickname|screen ?name)"
        r"(?i: ?(?:name ?|handle ?|id ?|user ?|account ?)?)[:=@]",
        pattern(
            r"(?<![a-z0-9])(telegram|tg|insta(?:gram)?|ig|snap(?:chat)?|sc|wickr|threema|tiktok"
            r"|twitter|discord"
            r"|jabber|skype|facebook|fb|user ?name|handle|nick(?:name)?|screen ?name)"
            r" ?(?:name ?|handle ?|id ?|user ?|account ?)?(?:[:=] ?|(?=@))"
            r"(@?(?:live:)?[a-z0-9_][a-z0-9_.-]{2,31})(?![\w@])"
        ),
        _named_handle,
        priority=3,
        figures=False,
        group=2,
    ),
    Rule(
        Label.HANDLE,
        r"(?i:user ?name|handle|nick|nickname|screen ?name| id) @?[A-Za-z0-9_]",
        pattern(
            r"(?<![a-z0-9])(signal|telegram|tg|insta(?:gram)?|snap(?:chat)?|wickr|threema|tiktok"
            r"|twitter|discord|skype)"
            r"(?:'s)? (?:user ?name|handle|nick(?:name)?|screen ?name|id) "
            r"(@?[a-z0-9_][a-z0-9_.-]{2,31})(?![\w@#])"
        ),
        _said_handle,
        priority=3,
        figures=False,
        group=2,
    ),
    Rule(
        Label.HANDLE,
        r"[A-Za-z0-9_.]#\d{4}",
        pattern(r"(?<![\w.@/#-])[a-z0-9_][a-z0-9_.]{1,31}#\d{4}(?!\w)"),
        _numbered_handle,
        cues("discord"),
        priority=3,
        needs=cues("discord"),
    ),
    Rule(
        Label.FILE_PATH,
        r"[A-Za-z]:[\\/]|~/|\\\\[A-Za-z0-9]|%\\|\$[A-Z]|/(?:etc|var|usr|home|tmp|opt|root|mnt|srv|bin|sbin|dev|proc"
        r"|storage|lib|boot|sys|Users"
        r"|Library|Applications|System|Volumes|private|data|sdcard)/",
        exact(
            r"(?<![A-Za-z0-9])(?:[A-Za-z]:\\|\\\\[A-Za-z0-9.-]{1,63}\\|%[A-Za-z]{3,20}%\\)[^\s\\/:*?\"|,;]{1,80}"
            r"(?:(?: (?!HK|and |or )[^\s\\/:*?\"|,;.]{1,40}){0,2}\\[^\s\\/:*?\"|,;]{1,80}){0,24}"
            r"(?: [^\s\\/:*?\"|,;.]{1,30}\.[a-z0-9]{2,4}(?![a-z0-9]))?"
            r"|(?<![A-Za-z0-9])[A-Za-z]:/(?!/)[^\s:*?\"'<>|,;]{1,200}"
            r"|(?<![\w./:~])(?:~/(?=\.\w|[^\s/]{1,60}[/.])|\$(?:HOME|PWD|TMPDIR)/|/(?:etc|var|usr|home|tmp|opt|root|mnt|srv|bin"
            r"|sbin|dev|proc|storage|lib|boot|sys|Users|Library|Applications|System|Volumes|private|data|sdcard)/)"
            r"[^\s:*?\"'<>|,;]{1,200}(?: [A-Z][\w.-]{0,30}/[^\s:*?\"'<>|,;]{1,200}){0,3}"
        ),
        _path,
        priority=6,
        figures=False,
    ),
    Rule(
        Label.REGISTRY_KEY,
        r"(?i:hk)[A-Za-z_]{1,22}[>:]?\\",
        pattern(
            r"(?<![A-Za-z0-9])(?:HKEY_(?:LOCAL_MACHINE|CURRENT_USER|CLASSES_ROOT|USERS"
            r"|CURRENT_CONFIG)"
            r"|HKLM|HKCU|HKCR|HKU|HKCC)[>:]?\\[^\s\\:*?\"|,;]{1,80}"
            r"(?:(?: (?!HK)[^\s\\:*?\"|,;]{1,40}){0,4}\\[^\s\\:*?\"|,;]{1,80}){0,24}"
        ),
        _key,
        priority=7,
        figures=False,
    ),
)
