from __future__ import annotations

from ipaddress import ip_address

import pytest

from bot.domain.errors import FetchRefused
from bot.readers.addresses import AddressRules, parse_allowed_host, parse_url, shown_host, special_meaning


def check(address: str, *allowed: str) -> None:
    AddressRules(allowed).check_url(parse_url(address))


@pytest.mark.parametrize(
    "number",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.7",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.251",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::7f00:1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_a_number_outside_the_public_internet_is_known_as_such(number: str) -> None:
    assert special_meaning(ip_address(number))


@pytest.mark.parametrize(
    "number",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.128.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_a_public_number_is_free(number: str) -> None:
    assert special_meaning(ip_address(number)) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1./",
    ],
)
def test_an_address_that_is_a_private_number_is_refused_before_anything_is_looked_up(address: str) -> None:
    with pytest.raises(FetchRefused, match="FETCH_ALLOWED_PRIVATE_HOSTS"):
        check(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://0177.0.0.1/",
        "http://0177.0x0.1/",
        "http://127.0.0.1.1/",
        "http://3232235777./",
        "http://256.1.1.1/",
        "http://①②⑦.⓪.⓪.①/",
    ],
)
def test_a_number_in_disguise_is_refused(address: str) -> None:
    with pytest.raises(FetchRefused):
        check(address)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "localhost.", "feeds.localhost", "localhost.localdomain"])
def test_names_of_this_machine_are_refused(name: str) -> None:
    with pytest.raises(FetchRefused, match="this machine"):
        check(f"http://{name}/")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/feed",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "/etc/passwd",
        "data:text/plain,hello",
        "example.org/feed",
        "ws://example.org/",
        "",
    ],
)
def test_only_web_addresses_are_fetched(address: str) -> None:
    with pytest.raises(FetchRefused, match="Only http and https"):
        check(address)


def test_an_address_without_a_host_is_refused() -> None:
    with pytest.raises(FetchRefused, match="no host"):
        check("http:///feed")


@pytest.mark.parametrize("port", [0, 22, 25, 445, 1023])
def test_ports_of_other_services_are_refused(port: int) -> None:
    with pytest.raises(FetchRefused, match=f"Port {port} "):
        check(f"http://example.org:{port}/")


@pytest.mark.parametrize("port", [80, 443, 1024, 8080, 8443, 65535])
def test_ports_of_web_servers_are_free(port: int) -> None:
    check(f"https://example.org:{port}/feed")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org:99999/",
        "http://user:pa/ss@example.org/",
        "http://exa mple.org/",
        "http://exa%2emple.org/",
        "http://example..org/",
        "http://[::1/",
        "http://example.org/\r\nHost: other.example",
        "http://xn--.example.org/",
        "http://example.org/\ud800",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(address: str) -> None:
    with pytest.raises(FetchRefused) as caught:
        check(address)
    assert str(caught.value) == "The address is not a valid web address."
    assert caught.value.__cause__ is None


def test_an_international_name_is_an_ordinary_name() -> None:
    check("https://новости.рф/rss")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("http://nas.lan:8080/", "nas.lan"),
        ("http://nas.lan:8080/", "NAS.lan.:8080"),
        ("http://nas.lan:22/", "nas.lan:22"),
        ("http://localhost/", "localhost"),
        ("http://127.0.0.1:9000/", "127.0.0.1"),
        ("http://127.0.0.1:9000/", "127.0.0.1:9000"),
        ("http://10.1.2.3/", "10.0.0.0/8"),
        ("http://10.1.2.3:8000/", "10.0.0.0/8:8000"),
        ("http://[::ffff:10.1.2.3]/", "10.0.0.0/8"),
        ("http://[fd00::7]/", "fd00::/8"),
        ("http://[fd00::7]:8000/", "[fd00::/8]:8000"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("http://[::1]/", "::1"),
        ("http://рассылка.lan/", "рассылка.lan"),
    ],
)
def test_an_administrator_may_allow_hosts_numbers_and_ranges(address: str, allowed: str) -> None:
    check(address, allowed)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("http://127.0.0.1:9001/", "127.0.0.1:9000"),
        ("http://127.0.0.2/", "127.0.0.1"),
        ("http://11.0.0.1:25/", "10.0.0.0/8"),
        ("http://feeds.localhost/", "localhost"),
        ("http://2130706433/", "127.0.0.1"),
        ("ftp://nas.lan/", "nas.lan"),
    ],
)
def test_what_is_allowed_goes_no_further_than_it_says(address: str, allowed: str) -> None:
    with pytest.raises(FetchRefused):
        check(address, allowed)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "http://nas.lan",
        "nas.lan/feed",
        "10.0.0.0/33",
        "nas.lan:0",
        "nas.lan:70000",
        "nas.lan:http",
        "a b",
        "1.2.3",
        "[::1",
        "[nas.lan]:80",
    ],
)
def test_an_entry_that_is_no_host_is_named_with_good_examples(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is not a host; write .* like nas\.lan"):
        parse_allowed_host(entry)


def test_a_text_for_people_shows_the_host_and_an_unusual_port_alone() -> None:
    assert shown_host(parse_url("https://user:secret@example.org/private/key?token=1#top")) == "example.org"
    assert shown_host(parse_url("https://example.org:443/")) == "example.org"
    assert shown_host(parse_url("http://example.org:8080/")) == "example.org:8080"
