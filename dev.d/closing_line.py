"""Sum the results of several pytest runs in one closing line; fail where a test failed or none ran."""

import sys
from pathlib import Path
from xml.etree import ElementTree


def counts_of(report: Path) -> dict[str, int]:
    """Numbers of `tests`, `failures`, `errors` and `skipped` in one JUnit report."""
    suites = ElementTree.parse(report).iter("testsuite")  # noqa: S314 - written by pytest a moment ago
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in suites:
        for name in total:
            total[name] += int(suite.get(name, 0))
    return total


def main(reports: list[Path]) -> int:
    counts = [counts_of(report) for report in reports if report.exists()]
    failed = sum(count["failures"] + count["errors"] for count in counts)
    skipped = sum(count["skipped"] for count in counts)
    passed = sum(count["tests"] for count in counts) - failed - skipped
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
