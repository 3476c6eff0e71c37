"""Secrets in web addresses are recognised, and cards, messages and drafts contain only redacted addresses."""

from pathlib import Path

import pytest
import yaml

from rnncompare.files import address
from rnncompare.recordings.card import BadCard, read_card

ROOT = Path(__file__).parents[2]
SECRET = [
    "https://me:hidden@h.org/x.nwb",
    "https://hidden@h.org/x.nwb",
    "https://h.org/x.nwb?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=hidden",
    "https://h.org/x.nwb?sv=2024-01-01&sp=r&sig=hidden%3D",
    "https://h.org/x.nwb?Expires=1700000000&Key-Pair-Id=hidden",
    "https://h.org/x.nwb?GoogleAccessId=hidden&Signature=hidden",
    "https://h.org/x.nwb?download=1&access_token=hidden",
    "https://h.org/x.nwb?a=1;token=hidden",
    "https://h.org/x.nwb?x=hiddenAbC123dEf456hidden",
    "https://h.org/x.nwb?hiddenAbC123dEf456hidden",
    "https://h.org/x.nwb#token=hidden",
    "https://h.org/x.nwb?%73ig=hidden",
]
PLAIN = [
    "https://h.org/x.nwb",
    "https://h.org:8080/x.nwb?download=1",
    "https://h.org/get?file=session_2013_10_14_a.mat&version=2",
    "https://h.org/x.nwb?versionId=AbC123dEf456AbC123dEf456",
    "https://h.org/x.nwb#readme",
]


@pytest.mark.parametrize("url", SECRET)
def test_secrets_are_removed_from_stored_and_shown_addresses(url):
    kept, removed = address.without_secrets(url)
    assert kept == "https://h.org/x.nwb" and removed
    assert "hidden" not in kept + removed.replace("query (hiddenAbC123dEf456hidden)", "") + address.redacted(url)


@pytest.mark.parametrize("url", PLAIN)
def test_an_address_without_secrets_is_unchanged(url):
    assert address.without_secrets(url) == (url, "") and address.redacted(url) == url


def test_an_invalid_address_is_not_shown():
    assert "hidden" not in address.redacted("https://[h/x?sig=hidden")


def test_only_an_address_of_the_same_file_is_taken_from_the_environment_variable(monkeypatch):
    monkeypatch.setenv(
        "RNNCOMPARE_URLS", "https://h.org/y.nwb?sig=1 https://me:pw@h.org/x.nwb http://h.org/x.nwb?sig=2"
    )
    assert address.with_secrets("https://h.org/x.nwb") == "https://me:pw@h.org/x.nwb"
    assert address.with_secrets("https://h.org/z.nwb") == "https://h.org/z.nwb"


@pytest.mark.parametrize("url", SECRET)
def test_a_card_with_a_secret_is_refused_without_showing_the_secret(url, tmp_path):
    card = yaml.safe_load((ROOT / "data/stevenson2011_m1/card.yaml").read_text())
    card["files"] = [{"file": "x.nwb", "url": url, "sha256": "0" * 64, "bytes": 1}]
    (tmp_path / "card.yaml").write_text(yaml.safe_dump(card))
    with pytest.raises(BadCard, match=r"files.0.url: f.*https://h.org/x.nwb with .*secret, .* RNNCOMPARE_URLS") as e:
        read_card(tmp_path / "card.yaml")
    assert "hidden" not in str(e.value).replace("hiddenAbC123dEf456hidden", "")
