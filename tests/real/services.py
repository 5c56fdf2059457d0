"""The processes of a real WordPress: its database, its web server and a PHP at hand."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WORDPRESS = Path("/usr/share/wordpress")
START_SECONDS = 60
STOP_SECONDS = 5

# A throw-away database: nothing waits for the disk, nothing listens on the network.
DATABASE_OPTIONS = (
    "--skip-networking",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=OFF",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-use-native-aio=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--max-allowed-packet=64M",
    "--character-set-server=utf8mb4",
)


def missing_packages() -> list[str]:
    """The Debian packages that a real WordPress needs here and that are not installed."""
    found = {
        "wordpress": (WORDPRESS / "wp-settings.php").is_file(),
        # Only recommended by the one above, and without a theme every page is empty.
        "wordpress-theme-twentytwentythree": any(WORDPRESS.glob("wp-content/themes/*/style.css")),
        "mariadb-server": _program("mariadbd") is not None,
        "php-cli": _program("php") is not None,
        "php-mysql": bool(list(Path("/etc/php").glob("*/cli/conf.d/*mysqli.ini"))),
        "php-xml": bool(list(Path("/etc/php").glob("*/cli/conf.d/*simplexml.ini"))),
    }
    return [package for package, is_here in found.items() if not is_here]


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# A shell that becomes the command, beside one that ends the group when the tests' end of the pipe
# is closed: so nothing outlives tests that were killed.
LEASH = ("sh", "-c", 'exec 3<&0; { read _ <&3; kill -9 0; } & exec "$@" 3<&-', "leash")


class Service:
    """One process in a group of its own, run without privileges; stopped with all its children.

    Args:
        command: What to run.
        folder: Its working folder; its output goes to a log there.
        talks: Whether the caller has its standard input and output; it must end with its input.
    """

    def __init__(self, command: Sequence[str], folder: Path, *, talks: bool = False) -> None:
        self.log = folder / f"{Path(command[0]).name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command if talks else [*LEASH, *command],
                cwd=folder,
                env={"PATH": os.defpath, "HOME": str(folder), "PHP_CLI_SERVER_WORKERS": "4"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if talks else log,
                stderr=log,
                start_new_session=True,
                **unprivileged(),
            )

    def wait_for(self, address: str | tuple[str, int]) -> None:
        """Return when it accepts connections at *address*: a socket's path, or host and port.

        Raises:
            RuntimeError: If it ended, or does not listen in time; it is stopped then.
        """
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket(family) as probe, contextlib.suppress(OSError):
                probe.connect(address)
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"{self.process.args!r} does not listen:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End the group: nothing of it is worth a clean shutdown."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self.process.wait(STOP_SECONDS)


def unprivileged() -> dict[str, Any]:
    """Arguments of ``Popen`` by which root starts a process as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give_away(path: Path) -> None:
    """Let the unprivileged processes own *path* and all that is in it."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for each in (path, *path.rglob("*")):
        os.chown(each, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def run(command: Sequence[str], folder: Path) -> None:
    """Run a command of the set-up to its end.

    Raises:
        RuntimeError: With what it printed, if it failed.
    """
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **unprivileged()
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def database(folder: Path) -> Service:
    """Start MariaDB on a data folder of its own; it listens only at ``folder/db.sock``."""
    data = folder / "data"
    # MariaDB deletes all temporary tables in its folder when it starts, also those of another one.
    temporary = folder / "tmp"
    temporary.mkdir()
    temporary.chmod(0o1777)  # as /tmp: the server may run as another user
    run(
        [
            _program("mariadb-install-db") or "mariadb-install-db",
            "--no-defaults",
            f"--datadir={data}",
            f"--tmpdir={temporary}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ],
        folder,
    )
    service = Service(
        [
            _program("mariadbd") or "mariadbd",
            "--no-defaults",
            f"--datadir={data}",
            f"--tmpdir={temporary}",
            f"--socket={folder / 'db.sock'}",
            f"--pid-file={folder / 'db.pid'}",
            *DATABASE_OPTIONS,
        ],
        folder,
    )
    service.wait_for(str(folder / "db.sock"))
    return service


def php(folder: Path, *arguments: str) -> list[str]:
    """The command line of PHP; what it complains of is in ``folder/php-errors.log``."""
    options = {
        "display_errors": "0",
        "log_errors": "1",
        "error_log": str(folder / "php-errors.log"),
        "memory_limit": "512M",
        "opcache.enable_cli": "1",
    }
    flags = [f"-d{name}={value}" for name, value in options.items()]
    return [_program("php") or "php", *flags, *arguments]


def web_server(folder: Path, port: int) -> Service:
    """Start PHP's own web server, four requests at a time, with ``folder/router.php``."""
    command = php(folder, "-q", "-S", f"127.0.0.1:{port}", "-t", str(WORDPRESS), "router.php")
    service = Service(command, folder)
    service.wait_for(("127.0.0.1", port))
    return service


class PhpWorker:
    """A PHP process that has WordPress loaded and runs the code it gets, until it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.service = Service(php(folder, "worker.php"), folder, talks=True)

    def run(self, code: str, args: dict[str, Any]) -> Any:
        """The value that *code* returns; it sees *args* as ``$args``.

        Raises:
            RuntimeError: If PHP threw, or died.
        """
        process = self.service.process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"code": code, "args": args}).encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"PHP died: {self.service.log.read_text()}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def stop(self) -> None:
        """End it."""
        self.service.stop()
