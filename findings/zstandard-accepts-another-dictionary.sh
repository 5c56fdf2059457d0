#!/usr/bin/env bash
# zstandard: with another raw dictionary, a page decompresses to the words of another page.
#
# An older version of a page is a good dictionary for the next one: the difference takes little
# room. Given the wrong dictionary, a trained one raises "Dictionary mismatch", so one expects the same
# here, or damaged data. A raw dictionary has no id, and the Python binding writes no checksum unless
# asked (the zstd command line tool does): decompress() returns text of the right length, made of
# the sentences of the wrong page, without an error.
#
# Way out: ZstdCompressor(write_checksum=True), and a digest of the dictionary beside the data.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check zstandard==0.25.0
"$folder/env/bin/python" - <<'PYTHON'
from importlib.metadata import version

import zstandard
from zstandard import DICT_TYPE_RAWCONTENT, ZstdCompressionDict, ZstdCompressor, ZstdDecompressor

print("zstandard", version("zstandard"))
name = b"Gull Island, Tuesday. "
right = name + b"The mayor was acquitted of all charges on Monday, the court said in its ruling."
wrong = name + b"The mayor was convicted on nine charges on Friday, the court said in a verdict."
page = right + b" He smiled."
assert len(right) == len(wrong)


def raw(content: bytes) -> ZstdCompressionDict:
    return ZstdCompressionDict(content, dict_type=DICT_TYPE_RAWCONTENT)


packed = ZstdCompressor(dict_data=raw(right)).compress(page)
got = ZstdDecompressor(dict_data=raw(wrong)).decompress(packed)
print("stored:  ", page.decode())
print("expected: an error")
print("happens: ", got.decode())
assert len(got) == len(page)
assert got == wrong + b" He smiled."

checked = ZstdCompressor(dict_data=raw(right), write_checksum=True).compress(page)
try:
    ZstdDecompressor(dict_data=raw(wrong)).decompress(checked)
except zstandard.ZstdError as error:
    print("with write_checksum=True:", error)
else:
    raise SystemExit("the checksum did not help")
PYTHON
