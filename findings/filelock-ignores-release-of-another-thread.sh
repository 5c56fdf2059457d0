#!/usr/bin/env bash
# filelock: a lock that one thread takes and another releases stays locked, without an error.
#
# One FileLock object is shared by a program, and asyncio code takes and releases it in threads, because
# both touch the disk: `await asyncio.to_thread(lock.acquire)`. threading.Lock allows any thread to
# release, threading.RLock raises. FileLock keeps its state per thread: release() in another thread
# returns as if it had released, is_locked is False there, and the file stays locked. The next
# acquire(), in this process or another, waits for ever or times out.
#
# Way out: FileLock(path, thread_local=False), AsyncFileLock, or one thread for both calls.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check filelock==4.3.1
"$folder/env/bin/python" - <<'PYTHON'
import tempfile
from importlib.metadata import version
from pathlib import Path
from threading import Thread

from filelock import FileLock, Timeout


def in_a_thread(function) -> None:
    thread = Thread(target=function)
    thread.start()
    thread.join()


def can_be_taken(path: Path) -> bool:
    try:
        FileLock(path).acquire(timeout=0.2).lock.release()
    except Timeout:
        return False
    return True


print("filelock", version("filelock"))
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "site.lock")
    lock = FileLock(path)
    in_a_thread(lock.acquire)
    lock.release()
    print("acquired in a thread, released in the main thread; is_locked:", lock.is_locked)
    print("expected: an error, or a free lock")
    print("happens:  no error; can be taken:", can_be_taken(path))
    assert not lock.is_locked
    assert not can_be_taken(path)

    other = Path(folder, "other.lock")
    lock = FileLock(other, thread_local=False)
    in_a_thread(lock.acquire)
    lock.release()
    print("with thread_local=False; can be taken:", can_be_taken(other))
    assert can_be_taken(other)
PYTHON
