"""Runs the kit's grader in the student's checkout; writes ./result.json."""
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
script = """
set -e
here=$1
source "$here/grade.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find_kit "$here" "$work"
status=0
grade_here "$kit" "$(cat "$here/lab")" . "$work/result" || status=$?
((status <= 1)) || exit 2
jq --arg datetime "$(date -u +%Y-%m-%dT%H:%M:%SZ)" -f "$here/result.jq" "$work/result" >result.json.new
mv result.json.new result.json
"""
sys.exit(subprocess.run(["bash", "-c", script, "autograder", str(here)], check=False).returncode)
