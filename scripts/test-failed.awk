#!/usr/bin/awk -f
# Reads a log of `cargo test --no-fail-fast` and prints, for each target that failed, a line: how to choose the target
# (`--lib`, `--test NAME`), a tab, and the names of the tests that failed in it. A target that ended without naming any
# (it did not compile, it was killed) has no names behind it.

{ gsub(/\033\[[0-9;]*m/, ""); sub(/\r$/, "") }

/^ *Running / || /^ *Doc-tests / { names = ""; listing = 0 }
# The list of names is the second `failures:`; the first one heads what they said.
/^failures:$/ { names = ""; listing = 1; next }
/^test result: / { listing = 0 }
listing && /^    [^ ]+$/ { names = names " " $1 }
/^error: .*to rerun pass `/ {
  target = $0
  sub(/^[^`]*`(-p [^ ]+ )?/, "", target)
  sub(/`.*$/, "", target)
  print target "\t" names
  names = ""
}
