"""Functions on IP networks."""

from __future__ import annotations

import ipaddress
import re
from typing import TypeAlias

from analyzer.readers.terraform.data import Data, ListValue
from analyzer.readers.terraform.functions.registry import (
    FunctionError,
    Parameter,
    function,
    string,
)
from analyzer.readers.terraform.types import NUMBER
from analyzer.readers.terraform.types.numbers import Number, whole

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_ZEROS = re.compile(r"(?<![0-9a-fA-F:.])0+(?=[0-9])|(?<=\.)0+(?=[0-9])")
_PREFIX = string("prefix")
_MAX_NEW_BITS = 32


def _network(prefix: str) -> Network:
    """A network by its prefix; bits beyond the mask are dropped, leading zeros are decimal."""
    address, slash, bits = prefix.partition("/")
    if not slash or not bits.isdecimal() or "%" in address:
        raise FunctionError(f"invalid CIDR expression: invalid CIDR address: {prefix}")
    if ":" not in address:
        address = _ZEROS.sub("", address)
    try:
        return ipaddress.ip_network((address, int(bits[:4])), strict=False)
    except ValueError:
        raise FunctionError(f"invalid CIDR expression: invalid CIDR address: {prefix}") from None


def _address(network: Network, value: int) -> str:
    kind = type(network.network_address)
    found = kind(value)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(found)


@function("cidrhost", _PREFIX, Parameter("hostnum", NUMBER))
def cidrhost(prefix: str, hostnum: Number) -> Data:
    if hostnum != int(hostnum):
        raise FunctionError("value must be a whole number")
    network, number = _network(prefix), int(hostnum)
    size = network.num_addresses
    if not -size <= number < size:
        raise FunctionError(f"prefix of {network.prefixlen} does not accommodate that host number")
    return _address(network, int(network.network_address) + number % size)


@function("cidrnetmask", _PREFIX)
def cidrnetmask(prefix: str) -> Data:
    network = _network(prefix)
    if network.version != 4:
        raise FunctionError("IPv6 addresses cannot have a netmask")
    return str(network.netmask)


def _subnet(network: Network, bits: int, number: int) -> str:
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen:
        raise FunctionError(
            f"insufficient address space to extend prefix of {network.prefixlen} by {bits}"
        )
    if not 0 <= number < 1 << bits:
        raise FunctionError(f"prefix extension of {bits} does not accommodate that subnet number")
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    return f"{_address(network, start)}/{length}"


@function("cidrsubnet", _PREFIX, Parameter("newbits", NUMBER), Parameter("netnum", NUMBER))
def cidrsubnet(prefix: str, newbits: Number, netnum: Number) -> Data:
    if netnum != int(netnum):
        raise FunctionError("value must be a whole number")
    return _subnet(_network(prefix), whole(newbits, "newbits"), int(netnum))


@function("cidrsubnets", _PREFIX, rest=Parameter("newbits", NUMBER))
def cidrsubnets(prefix: str, *newbits: Number) -> Data:
    """One subnet after the other, each at the next address its size allows."""
    network = _network(prefix)
    at = int(network.network_address)
    if at == 0 and newbits:  # Terraform starts from the subnet before the first one
        raise FunctionError("not enough remaining address space for a subnet")
    end = at + network.num_addresses
    found: list[Data] = []
    for given in newbits:
        bits = whole(given, "newbits")
        if bits < 1 or bits > _MAX_NEW_BITS:
            raise FunctionError("must extend prefix by at least one bit and at most 32")
        length = network.prefixlen + bits
        if length > network.max_prefixlen:
            raise FunctionError(f"would extend prefix to {length} bits, which is too long")
        size = 1 << (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size > end:
            raise FunctionError("not enough remaining address space for a subnet")
        found.append(f"{_address(network, at)}/{length}")
        at += size
    return ListValue(found)
