"""Says how much of the OpenAPI document was asked, and fails when a route was left out.

python3 coverage.py DOCUMENT COUNTS [EXCLUDED-REGEX]
"""

import json
import re
import sys


def main():
    document, counts = sys.argv[1:3]
    excluded = re.compile(sys.argv[3]) if len(sys.argv) > 3 else None
    with open(document, encoding="utf-8") as file:
        paths = json.load(file)["paths"]
    with open(counts, encoding="utf-8") as file:
        asked = json.load(file)
    wanted = [
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if method in {"get", "post", "put", "patch", "delete"} and not (excluded and excluded.search(path))
    ]
    # Schemathesis also tries methods that are none; they are no routes.
    known = [name for name in wanted if name in asked]
    answers = sum(sum(asked[name].values()) for name in known)
    good = [name for name in known if any(status.startswith("2") for status in asked[name])]
    print(f"{len(known)} of {len(wanted)} routes asked, {answers} answers, 2xx from {len(good)} routes")
    missing = sorted(set(wanted) - set(known))
    for name in missing:
        print(f"  never asked: {name}")
    sys.exit(1 if missing else 0)


main()
