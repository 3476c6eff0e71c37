"""Removal of secrets (passwords, signatures, tokens) from web addresses before they are stored or shown.

Cards, logs and error messages contain only redacted addresses. The complete address of a file that needs a secret is
given in the environment variable RNNCOMPARE_URLS.
"""

import base64
import os
import re
import urllib.parse

VARIABLE = "RNNCOMPARE_URLS"
ADVICE = f"give the whole address in the environment variable {VARIABLE}"
# Parts of the names of query parameters that authenticate a request, as used by cloud storage, archives and private
# links.
SECRET = re.compile(
    r"sig|token|key|secret|pass|pwd|auth|cred|signed|expir|policy|session|jwt|sas|login|user|private|view_?only|x-amz|x-goog"
    r"|hmac|nonce|hash|code|ticket|share|^(se|sp|sr|st|sv|skoid|sktid|ske|skt|sks|skv|e|h|s|t)$",
    re.IGNORECASE,
)
# Query parameters that name a file or a version of it and are kept, whatever their values are.
PLAIN = re.compile(r"(version(id)?|file(name)?|path|format|download|dl|raw|ref|order|page(_size)?|id)", re.IGNORECASE)
OPAQUE = 16  # shortest run of mixed letters and digits that is taken for a signature or token


def redacted(url: str) -> str:
    """The address for use in messages: without user and password, and without a query that may contain secrets."""
    kept, removed = without_secrets(url)
    return f"{kept} ({removed} not shown)" if removed else kept


def without_secrets(url: str) -> tuple[str, str]:
    """The address without its possible secrets, and a description of what was removed ('' if nothing was).

    A query is kept or removed as a whole, since a signed query is of no use without its signature.
    """
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return "an address that cannot be read", "its text"
    pairs = urllib.parse.parse_qsl(parts.query.replace(";", "&"), keep_blank_values=True)
    names = sorted({name for name, value in pairs if _is_secret(name, value)})
    # A query without '=', such as ?AbC..., consists of a value only.
    names = names or (["all of it"] if _opaque(parts.query.split("=")[0]) else [])
    removed = ["user and password"] * ("@" in parts.netloc)
    removed += [f"query ({', '.join(re.sub('[^A-Za-z0-9_. -]', '?', name)[:40] for name in names)})"] * bool(names)
    secret_fragment = "=" in parts.fragment or _opaque(parts.fragment)
    removed += ["the fragment after #"] * secret_fragment
    host = parts.netloc.rpartition("@")[2]
    kept = parts._replace(netloc=host, query="" if names else parts.query)
    kept = kept._replace(fragment="") if secret_fragment else kept
    return "".join(c if c.isprintable() else "?" for c in urllib.parse.urlunsplit(kept)), " and ".join(removed)


def _is_secret(name: str, value: str) -> bool:
    if PLAIN.fullmatch(name):
        return False
    return bool(SECRET.search(name)) or _opaque(value)


def _opaque(text: str) -> bool:
    """Whether a text contains a long run of mixed letters and digits, as signatures do and names do not."""
    runs = re.findall(rf"[A-Za-z0-9+/=_-]{{{OPAQUE},}}", text)
    return any(re.search("[0-9]", run) and re.search("[A-Za-z]", run) for run in runs)


def with_secrets(url: str) -> str:
    """The address to request: the one in RNNCOMPARE_URLS that differs from `url` only in its secrets, or else `url`."""
    for given in os.environ.get(VARIABLE, "").split():
        if without_secrets(given)[0] == url and given != url:
            return given
    return url


def login(url: str) -> tuple[str, str | None]:
    """The address without user, password and fragment, and the Authorization header with the user and password.

    The header is None if the address contains neither user nor password.
    """
    parts = urllib.parse.urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    header = "Basic " + base64.b64encode(urllib.parse.unquote(user).encode()).decode() if at else None
    return urllib.parse.urlunsplit(parts._replace(netloc=host, fragment="")), header
