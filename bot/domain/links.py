"""Links: one clean address for what people and programs write down, and one spelling to compare them by."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from bot.domain.papers import paper_of

MAX_LENGTH = 2000  # longer ones are data or tracking; browsers and Telegram's buttons stop near it (2048)
_LONGEST_WRITTEN = 3 * MAX_LENGTH  # escapes, wrappers and tracking are taken out of it


class LinkKind(StrEnum):
    """What somebody finds behind a link."""

    PAPER = "paper"
    CODE = "code"  # code, models, data sets, notebooks
    VIDEO = "video"
    DISCUSSION = "discussion"
    PAGE = "page"


# Parameters that say where a reader came from. Never one that may select content (v, id, p, page, q, s, list, …).
_TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|ysclid|_openstat|msclkid|twclid|ttclid|li_fat_id|igshid|igsh"
    r"|mc_cid|mc_eid|mkt_tok|ref_src|ref_url|_hsenc|_hsmi|hsctatracking|vero_id|vero_conv|oly_enc_id|oly_anon_id"
    r"|wt\.mc_id|dswid|s_cid|cmpid|trk|trackingid|linkid|spm|__twitter_impression|guccounter|guce_referrer\w*",
    re.I,
)
# The same on hosts where a common name is known to be one.
_TRACKING_AT = {
    "medium.com": {"source", "gi"},
    "towardsdatascience.com": {"source", "gi"},
    "twitter.com": {"s", "t"},
    "x.com": {"s", "t"},
    "youtube.com": {"feature", "si", "ab_channel", "pp"},
    "youtu.be": {"feature", "si"},
    "open.spotify.com": {"si"},
    "t.me": {"single"},
}
# For comparing only: these never tell two targets apart in practice, but removing them could break a link.
_INDIFFERENT = re.compile(r"ref|source|s|t|feature|usp|authuser|sk|app|gi|amp|single", re.I)

# host, path prefix, parameters that hold the target
_REDIRECTORS = (
    (re.compile(r"google(?:\.[a-z]{2,3}){1,2}"), "/url", ("q", "url")),
    (re.compile(r"t\.me"), "/iv", ("url",)),
    (re.compile(r"t\.me|telegram\.me"), "/share/url", ("url",)),
    (re.compile(r"medium\.com"), "/r/", ("url",)),
    (re.compile(r"lm?\.facebook\.com|l\.messenger\.com"), "/l.php", ("u",)),
    (re.compile(r"l\.instagram\.com"), "/", ("u",)),
    (re.compile(r"youtube\.com"), "/redirect", ("q",)),
    (re.compile(r"vk\.com"), "/away.php", ("to",)),
    (re.compile(r"link\.(?:zhihu\.com|csdn\.net|juejin\.cn)"), "/", ("target",)),
    (re.compile(r"(?:links\.)?jianshu\.com"), "/go", ("to", "url")),
    (re.compile(r"out\.reddit\.com"), "/", ("url",)),
    (re.compile(r"linkedin\.com"), "/redir", ("url",)),
    (re.compile(r"[\w.]+\.safelinks\.protection\.outlook\.com"), "/", ("url",)),
    (re.compile(r"slack-redir\.net"), "/link", ("url",)),
    (re.compile(r"duckduckgo\.com"), "/l/", ("uddg",)),
    (re.compile(r"getpocket\.com"), "/redirect", ("url",)),
)
_REDIRECTS_AT_MOST = 4

_SCHEME = re.compile(r"(?:h{0,3}t{1,3}p(s?)(?:\s*[:;：]\s*[/／]{1,4}|//)\s*)+", re.I)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d+(?:/|$))", re.I)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)\.?|localhost", re.I)
# Most links: nothing in them is to be mended, taken out or unwrapped, and cleaning them would change nothing.
_CLEAN_ALREADY = re.compile(r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/(?:[\w.~/-]*[a-zA-Z0-9/])?)?", re.A)
_MARKDOWN_ESCAPE = re.compile(r"\\([_*~()\[\]{}#&.!`+-])")
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.I)
# Names of files that look like hosts. (`.md`, `.py`, `.sh` are countries too, but in a relative link they are files.)
_FILE = re.compile(
    r"\.(?:html?|php\d?|aspx?|jspx?|pdf|png|jpe?g|gif|svg|webp|md|markdown|txt|rst|tex|xml|rss|json|ya?ml|toml|css|jsx?|tsx?"
    r"|zip|gz|tgz|tar|ipynb|py|sh|rs|cpp|csv|tsv|docx?|pptx?|xlsx?|mp[34]|bib|ps|exe|dll)$",
    re.I,
)
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<", "）": "（", "】": "【", "》": "《", "」": "「", "』": "『"}
_TRAILING = ".,;:!?*'\"`…»”’，。；：！？、"
_ESCAPED_TRAILING = re.compile(r"%(29|5d|7d|3e)$", re.I)
_ESCAPED_OPENING = {"29": "%28", "5d": "%5b", "7d": "%7b", "3e": "%3c"}
_LEADING = "([{<*'\"`«“‘（【《「『 "

_HUGGING_FACE_PAGES = frozenset(
    ("blog", "docs", "papers", "transformers", "tokenizers", "learn", "course", "tasks", "chat", "posts", "collections")
)

# Domains that are believed without a scheme in running text.
_KNOWN_DOMAIN = (
    r"com|org|net|edu|gov|io|ai|dev|me|co|info|app|science|blog|tech|ly|gl|gle|be|tv|xyz|cc|so|page|site|news|pub|wiki"
    r"|ru|de|fr|es|it|pt|br|cn|jp|kr|in|uk|ch|nl|pl|tr|ua|by|kz|ca|au|eu|us|se|no|fi|dk|at|cz|gr|il|mx|ar|cl|рф"
)
_ASCII_BODY = r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\u00c0-\u024f]"
_TEXT_LINK = re.compile(
    rf"""
      h{{0,3}}t{{1,3}}ps?://
      (?: (?=[^\x00-\x7f]) [\w.-]+ \.[^\W\d_]{{2,}} (?:[:/?\#] (?:{_ASCII_BODY}|\w)*)?    # a host in its own script
        | {_ASCII_BODY}+ (?:(?<=/wiki/)(?:\w|{_ASCII_BODY})+)?                            # other scripts end the link,
      )                                                                                   # but for encyclopedias
    | (?<![\w@./-]) (?: www\.{_ASCII_BODY}+ | (?:[a-z0-9-]+\.)+(?:{_KNOWN_DOMAIN})/{_ASCII_BODY}+ )
    """,
    re.I | re.X,
)
_BREAK_BEFORE = re.compile(r"(?:-|_|=|&|\?|%|%[0-9a-f])$", re.I)
_CONTINUATION = re.compile(r"[ \t]*\r?\n[ \t]*(?![a-z]+://)([\w\-./%=&?#~+]+)", re.A)


def clean_url(url: str, base: str | None = None) -> str | None:
    """One clean absolute http(s) link, at most 2,000 characters, or None where the text is no such link.

    Mends what hands and programs break (schemes, brackets, escapes, breaks over lines), unwraps redirectors, and takes
    tracking, user names and passwords out. `base` is the address that relative links are relative to. Cleaning a clean
    link changes nothing.
    """
    return url if _is_clean_already(url) else _cleaned(url, base)


def _is_clean_already(url: str) -> bool:
    """True only where cleaning would give the same link back; not of all links of which that is so."""
    plain = _CLEAN_ALREADY.fullmatch(url) if len(url) <= MAX_LENGTH else None
    return plain is not None and "xn--" not in plain[1] and _is_host(plain[1])


@lru_cache(maxsize=4096)  # one link is found, cleaned, compared and told its kind by several callers in a row
def _cleaned(url: str, base: str | None) -> str | None:
    for _ in range(_REDIRECTS_AT_MOST):
        parts = _absolute(_strip(url), base)
        if parts is None:
            return None
        target = _redirect_target(parts)
        if target is None:
            return _assemble(parts)
        url = target
    return None


def find_urls(text: str) -> list[str]:
    """The clean links in plain text of any script, in order, each once."""
    found = (clean_url(_rejoin(match, text)) for match in _TEXT_LINK.finditer(text))
    return list(dict.fromkeys(link for link in found if link is not None))


def canonical(url: str) -> str:
    """One spelling for one target, for comparing; no address to open. What is no link comes back stripped."""
    link = clean_url(url)
    return url.strip() if link is None else canonical_of_clean(link)


def canonical_of_clean(link: str) -> str:
    """`canonical` of what `clean_url` gave; cleaning is most of the work, and items' links are clean already."""
    paper = paper_of(link)
    if paper is not None:
        return str(paper)
    parts = urlsplit(link)
    host, path = _plain_host(parts), unquote(parts.path)
    params = dict(parse_qsl(parts.query))
    known = _known_site(host, path, params)
    if known is not None:
        return known
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _INDIFFERENT.fullmatch(k)]
    path = re.sub(r"/(?:index\.(?:html?|php))?$", "", path)
    route = "#" + parts.fragment if re.match(r"[!/]+[^!/]", parts.fragment) else ""  # pages that live in one document
    return host + path + ("?" + urlencode(sorted(kept)) if kept else "") + route


def link_key(url: str) -> str:
    """A clean link in the spelling that links are looked up by: without scheme, `www.`, fragment and last slash."""
    rest = url.partition("://")[2] or url
    host, slash, path = rest.partition("#")[0].partition("/")
    return (host.lower().removeprefix("www.") + slash + path).rstrip("/")


def keys_of(url: str) -> tuple[str, ...]:
    """The keys that what is at a clean link may be looked up by: its own first, then those of other addresses of the
    same page, video, post or repository. What is no link has one key."""
    parts = _split(url)
    if parts is None:
        return (link_key(url),)
    host = _plain_host(parts)
    query = f"?{parts.query}" if parts.query else ""
    keys = [link_key(url), link_key(f"https://{host}{parts.path}{query}")]
    known = _known_site(host, parts.path, dict(parse_qsl(parts.query))) or ""
    if known.startswith("yt:"):
        keys += [f"youtu.be/{known[3:]}", f"youtube.com/watch?v={known[3:]}"]
    elif known.startswith("tweet:"):
        keys += [f"{one}{parts.path.rstrip('/')}" for one in ("twitter.com", "x.com")]
    elif known.startswith("github:") and known.count("/") == 1:  # a branch, or the address for cloning
        keys.append("github.com" + "/".join(parts.path.removesuffix(".git").split("/")[:3]))
    return tuple(dict.fromkeys(keys))


def kind_of(url: str) -> LinkKind:
    """What somebody finds behind a link, told from the address alone."""
    if paper_of(url) is not None:
        return LinkKind.PAPER
    link = clean_url(url)
    if link is None:
        return LinkKind.PAGE
    parts = urlsplit(link)
    host, steps = _plain_host(parts), [step for step in parts.path.split("/") if step]
    if _is_code(host, steps):
        return LinkKind.CODE
    if _is_video(host, steps):
        return LinkKind.VIDEO
    return LinkKind.DISCUSSION if _is_discussion(host, steps) else LinkKind.PAGE


def is_code(url: str) -> bool:
    """True for repositories, models, data sets and notebooks."""
    return kind_of(url) is LinkKind.CODE


def _strip(url: str) -> str:
    """The link without what stands around it, in one line, with plain ampersands."""
    if len(url) > _LONGEST_WRITTEN:
        return ""
    url = re.sub(r"\s*[\r\n\t\u2028\u200b\ufeff\u00ad]+\s*", "", url.strip())
    url = re.sub(r"\s+[\"'(].*$", "", url)  # a Markdown title behind the target
    url = re.sub(r"(?<=[-/_=&?%]) +", "", url)  # broken over lines, and the lines were joined
    url = _MARKDOWN_ESCAPE.sub(r"\1", url)
    while (plain := _AMPERSAND.sub("&", url)) != url:
        url = plain
    while (bare := _peel(url)) != url:
        url = bare
    return url


def _peel(url: str) -> str:
    """One layer less of brackets, quotes and punctuation around a link."""
    url = url.lstrip(_LEADING)
    if not url:
        return url
    last = url[-1]
    if last in _TRAILING or (last in _PAIRS and url.count(last) > url.count(_PAIRS[last])):
        return url[:-1].rstrip()
    escaped = _ESCAPED_TRAILING.search(url)  # the same, after a program has written it into a page
    if escaped and not re.search(_ESCAPED_OPENING[escaped[1].lower()], url[: escaped.start()], re.I):
        return url[: escaped.start()]
    return url


def _absolute(url: str, base: str | None) -> SplitResult | None:
    """The parts of an http(s) link, its scheme mended; a relative one is joined to its base."""
    if not url:
        return None
    scheme = _SCHEME.match(url)
    if scheme:
        return _split(f"http{scheme[1].lower()}://" + url[scheme.end() :].lstrip("/"))
    if _OTHER_SCHEME.match(url):
        return None
    if url.startswith("//"):
        own = urlsplit(base).scheme if base else "https"
        return _split(f"{own or 'https'}:{url}")
    first = re.split(r"[/?#]", url, maxsplit=1)[0]
    if "@" in first:
        return None
    if _looks_like_host(first, alone=first == url):
        return _split("https://" + url)
    return _joined(url, base)


def _looks_like_host(first: str, *, alone: bool) -> bool:
    host = first.partition(":")[0]
    return "." in host and bool(_HOST.fullmatch(host)) and not (_FILE.search(host) and (alone or "." not in host[:-4]))


def _joined(url: str, base: str | None) -> SplitResult | None:
    if not base or url.startswith("#"):
        return None
    try:
        return _split(urljoin(base, url))
    except ValueError:
        return None


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) link with a believable host and port."""
    try:
        parts = urlsplit(url.replace("\\", "/"))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and host and _is_host(host) else None


def _is_host(host: str) -> bool:
    if ":" not in host and not host[-1].isdigit():
        return len(host) <= 253 and _HOST.fullmatch(host) is not None
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _redirect_target(parts: SplitResult) -> str | None:
    """Where a page that only forwards its visitors would send them."""
    if not parts.query:
        return None
    host = _plain_host(parts)
    for pattern, prefix, names in _REDIRECTORS:
        if pattern.fullmatch(host) and (parts.path or "/").startswith(prefix):
            query = parse_qs(parts.query)
            targets = [query[name][0] for name in names if name in query]
            return next((target for target in targets if _SCHEME.match(target)), None)
    return None


def _assemble(parts: SplitResult) -> str | None:
    host = _readable(parts.hostname or "")
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = host if parts.port in (None, default) else f"{host}:{parts.port}"
    fragment = re.sub(r":~:.*$", "", parts.fragment)  # a browser's "link to highlight"
    path, query = _quote(parts.path), _quote(_without_tracking(parts.query, _plain_host(parts)))
    link = urlunsplit((parts.scheme, netloc, path, query, _quote(fragment)))
    return link if len(link) <= MAX_LENGTH else None


def _readable(host: str) -> str:
    """The host as its owner writes it: names in other scripts are not shown as xn--…"""
    host = host.rstrip(".")
    if ":" in host:
        return f"[{host}]"
    labels = [_decoded(label) if label.startswith("xn--") else label for label in host.split(".")]
    return ".".join(labels)


def _decoded(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _quote(text: str) -> str:
    """Percent-encode what would end a link in text or markup; everything else stays as it was written."""
    return re.sub(r"[\x00-\x20\x7f\"<>`{}|^]|\s", lambda m: quote(m[0], safe=""), text)


def _without_tracking(query: str, host: str) -> str:
    there = _TRACKING_AT.get(host, set()) | (_TRACKING_AT["medium.com"] if host.endswith(".medium.com") else set())
    kept = []
    for part in query.split("&"):
        name = unquote(part.partition("=")[0])
        if part and not _TRACKING.fullmatch(name) and name.lower() not in there:
            kept.append(part)
    return "&".join(kept)


def _plain_host(parts: SplitResult) -> str:
    """The host without what only selects a layout: www., m., mobile., amp., and the .m. of Wikipedia."""
    host = (parts.hostname or "").lower().rstrip(".")
    return re.sub(r"^(?:www\.|m\.|mobile\.|amp\.)|(?<=^[a-z]{2})\.m(?=\.wiki)", "", host)


def _known_site(host: str, path: str, params: dict[str, str]) -> str | None:
    """One spelling on sites that have several addresses for the same thing."""
    if host == "colab.research.google.com" and path.startswith("/github/"):
        host, path = "github.com", path.removeprefix("/github")
    if host == "github.com":
        return _github(path)
    if host == "youtu.be":
        return "yt:" + path.strip("/")
    if host in ("youtube.com", "youtube-nocookie.com"):
        return _youtube(path, params)
    if host in ("twitter.com", "x.com"):
        status = re.match(r"/[^/]+/status(?:es)?/(\d+)", path)
        return f"tweet:{status[1]}" if status else "twitter.com" + path.lower().rstrip("/")
    if host in ("medium.com", "towardsdatascience.com") or host.endswith(".medium.com"):
        story = re.search(r"-([0-9a-f]{10,12})/?$", path)
        return f"medium:{story[1]}" if story else None
    return None


def _github(path: str) -> str:
    """Owner and repository in lower case (GitHub ignores it), and the file in it without its branch."""
    steps = [step for step in path.split("/") if step]
    owner_and_name = [step.lower() for step in steps[:2]]
    if len(steps) >= 2:
        owner_and_name[1] = owner_and_name[1].removesuffix(".git")
    rest = steps[4:] if steps[2:3] in (["tree"], ["blob"]) else steps[2:]
    return "github:" + "/".join(owner_and_name + rest)


def _youtube(path: str, params: dict[str, str]) -> str | None:
    short = re.match(r"/(?:embed|live|shorts|v)/([\w-]{11})", path)
    if "v" in params or short:
        return "yt:" + (params.get("v") or (short[1] if short else ""))
    return f"ytlist:{params['list']}" if "list" in params else None


def _is_code(host: str, steps: list[str]) -> bool:
    if steps and steps[-1].lower().endswith(".pdf"):
        return False
    if host == "huggingface.co":
        # /owner/model; everything else with two steps is a page about something.
        return len(steps) >= 2 and steps[0] not in _HUGGING_FACE_PAGES
    if host == "kaggle.com":
        return steps[:1] in (["code"], ["kernels"], ["datasets"], ["models"]) or (
            len(steps) == 2
            and steps[0] not in ("c", "competitions", "learn", "discussions", "docs", "product-feedback")
        )
    if host in ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"):
        no_code = steps[:1] in (["features"], ["sponsors"], ["topics"], ["orgs"], ["marketplace"], ["about"], ["apps"])
        talk = {"issues", "pull", "discussions", "merge_requests"} & set(steps[2:4])
        return len(steps) >= 2 and not no_code and not talk
    if host == "paperswithcode.com":
        return steps[:1] in (["paper"], ["dataset"], ["lib"])
    return host in (
        "gist.github.com",
        "colab.research.google.com",
        "nbviewer.jupyter.org",
        "nbviewer.org",
        "mybinder.org",
    )


def _is_video(host: str, steps: list[str]) -> bool:
    if host in ("youtube.com", "youtube-nocookie.com"):
        return steps[:1] in (["watch"], ["playlist"], ["embed"], ["live"], ["shorts"], ["v"])
    return bool(steps) and host in ("youtu.be", "vimeo.com", "videolectures.net", "slideslive.com", "bilibili.com")


def _is_discussion(host: str, steps: list[str]) -> bool:
    if host in ("github.com", "gitlab.com"):
        return bool({"issues", "pull", "discussions", "merge_requests"} & set(steps[2:4]))
    if host in ("twitter.com", "x.com"):
        return "status" in steps
    return host in ("reddit.com", "old.reddit.com", "news.ycombinator.com", "lobste.rs", "stackoverflow.com") or (
        host.endswith(".stackexchange.com") or host == "discuss.pytorch.org"
    )


def _rejoin(match: re.Match[str], text: str) -> str:
    """The link with its second half, where a line ended in the middle of it."""
    link = match[0]
    more = _CONTINUATION.match(text, match.end())
    if more is None or not _BREAK_BEFORE.search(link):
        return link
    return link + more[1]
