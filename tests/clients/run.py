"""Runs every test of this folder and ends with one line: N passed, N failed, N skipped."""

import pathlib
import sys
import unittest

here = str(pathlib.Path(__file__).parent)
sys.path.insert(0, here)
suite = unittest.defaultTestLoader.discover(here)
result = unittest.TextTestRunner(verbosity=2).run(suite)
failed = len(result.failures) + len(result.errors)
skipped = len(result.skipped)
print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
sys.exit(0 if result.testsRun and result.wasSuccessful() and not skipped else 1)
