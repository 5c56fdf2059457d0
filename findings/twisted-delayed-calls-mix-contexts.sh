#!/usr/bin/env bash
# Twisted: with its asyncio reactor, a delayed call runs in the context of another delayed call.
#
# asyncio's own call_later and Twisted's coroutines keep the context variables of whoever called them. One
# expects the same of reactor.callLater on asyncio. But the reactor has one timer for all delayed calls, and
# sets it anew after each call, in the context of that call. So the next call runs in the context of the one
# before it. In a process with several crawls, a log, a trace or a database session that a context variable names
# becomes that of another crawl, and without an error.
#
# Way out: a reactor whose callLater wraps the function in copy_context().run, or a variable that is set
# again at the start of each function that Twisted calls.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check twisted==26.10.0
"$folder/env/bin/python" - <<'PYTHON'
import asyncio
from contextvars import ContextVar, copy_context
from importlib.metadata import version

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

who = ContextVar("who", default="nobody")
loop = asyncio.new_event_loop()
reactor = AsyncioSelectorReactor(loop)
seen = {"asyncio": [], "twisted": []}


def ask(name, seconds):
    who.set(name)
    for kind, call_later in (("asyncio", loop.call_later), ("twisted", reactor.callLater)):
        call_later(seconds, lambda kind=kind: seen[kind].append((name, who.get())))


for name, seconds in (("slow", 0.5), ("quick", 0.1)):
    loop.call_soon(ask, name, seconds, context=copy_context())
loop.call_later(1.0, reactor.stop)
reactor.run(installSignalHandlers=False)
print(f"twisted {version('twisted')}: (caller, context of its call)")
for kind, found in seen.items():
    print(f"  {kind}: {found}")
assert seen["asyncio"] == [("quick", "quick"), ("slow", "slow")]
assert seen["twisted"] == [("quick", "quick"), ("slow", "quick")]
PYTHON
