#!/usr/bin/env bash
# publicsuffixlist: 10.0.0.1 and 127.0.0.1 have the same registrable domain, "0.1".
#
# The list has no rule for addresses, so one expects None for them, as for "localhost" and an IPv6 address, or
# the address itself. The library reads an IPv4 address as a name of four labels, and its default rule for an
# unknown top-level domain makes "1" a public suffix. So all servers whose addresses end in the same two numbers
# are one site: code that asks whether two hosts belong together lets them share cookies, budgets or trust.
#
# Way out: ask `ipaddress` first. accept_unknown=False also gives None, but then names of new top-level domains and
# of private networks have no site either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check publicsuffixlist==1.1.2.20261023
"$folder/env/bin/python" - <<'PYTHON'
from importlib.metadata import version

from publicsuffixlist import PublicSuffixList

print("publicsuffixlist", version("publicsuffixlist"))
suffixes = PublicSuffixList()
hosts = ["127.0.0.1", "10.0.0.1", "192.168.0.1", "localhost", "[::1]", "news.example.co.uk"]
found = {host: suffixes.privatesuffix(host) for host in hosts}
print("expected: None or itself for each address")
print("happens: ", found)
assert found["127.0.0.1"] == found["10.0.0.1"] == found["192.168.0.1"] == "0.1"
assert found["localhost"] is found["[::1]"] is None
assert found["news.example.co.uk"] == "example.co.uk"

strict = PublicSuffixList(accept_unknown=False)
assert strict.privatesuffix("10.0.0.1") is strict.privatesuffix("wiki.corp") is None
PYTHON
