#!/usr/bin/env bash
# uvicorn: after a graceful stop by SIGTERM, no line behind Server.run() runs, and no finally or atexit.
#
# A program starts a server in its own process, as a command that shows an archive does. SIGTERM lets uvicorn
# finish its requests and the application's shutdown. One expects that run() returns then, so that the
# program can close its database and delete its temporary files. But uvicorn sends the signal again, after it
# has put back the handler of before: for SIGTERM that is the system's, which ends the process at once. With
# SIGINT, run() raises KeyboardInterrupt. Tests with a SIGINT do not show the loss.
#
# Way out: install a handler of your own for SIGTERM before run(), clean up in the application's shutdown
# (lifespan), or run Server.serve() with install_signal_handlers replaced and should_exit set by yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check uvicorn==0.54.0
cat >"$folder/program.py" <<'PYTHON'
import atexit
import os
import signal
import sys
import threading

import uvicorn


async def application(scope, receive, send):
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.startup":
            number = getattr(signal, sys.argv[1])
            threading.Timer(0.5, os.kill, [os.getpid(), number]).start()
        else:
            print("shutdown", end=" ", flush=True)
            return


atexit.register(lambda: print("atexit", end=" ", flush=True))
if sys.argv[2] == "own":
    signal.signal(signal.SIGTERM, lambda *_: None)
try:
    uvicorn.Server(uvicorn.Config(application, port=0, log_level="critical")).run()
finally:
    print("finally", end=" ", flush=True)
PYTHON
stop() { "$folder/env/bin/python" "$folder/program.py" "$@" 2>/dev/null || echo "exit code $?"; }
"$folder/env/bin/python" -c 'import uvicorn; print("uvicorn", uvicorn.__version__)'
for expected in "SIGTERM default: shutdown exit code 143" "SIGINT default: shutdown finally atexit exit code 130" \
    "SIGTERM own: shutdown finally atexit "; do
    given=${expected%%:*}
    # shellcheck disable=SC2086 # two words
    found="$given: $(stop $given)"
    echo "$found"
    [ "$found" = "$expected" ] || [ "$found " = "$expected" ]
done
