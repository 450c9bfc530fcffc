#!/usr/bin/awk -f
# Reads the logs of test runners and prints each failed test with the first lines of what it said.
#
# Known are cargo test (a `---- name stdout ----` block), vitest (` FAIL  file > name`) and node's runner (what follows
# `✖ failing tests:`).

function say(text) { print "  " substr(text, 1, 300) }

{ gsub(/\033\[[0-9;]*m/, ""); sub(/\r$/, "") }
FNR == 1 { left = 0; name = FILENAME; sub(/.*\//, "", name); told = 0 }

/^test result: / || /^ℹ pass/ || /^ *Test Files / { left = 0 }
/^---- .* stdout ----$/ || /^ FAIL  / || /^✖ failing tests:/ || /^error(\[E[0-9]+\])?: / {
  if (!told++) print "Failed in " name ":"
  say($0); left = /failing tests/ ? 400 : /^error: test failed/ ? 0 : 14
  next
}
# Frames of a backtrace say where, but fill the page.
/^ +[0-9]+: / || /^ +at / || /^stack backtrace:/ || /^$/ { next }
left > 0 { say($0); left-- }
