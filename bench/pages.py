"""python -m bench.pages [--site URL] [--accounts FILE] [--runs 5]

What a page costs who opens it, in Chromium, on a site that runs (./dev demo): bytes of HTML compressed, first
contentful paint through a slow line (1.6 Mbit/s, 150 ms there and back) on a machine four times slower, and the time
from a key to the next picture on screen. Prints a line a page: medians, and beside them the worst.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 0.75 * 1024 * 1024 / 8,
}
SLOWER = 4
PAINT = """() => new Promise((done) => {
  const seen = performance.getEntriesByName("first-contentful-paint")[0];
  if (seen) return done(seen.startTime);
  new PerformanceObserver((list, observer) => {
    const found = list.getEntriesByName("first-contentful-paint")[0];
    if (found) { observer.disconnect(); done(found.startTime); }
  }).observe({ type: "paint", buffered: true });
})"""
LISTEN = """() => {
  window.answered = [];
  addEventListener("keydown", () => {
    const start = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.answered.push(performance.now() - start)));
  }, { capture: true });
}"""


@dataclass(frozen=True)
class Visit:
    """A page, who opens it, and keys pressed on it."""

    name: str
    who: str
    path: str
    keys: tuple[str, ...] = ("?", "Escape")


VISITS = [
    Visit("sign in", "", "/connexion/", ("Tab",)),
    Visit("reception", "accueil", "/accueil/"),
    Visit("qualification", "accueil", "/qualifier/", ("ArrowDown", "Tab")),
    Visit("register", "accueil", "/registre/"),
    Visit("inbox", "agent.urb", "/bannette/", ("j", "k")),
    Visit("inbox of all", "direction", "/bannette/", ("j", "k")),
    Visit("letter", "agent.urb", "first:/bannette/", ("+", "-")),
    Visit("search", "direction", "/recherche/?q=permis", ("j", "k")),
    Visit("statistics", "direction", "/statistiques/"),
    Visit("signature book", "direction", "/parapheur/"),
    Visit("settings", "admin", "/administration/"),
    Visit("palette", "agent.urb", "/registre/", ("Control+k", "Escape")),
]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--accounts", type=Path, default=Path("var/demo/demo-account.json"))
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    password = json.loads(options.accounts.read_text())["password"]
    print(f"{'page':16} {'HTML gz':>9} {'all gz':>9} {'paint':>9} {'worst':>9} {'key':>8} {'worst':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        for visit in VISITS:
            print(measured(browser, options.site, visit, password, options.runs), flush=True)
        browser.close()


def measured(browser: Browser, site: str, visit: Visit, password: str, runs: int) -> str:
    """A line for one page. Each run opens it with an empty cache, as on the first visit."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    if visit.who:
        sign_in(page, site, visit.who, password)
    path = first_letter(page, site, visit.path[6:]) if visit.path.startswith("first:") else visit.path
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes, paints, keys = [], [], []
    for _run in range(runs):
        size, whole, paint = opened(page, cdp, site + path)
        sizes.append((size, whole))
        paints.append(paint)
        keys += pressed(page, visit.keys)
    context.close()
    html, whole = sizes[-1]
    weight = f"{html / 1000:>6.1f} kB {whole / 1000:>6.0f} kB"
    times = f"{median(paints):>6.0f} ms {max(paints):>6.0f} ms {median(keys):>5.0f} ms {max(keys):>5.0f} ms"
    return f"{visit.name:16} {weight} {times}"


def sign_in(page: Page, site: str, who: str, password: str) -> None:
    page.goto(f"{site}/connexion/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "connexion" not in url)


def first_letter(page: Page, site: str, path: str) -> str:
    page.goto(site + path)
    return str(page.locator("main a[href*='/courrier/']").first.get_attribute("href"))


def opened(page: Page, cdp: CDPSession, address: str) -> tuple[int, int, float]:
    """Bytes of the HTML and of everything as they came over the line, and ms to the first contentful paint."""
    page.goto("about:blank")
    bytes_of: dict[str, int] = {}
    kinds: dict[str, str] = {}
    cdp.on("Network.responseReceived", lambda each: kinds.update({each["requestId"]: each["type"]}))
    cdp.on(
        "Network.loadingFinished",
        lambda each: bytes_of.update({each["requestId"]: int(each["encodedDataLength"])}),
    )
    cdp.send("Network.emulateNetworkConditions", SLOW_LINE)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load", timeout=60_000)
    paint = float(page.evaluate(PAINT))
    cdp.send(
        "Network.emulateNetworkConditions",
        {**SLOW_LINE, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    html = max((size for each, size in bytes_of.items() if kinds.get(each) == "Document"), default=0)
    return html, sum(bytes_of.values()), paint


def pressed(page: Page, keys: tuple[str, ...]) -> list[float]:
    """Ms from each key to the frame after it was dealt with."""
    page.evaluate(LISTEN)
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    return [float(each) for each in page.evaluate("window.answered")] or [0.0]


if __name__ == "__main__":
    main()
