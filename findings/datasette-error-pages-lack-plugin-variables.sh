#!/usr/bin/env bash
# Datasette: a template variable of a plugin is missing in error pages, so a 404 becomes a 500.
#
# The documentation says of extra_template_vars: "Extra template variables that should be made available
# in the rendered template context". Datasette also invites to override base.html, of which every page is
# made. One expects that a variable of the plugin is in every page. But pages of errors are rendered
# without the hook. A base.html that uses an attribute of such a variable then fails in the page of a 404,
# and the visitor gets a 500 for each wrong address. No other page shows it, so tests of pages do not.
#
# Way out: put what base.html needs into env.globals, in the hook prepare_jinja2_environment.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check datasette==0.65.5
mkdir "$folder/templates"
printf '<title>{{ brand.name }}</title>{%% block content %%}{%% endblock %%}' >"$folder/templates/base.html"
"$folder/env/bin/python" - "$folder/templates" 2>/dev/null <<'PYTHON'
import asyncio
import sys
from importlib.metadata import version

from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm


class ByVariable:
    @hookimpl
    def extra_template_vars(self):
        return {"brand": {"name": "Ours"}}


class ByGlobal:
    @hookimpl
    def prepare_jinja2_environment(self, env):
        env.globals["brand"] = {"name": "Ours"}


async def statuses(plugin):
    plugin.__name__ = "example"
    pm.register(plugin)
    datasette = Datasette(memory=True, template_dir=sys.argv[1])
    found = []
    for path in ("/", "/missing"):
        try:
            found.append((await datasette.client.get(path)).status_code)
        except Exception as error:
            found.append(f"500 ({error})")
    pm.unregister(plugin)
    return found


async def main():
    by_variable, by_global = await statuses(ByVariable()), await statuses(ByGlobal())
    print(f"datasette {version('datasette')}")
    print("expected: 200 and 404 from both hooks")
    print(f"extra_template_vars: {by_variable}; prepare_jinja2_environment: {by_global}")
    assert by_variable[0] == 200 and str(by_variable[1]).startswith("500")
    assert by_global == [200, 404]


asyncio.run(main())
PYTHON
