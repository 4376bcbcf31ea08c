"""python -m bench.letter_pages [--pages 300] [--turns 3] [--browser /usr/bin/chromium]

A letter of many pages in Chromium, on a site as installations run it (gunicorn, embedded set-up): which images are
asked for before anything is scrolled and after a jump to the end, how many elements and layers of words the page
holds after scrolling through all of it, frames and long tasks of the scrolling, memory. Everything lies in a folder
of its own, removed at the end. The load of the machine is printed beside the figures, which are worth as much.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from bench.live import free_port, prepare, site, town

LINES, ACROSS = 45, 8
IMAGES = 6
"""Different images among the pages; each page has words of its own."""

WATCH = """() => {
  window.long = [];
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((each) => each.duration)))
    .observe({ type: "longtask", buffered: false });
}"""
FIRST = "() => document.querySelector('.sheet-page img').decode()"
SCROLL = """async (step) => {
  const sheets = document.querySelector("[data-sheets]");
  const frames = [];
  let last = performance.now();
  sheets.scrollTop = 0;
  while (sheets.scrollTop + sheets.clientHeight < sheets.scrollHeight - 2) {
    sheets.scrollTop += step;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""
HELD = """() => ({
  elements: document.getElementsByTagName("*").length,
  layers: [...document.querySelectorAll("[data-words-here]")].filter((each) => each.childElementCount).length,
  words: document.querySelectorAll(".words text").length,
  heap: Math.round(performance.memory.usedJSHeapSize / 1e6),
})"""
JUMP = """async (part) => {
  const sheets = document.querySelector("[data-sheets]");
  const started = performance.now();
  sheets.scrollTop = sheets.scrollHeight * part;
  await new Promise(requestAnimationFrame);
  const frame = sheets.getBoundingClientRect();
  const seen = () => [...document.querySelectorAll(".sheet-page")].filter((page) => {
    const box = page.getBoundingClientRect();
    return box.bottom > frame.top && box.top < frame.bottom;
  });
  const there = (page) => { const image = page.querySelector("img"); return image.complete && image.naturalWidth; };
  while (!seen().every(there)) await new Promise((resolve) => setTimeout(resolve, 10));
  return [performance.now() - started, ...seen().map((page) => Number(page.dataset.page))];
}"""
PAGE_IMAGE = re.compile(r"/pages?/(\d+)/(?:image|\d+)/")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with tempfile.TemporaryDirectory(prefix="bench-letter-") as folder:
        port = free_port()
        prepare(Path(folder), port, "")
        sessions, letter = town()
        fill(letter, options.pages)
        with site(Path(folder), port, 1, 8):
            measure(f"http://127.0.0.1:{port}", sessions[0], letter.number, options)


def fill(letter: Any, pages: int) -> None:
    """Give the letter pages of A4 at 200 dots an inch, each with 360 words of its own."""
    from courrier.mail.content import store
    from courrier.mail.models import Page as Sheet

    images = [store(drawn(each))[0] for each in range(IMAGES)]
    rows = []
    for number in range(1, pages + 1):
        words = [
            [f"mot{number}x{line}x{at}", x, y, round(x + 0.09, 4), round(y + 0.015, 4), 0.95, line]
            for line in range(LINES)
            for at in range(ACROSS)
            for x, y in [(round(0.1 + at * 0.1, 4), round(0.06 + line * 0.02, 4))]
        ]
        text = " ".join(str(word[0]) for word in words)
        image = images[number % IMAGES]
        rows.append(
            Sheet(mail=letter, number=number, width=1654, height=2339, words=words, text=text, image=image)
        )
    Sheet.objects.bulk_create(rows)


def drawn(rank: int) -> io.BytesIO:
    image = Image.new("L", (1654, 2339), 250)
    pen = ImageDraw.Draw(image)
    for line in range(LINES):
        for at in range(ACROSS):
            place = ((0.1 + at * 0.1) * image.width, (0.06 + line * 0.02) * image.height)
            pen.text(place, f"mot{rank}x{line}x{at}", fill=0, font_size=30)
    found = io.BytesIO()
    image.save(found, "WEBP", quality=60, method=0)
    found.seek(0)
    return found


def measure(address: str, session: str, number: str, options: argparse.Namespace) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        started = time.monotonic()
        page.goto(f"{address}/courrier/{number}/", timeout=300_000)
        page.evaluate(FIRST)
        first = time.monotonic() - started
        page.wait_for_timeout(3000)
        print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(f"first opening       {first:.1f} s, then {opened(page):.1f} s")
        asked.clear()
        page.reload()
        page.wait_for_timeout(3000)
        told_images("before scrolling", asked)
        jumped(page, asked)
        for _turn in range(options.turns):
            scrolled(page, 240)
        started = time.monotonic()
        page.wait_for_selector(".words text", state="attached", timeout=60_000)
        print(f"words at rest       after {time.monotonic() - started:.1f} s")
        page.wait_for_timeout(2000)
        held = page.evaluate(HELD)
        print(
            f"after scrolling     {held['elements']} elements, {held['layers']} layers of words with "
            f"{held['words']} words, {held['heap']} MB of script memory"
        )
        browser.close()


def opened(page: Page) -> float:
    """Seconds until the first page is seen, everything being known to the site."""
    started = time.monotonic()
    page.reload()
    page.evaluate(FIRST)
    return time.monotonic() - started


def told_images(when: str, asked: list[str]) -> None:
    """Which pages' images, not thumbnails, were asked for."""
    numbers = sorted({int(found[1]) for url in asked if (found := PAGE_IMAGE.search(url))})
    thumbs = sum("vignette" in url for url in asked)
    ends = f", pages {numbers[0]} to {numbers[-1]}" if numbers else ""
    print(f"images {when:16} {len(numbers)}{ends}; {thumbs} thumbnails")


def jumped(page: Page, asked: list[str]) -> None:
    asked.clear()
    milliseconds, *seen = page.evaluate(JUMP, 0.9)
    page.wait_for_timeout(2000)
    print(f"jump to 90 %        pages {seen} on screen after {milliseconds:.0f} ms")
    told_images("after the jump", asked)


def scrolled(page: Page, step: int) -> None:
    """Through the whole letter, `step` pixels a frame."""
    page.evaluate(WATCH)
    started = time.monotonic()
    frames = sorted(page.evaluate(SCROLL, step))
    seconds = time.monotonic() - started
    long = page.evaluate("window.long")
    print(
        f"scroll all          {len(frames)} frames in {seconds:.0f} s: median {median(frames):.0f} ms, 95 % "
        f"{frames[int(len(frames) * 0.95)]:.0f} ms, worst {frames[-1]:.0f} ms; {len(long)} tasks over 50 ms, "
        f"{sum(each > 200 for each in long)} over 200 ms, worst {max(long, default=0):.0f} ms; "
        f"load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
