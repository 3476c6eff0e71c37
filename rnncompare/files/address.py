"""Addresses of the web: what in one is a secret, and the address without it, which alone is written or shown."""

import base64
import os
import re
import urllib.parse

VARIABLE = "RNNCOMPARE_URLS"
HOW = f"give the whole address in the environment variable {VARIABLE}"
# Parts of the names of parameters that sign, admit or identify, of cloud stores, archives and private links.
SECRET = re.compile(
    r"sig|token|key|secret|pass|pwd|auth|cred|signed|expir|policy|session|jwt|sas|login|user|private|view_?only|x-amz|x-goog"
    r"|hmac|nonce|hash|code|ticket|share|^(se|sp|sr|st|sv|skoid|sktid|ske|skt|sks|skv|e|h|s|t)$",
    re.IGNORECASE,
)
# Parameters that name a file or a version of it, whatever their values are.
PLAIN = re.compile(r"(version(id)?|file(name)?|path|format|download|dl|raw|ref|order|page(_size)?|id)", re.IGNORECASE)
OPAQUE = 16  # letters and digits in a row that no one would write by hand


def shown(url: str) -> str:
    """An address as a message may show it: without user and password, and without a query that has secrets."""
    kept, left_out = without_secrets(url)
    return f"{kept} ({left_out} not shown)" if left_out else kept


def without_secrets(url: str) -> tuple[str, str]:
    """The address without what may be a secret, and what was left out, in words; '' where nothing was.

    A query is kept or left out as a whole: the rest of a signed one is worth nothing.
    """
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return "an address that cannot be read", "its text"
    pairs = urllib.parse.parse_qsl(parts.query.replace(";", "&"), keep_blank_values=True)
    names = sorted({name for name, value in pairs if _is_secret(name, value)})
    # A query without a name, ?AbC..., is all value.
    names = names or (["all of it"] if _opaque(parts.query.split("=")[0]) else [])
    left_out = ["user and password"] * ("@" in parts.netloc)
    left_out += [f"query ({', '.join(re.sub('[^A-Za-z0-9_. -]', '?', name)[:40] for name in names)})"] * bool(names)
    secret_fragment = "=" in parts.fragment or _opaque(parts.fragment)
    left_out += ["what follows its #"] * secret_fragment
    host = parts.netloc.rpartition("@")[2]
    kept = parts._replace(netloc=host, query="" if names else parts.query)
    kept = kept._replace(fragment="") if secret_fragment else kept
    return "".join(c if c.isprintable() else "?" for c in urllib.parse.urlunsplit(kept)), " and ".join(left_out)


def _is_secret(name: str, value: str) -> bool:
    if PLAIN.fullmatch(name):
        return False
    return bool(SECRET.search(name)) or _opaque(value)


def _opaque(text: str) -> bool:
    """Whether a text holds a long run of letters and digits mixed, as signatures do and names do not."""
    runs = re.findall(rf"[A-Za-z0-9+/=_-]{{{OPAQUE},}}", text)
    return any(re.search("[0-9]", run) and re.search("[A-Za-z]", run) for run in runs)


def whole(url: str) -> str:
    """The address to ask: the one of the variable that differs from this one in its secrets alone, or this one."""
    for given in os.environ.get(VARIABLE, "").split():
        if without_secrets(given)[0] == url and given != url:
            return given
    return url


def login(url: str) -> tuple[str, str | None]:
    """The address without user, password and fragment, and the header that says them (None where it has none)."""
    parts = urllib.parse.urlsplit(url)
    said, at, host = parts.netloc.rpartition("@")
    header = "Basic " + base64.b64encode(urllib.parse.unquote(said).encode()).decode() if at else None
    return urllib.parse.urlunsplit(parts._replace(netloc=host, fragment="")), header
