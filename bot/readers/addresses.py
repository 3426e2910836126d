"""Which addresses may be fetched: schemes, names, ports, and above all the numbers that names stand for.

Anybody who writes a feed decides where its redirects lead and what its name resolves to, so a public name may point
into the network that the bot runs in. `AddressRules.check_url` judges what is written, before anything is looked up;
`check_ip` judges each number that a connection is about to be made to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from bot.domain.errors import FetchRefused

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

NOT_AN_ADDRESS = "The address is not a valid web address."
HOW_TO_ALLOW = "; where that is wanted, name it in FETCH_ALLOWED_PRIVATE_HOSTS."
DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_UNPRIVILEGED_PORT = 1024
LAST_PORT = 65535

# https://www.iana.org/assignments/iana-ipv4-special-registry. Written out because `ipaddress.is_global` gives different
# answers in different patch releases of Python (CVE-2024-4032).
SPECIAL_IPV4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), meaning)
    for network, meaning in (
        ("0.0.0.0/8", "this machine"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's internal network"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "the local link, where clouds keep their secrets"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "a reserved range"),
        ("192.0.2.0/24", "a range for examples"),
        ("192.88.99.0/24", "a retired relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "a range for measurements"),
        ("198.51.100.0/24", "a range for examples"),
        ("203.0.113.0/24", "a range for examples"),
        ("224.0.0.0/4", "a multicast group"),
        ("240.0.0.0/4", "a reserved range"),
    )
)

# https://www.iana.org/assignments/iana-ipv6-special-registry. Only 2000::/3 is handed out to the public internet
# (RFC 4291, 2.4), so these are the exceptions within it, and names for the commonest ranges outside of it.
PUBLIC_IPV6 = IPv6Network("2000::/3")
SPECIAL_IPV6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), meaning)
    for network, meaning in (
        ("::/127", "this machine"),
        ("2001::/23", "a tunnel or another special use"),
        ("2001:db8::/32", "a range for examples"),
        ("2002::/16", "a tunnel that may lead anywhere"),
        ("3fff::/20", "a range for examples"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "the local link"),
        ("ff00::/8", "a multicast group"),
    )
)
# RFC 6052: a network without IPv4 writes every IPv4 address like this, so the address inside is what counts.
NAT64 = IPv6Network("64:ff9b::/96")

HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
BRACKETED = re.compile(r"\[(?P<host>[^\]]+)\](:(?P<port>\d+))?")
WITH_PORT = re.compile(r"(?P<host>[^:]+):(?P<port>\d+)")
# What the WHATWG URL standard calls "ends in a number": C libraries read such names as IPv4 addresses, in decimal,
# octal or hexadecimal, whole or in parts.
ENDS_IN_NUMBER = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)")


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One entry of FETCH_ALLOWED_PRIVATE_HOSTS. Exactly one of `name` and `network` is set; `port` None means any."""

    name: str | None
    network: IpNetwork | None
    port: int | None

    def covers_name(self, name: str, port: int) -> bool:
        return self.name == name and self.port in (None, port)

    def covers_ip(self, ip: IpAddress, port: int) -> bool:
        return self.network is not None and ip in self.network and self.port in (None, port)


def parse_allowed_host(entry: str) -> AllowedHost:
    """A name, an IP address or a CIDR range, each with an optional `:port` (IPv6 then in brackets).

    Raises ValueError with a sentence that quotes the entry and shows good ones.
    """
    text = entry.strip().lower()
    if match := BRACKETED.fullmatch(text):
        network = _network(match["host"])
        port = match["port"]
    elif network := _network(text):
        port = None
    elif match := WITH_PORT.fullmatch(text):
        text, port = match["host"], match["port"]
        network = _network(text)
    else:
        port = None
    name = None if network else _allowed_name(text)
    if (network is None and name is None) or (port is not None and not 0 < int(port) <= LAST_PORT):
        raise ValueError(
            f"{entry!r} is not a host; write names, addresses or ranges like nas.lan, 192.168.1.10:8080 or 10.0.0.0/8"
        )
    return AllowedHost(name, network, int(port) if port else None)


def _network(text: str) -> IpNetwork | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _allowed_name(text: str) -> str | None:
    try:
        name = httpx.URL(scheme="http", host=text).raw_host.decode("ascii").removesuffix(".")
    except httpx.InvalidURL:
        return None
    return name if HOST_NAME.fullmatch(name) and not ENDS_IN_NUMBER.fullmatch(name) else None


def parse_url(address: str) -> httpx.URL:
    """An address as a URL without fragment, its host without the final dot. Raises FetchRefused if it is none."""
    try:
        return normalised(httpx.URL(address.strip()))
    except (httpx.InvalidURL, UnicodeError):  # the latter for half a character, and for what only looks like Punycode
        # The library's text quotes parts of the address, which may be a password: it goes no further.
        raise FetchRefused(NOT_AN_ADDRESS) from None


def normalised(url: httpx.URL) -> httpx.URL:
    """The same URL without fragment and without the final dot of its host, so that one host has one name."""
    if url.fragment:
        url = url.copy_with(fragment=None)
    if url.host.endswith("."):
        url = url.copy_with(host=url.host.removesuffix("."))
    return url


def port_of(url: httpx.URL) -> int:
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def shown_host(url: httpx.URL) -> str:
    """The host, and the port where it is not the usual one: all that a text for people may tell of an address.

    Credentials, path and query stay out: each of them may hold a secret.
    """
    return url.host if url.port is None else f"{url.host}:{url.port}"


class AddressRules:
    """Decides where the bot may connect to. `allowed` are entries as `parse_allowed_host` takes them."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = tuple(parse_allowed_host(entry) for entry in sorted(allowed))

    def check_url(self, url: httpx.URL) -> None:
        """Raises FetchRefused where scheme, host or port alone say that the address must not be fetched."""
        if url.scheme not in DEFAULT_PORTS:
            raise FetchRefused(
                f"Only http and https addresses are fetched, not {url.scheme or 'one without a scheme'}."
            )
        host, port = url.raw_host.decode("ascii"), port_of(url)
        if not host:
            raise FetchRefused("The address names no host.")
        ip = _parsed_ip(host)
        if port > LAST_PORT or (ip is None and not HOST_NAME.fullmatch(host)):  # the URL parser lets both pass
            raise FetchRefused(NOT_AN_ADDRESS)
        if ip is None and ENDS_IN_NUMBER.fullmatch(host):
            raise FetchRefused(f"{host} is a number in disguise; write the address as four numbers from 0 to 255.")
        if self._allows_host(host, ip, port):
            return
        if ip is not None:
            self.check_ip(host, port, ip)
        elif _is_local_name(host):
            raise FetchRefused(f"{host} is this machine{HOW_TO_ALLOW}")
        if port < FIRST_UNPRIVILEGED_PORT and port not in DEFAULT_PORTS.values():
            raise FetchRefused(f"Port {port} of {host} is not one of a web server{HOW_TO_ALLOW}")

    def check_ip(self, host: str, port: int, ip: IpAddress) -> None:
        """Raises FetchRefused where `ip`, which `host` stands for, is not on the public internet nor allowed."""
        if self._allows_host(host, ip, port):
            return
        meaning = special_meaning(ip)
        if meaning is not None:
            subject = host if host == str(ip) else f"{host} has the address {ip}, which"
            raise FetchRefused(f"{subject} belongs to {meaning}{HOW_TO_ALLOW}")

    def _allows_host(self, host: str, ip: IpAddress | None, port: int) -> bool:
        numbers = [] if ip is None else [number for number in (ip, embedded_ipv4(ip)) if number is not None]
        return any(
            entry.covers_name(host, port) or any(entry.covers_ip(number, port) for number in numbers)
            for entry in self._allowed
        )


def is_ip(host: str) -> bool:
    return _parsed_ip(host) is not None


def _parsed_ip(host: str) -> IpAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_local_name(host: str) -> bool:
    return host in ("localhost", "localhost.localdomain") or host.endswith(".localhost")  # RFC 6761, 6.3


def embedded_ipv4(ip: IpAddress) -> IPv4Address | None:
    """The IPv4 address that a packet to this IPv6 address ends up at: mapped (RFC 4291) or behind NAT64 (RFC 6052)."""
    if isinstance(ip, IPv4Address):
        return None
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None


def special_meaning(ip: IpAddress) -> str | None:
    """What range a number belongs to ("a private network"), or None where it is on the public internet."""
    ip = embedded_ipv4(ip) or ip
    if isinstance(ip, IPv4Address):
        return next((meaning for network, meaning in SPECIAL_IPV4 if ip in network), None)
    meaning = next((meaning for network, meaning in SPECIAL_IPV6 if ip in network), None)
    return meaning if meaning or ip in PUBLIC_IPV6 else "a reserved range"
