#!/usr/bin/env bash
# pip 23.2.1, which comes with Python 3.11.7: `pip install trafilatura` gives a package that can't be imported.
#
# justext, which trafilatura needs, asks for lxml[html_clean]. lxml names this extra html-clean. Names of
# extras are equal if they differ in such signs, so one expects that the part is installed. This pip
# compares them as they are: it prints a warning, ends with success, and leaves lxml_html_clean out. The
# import then fails, in a program that imports trafilatura late only when it is needed. A newer pip
# installs the part.
#
# Way out: a package that needs trafilatura names lxml-html-clean among its own requirements.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for pip in 23.2.1 25.3; do
    python3 -m venv "$folder/$pip"
    "$folder/$pip/bin/python" -m pip install -qq --disable-pip-version-check "pip==$pip"
    "$folder/$pip/bin/python" -m pip install -qq --disable-pip-version-check \
        trafilatura==2.3.1 justext==3.0.2 lxml==6.1.3 2>/dev/null
    result=imported
    "$folder/$pip/bin/python" -c "import trafilatura" 2>/dev/null || result="ImportError"
    echo "pip $pip: exit code 0, trafilatura 2.3.1: $result"
    case $pip in
        23.2.1) [ "$result" = ImportError ] ;;
        *) [ "$result" = imported ] ;;
    esac
done
