#!/bin/bash
# Code in the documents is quoted from files that are compiled and run. A block that begins with
# ```cpp FILE (or json, js, cmake) must stand in FILE word for word, indentation aside; a block of
# C++ that names no file is an error.
#
#   docs_quotes.sh ROOT DOCUMENT...  prints each block that is not there, and exits with 1
#   docs_quotes.sh --self-test
set -euo pipefail

without_indentation() { sed 's/^[ \t]*//; s/[ \t]*$//'; }

check_block() {  # check_block WHERE LANGUAGE FILE TEXT
  if [[ -z $3 ]]; then
    [[ $2 == cpp ]] || return 0
    echo "$1: a block of C++ names no file"
  elif [[ ! -f $3 ]]; then
    echo "$1: there is no $3"
  elif [[ $'\n'$(without_indentation <"$3")$'\n' != *$'\n'"$(without_indentation <<<"$4")"$'\n'* ]]; then
    echo "$1: this is not in $3"
  else
    return 0
  fi
  return 1
}

check_document() {  # check_document DOCUMENT
  local line language='' file='' text='' where='' inside=0 number=0 wrong=0
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    if ((inside)) && [[ $line =~ ^[[:space:]]*'```'$ ]]; then
      inside=0
      check_block "$where" "$language" "$file" "${text%$'\n'}" || wrong=1
    elif ((inside)); then
      text+=$line$'\n'
    elif [[ $line =~ ^[[:space:]]*'```'([a-z]*)[[:space:]]*(.*)$ ]]; then
      inside=1 language=${BASH_REMATCH[1]} file=${BASH_REMATCH[2]} text='' where=$1:$number
    fi
  done <"$1"
  if ((inside)); then echo "$where: a block without an end"; return 1; fi
  return "$wrong"
}

# shellcheck disable=SC2016
self_test() {
  local case
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  printf 'int f() {\n  return 1;\n}\nint g();\nchar c = "[x]*"[1];\n' >a.cpp
  printf '```cpp a.cpp\nint f() {\n  return 1;\n}\n```\n```\nanything\n```\n' >good.md
  printf '```cpp a.cpp\nreturn 1;\n```\n' >indented.md
  printf '```cpp a.cpp\nchar c = "[x]*"[1];\n```\n' >brackets.md
  printf '```cpp a.cpp\nint ?() {\n```\n' >wildcard.md
  printf '```cpp a.cpp\nint f() {\n  return 2;\n}\n```\n' >changed.md
  printf '```cpp a.cpp\nint f() {\nint g();\n```\n' >gap.md
  printf '```cpp a.cpp\nturn 1;\n```\n' >half_line.md
  printf '```cpp b.cpp\nint g();\n```\n' >no_file.md
  printf '```cpp\nint g();\n```\n' >unnamed.md
  printf '```cpp a.cpp\nint g();\n' >no_end.md
  for case in good indented brackets; do
    check_document $case.md || { echo "self-test: $case.md was refused"; exit 1; }
  done
  for case in changed wildcard gap half_line no_file unnamed no_end; do
    if check_document $case.md >out; then echo "self-test: $case.md was accepted"; exit 1; fi
    [[ $(<out) == $case.md:1:* ]] || { echo "self-test: $case.md: $(<out)"; exit 1; }
  done
}

if [[ ${1:-} == --self-test ]]; then
  self_test
  exit
fi
cd "$1"
status=0
for document in "${@:2}"; do check_document "$document" || status=1; done
exit "$status"
