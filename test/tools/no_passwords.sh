#!/bin/bash
# No password, secret or token has a value that everybody knows: not in what is built in, in
# configurations, examples and templates, nor in a game that tools/new has made.
#
#   no_passwords.sh DIR
#   no_passwords.sh --self-test
set -euo pipefail

word='(pass(word|wd|phrase)?|secret|token|credential|api_?key)'
# A name with such a word in it, then = or : or {, then a text. Names of files are no secrets.
given="\\b[a-z_]*$word[a-z_]*['\"]?[ ]*[:={][ ]*['\"][a-z0-9][^'\"\\.]*['\"]"
harmless="[a-z_]*$word[a-z_]*(file|path)['\"]?[ ]*[:={]"

values_in() {  # values_in FOLDER...
  grep -rniE --exclude-dir={build,node_modules} -- "$given" "$@" | grep -viE -- "$harmless"
}

self_test() {
  local line
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  while IFS= read -r line; do
    printf '%s\n' "$line" >"$work/file"
    if ! values_in "$work" >/dev/null; then echo "self-test: accepted: $line"; exit 1; fi
  done <<'END'
{"id": "u", "username": "admin", "password": "admin"}
[{"type": "connector", "token": "agarxhqb98rpajloaxn34ga8xrunpagkjwlaw3ruxnpaagl29w4rxn"}]
std::string secret = "shaddock";
const char* kClusterSecret{"s3cret"};
export SHADDOCK_PASSWORD='changeme'
END
  while IFS= read -r line; do
    printf '%s\n' "$line" >"$work/file"
    if values_in "$work"; then echo "self-test: refused: $line"; exit 1; fi
  done <<'END'
{"secretFile": "secret.txt", "passwordFile": "p12"}
std::string secret;
const std::string secret = read(folder + "/secret");
Settings settings{.secret = {}, .token = ""};
END
}

if [[ ${1:-} == --self-test ]]; then
  self_test
  exit
fi
cd "$1"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
tools/new a_game "$made/a_game" >/dev/null
if values_in config examples framework tools "$made"; then
  echo "these look like passwords that everybody knows" >&2
  exit 1
fi
