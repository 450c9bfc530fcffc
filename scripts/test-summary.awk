#!/usr/bin/awk -f
# Reads the logs of test runners and prints their closing lines, then the sum: N passed, N failed, N skipped.
#
# Known are cargo test (`test result: ok. 3 passed; 0 failed; 1 ignored; …`), vitest (`Tests  3 passed | 1 skipped (4)`),
# node's runner (`# pass 3`) and runners that end with our own form (`3 passed, 0 failed, 0 skipped`).

function number_before(text, word,    n, parts, i) {
  n = split(text, parts, /[ ;,|]+/)
  for (i = 2; i <= n; i++) if (parts[i] == word) return parts[i - 1] + 0
  return 0
}

{ gsub(/\033\[[0-9;]*m/, ""); sub(/\r$/, "") }

/^test result: / {
  print
  passed += number_before($0, "passed"); failed += number_before($0, "failed"); skipped += number_before($0, "ignored")
  next
}
/^ *Test Files  / { print; next }
/^ *Tests  / {
  print
  passed += number_before($0, "passed"); failed += number_before($0, "failed")
  skipped += number_before($0, "skipped") + number_before($0, "todo")
  next
}
/^(#|ℹ) (pass|fail|skipped|todo|cancelled) [0-9]+$/ {
  print
  if ($2 == "pass") passed += $3
  else if ($2 == "fail" || $2 == "cancelled") failed += $3
  else skipped += $3
  next
}
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { print; passed += $1; failed += $3; skipped += $5 }

END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }
