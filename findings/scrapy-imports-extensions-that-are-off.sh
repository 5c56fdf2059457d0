#!/usr/bin/env bash
# Scrapy: an extension that is switched off with None is imported all the same.
#
# The documentation says that None disables an extension of EXTENSIONS_BASE. One expects that Scrapy then
# has nothing to do with its module. But Scrapy imports each name in EXTENSIONS, to find two names of one
# class, before it looks at the values. A name that stands only in EXTENSIONS_BASE is not imported, if its
# value is None there. So switching off the remote control, which nobody enabled, imports aiohttp: half a
# second of CPU time of each crawl. The same holds for middlewares and pipelines.
#
# Way out: set the value to None in EXTENSIONS_BASE, not in EXTENSIONS.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check scrapy==2.19.0 aiohttp==3.14.5
for name in EXTENSIONS EXTENSIONS_BASE; do
    "$folder/env/bin/python" - "$name" <<'PYTHON'
import sys
from importlib.metadata import version

from scrapy.settings import Settings

off = "scrapy.extensions.remote_control.RemoteControl"
settings = Settings()
settings.set(sys.argv[1], {**settings[sys.argv[1]], off: None})
enabled = settings.get_component_priority_dict_with_base("EXTENSIONS")
is_imported = off.rpartition(".")[0] in sys.modules
print(f"scrapy {version('scrapy')}, None in {sys.argv[1]}: off, and imported: {is_imported}")
assert off not in enabled
assert is_imported == (sys.argv[1] == "EXTENSIONS")
PYTHON
done
