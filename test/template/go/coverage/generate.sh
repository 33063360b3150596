#!/bin/sh
# Writes the rows of this folder's calls, judged by Go, to the folder that is named: functions-FAMILY.jsonl.
set -eu
rows=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
go build -o "$made/judge" .
go run ./coverage "$made"
for file in "$made"/*.in; do
  "$made/judge" "$rows/common.json" < "$file" > "$rows/$(basename "$file" .in).jsonl"
done
