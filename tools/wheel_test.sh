#!/usr/bin/env bash
# Build the wheel, install it into a fresh environment, and paint from another folder.
# Usage: tools/wheel_test.sh PYTHON [TORCH_INDEX]
set -euo pipefail
python=$1
torch_index=${2:-}
root=$(cd "$(dirname "$0")/.." && pwd)
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "==> Building the wheel"
"$python" -m build --wheel --outdir "$work/dist" "$root" >"$work/build.log" || { cat "$work/build.log"; exit 1; }
ls -l "$work/dist"

echo "==> Installing it into a fresh environment"
"$python" -m venv "$work/venv"
pip() { "$work/venv/bin/pip" install --quiet -c "$root/constraints.txt" "$@"; }
if [ -n "$torch_index" ]; then pip --index-url "$torch_index" torch; fi
pip "$work"/dist/*.whl

echo "==> Painting from another folder"
cp "$root/docs/images/chelsea.jpg" "$work/photo.jpg"
cd "$work"
"$work/venv/bin/impasto" styles >/dev/null
"$work/venv/bin/impasto" discord invite --application 42 | grep -q client_id=42
"$work/venv/bin/impasto" config init "$work/config.toml"
"$work/venv/bin/impasto" --config "$work/config.toml" config check
style=$("$work/venv/bin/impasto" styles --json | "$python" -c 'import json, sys; print(json.load(sys.stdin)[0]["name"])')
"$work/venv/bin/impasto" stylize photo.jpg --style "$style" --size 96 --quality draft --output painting.png --json
"$python" - <<'END'
from PIL import Image
with Image.open("painting.png") as painting:
    painting.load()
    assert max(painting.size) == 96, painting.size
END
LANGUAGE=de "$work/venv/bin/impasto" --version
echo "==> The wheel works"
