"""Hands on the keyboard and nothing else: where the focus goes is seen at each step."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

NO_POINTER = """for (const name of ["pointerdown", "mousedown", "touchstart"]) {
  addEventListener(name, (event) => { if (event.isTrusted) throw new Error(`${name} beside keys alone`); }, true);
}"""

FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const words = (things) => [...things].map((each) => each?.innerText ?? "").join(" ").trim();
  const by = (at.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
  const given = at.getAttribute("aria-label") || words(by) || words(at.labels ?? []);
  const name = given || at.innerText || at.title || at.getAttribute("placeholder") || "";
  const ringed = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  let shown = false;
  for (let each = at, level = 0; each && level < 4; each = each.parentElement, level += 1) {
    const style = getComputedStyle(each);
    const glows = level < 2 && style.boxShadow !== "none" && each.matches(":focus, :focus-within");
    shown ||= ringed(style) || ringed(getComputedStyle(each, "::after")) || glows;
  }
  const box = at.getBoundingClientRect();
  const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
  const [right, bottom] = [Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
  const own = (hit) => at.contains(hit) || [...(at.labels ?? [])].some((label) => label.contains(hit));
  const seen = ([x, y]) => {
    const through = document.elementsFromPoint(left + (right - left) * x, top + (bottom - top) * y);
    // A sentence of the foot of the page goes by itself.
    const hit = through.find((each) => !each.closest("#toasts") || at.closest("#toasts"));
    return hit && (own(hit) || (hit.contains(at) && getComputedStyle(hit).position !== "fixed"));
  };
  const free = [[.5, .5], [.1, .2], [.9, .8], [.5, .15], [.5, .85], [.02, .5]].some(seen);
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const under = above && !free ? above.outerHTML.slice(0, 90) : "";
  const running = document.getAnimations().filter((each) => each.playState === "running");
  const moving = running.filter((each) => each.effect.getComputedTiming().activeDuration > 50).length;
  const place = [box.left, box.top, box.right, box.bottom].map(Math.round).join(" ");
  return { tag: at.tagName.toLowerCase(), name: name.replace(/\\s+/g, " ").trim(), shown, free, moving, place, under };
}"""

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@dataclass
class Hands:
    """Somebody at a page; `troubles` are the steps at which the focus was not seen, or something moved."""

    page: Page
    troubles: list[str]
    steps: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab_to(self, name: str, tag: str = "", most: int = 90) -> None:
        """Go on by Tab to what is called so; it and all on the way must show that it has the focus."""
        wanted = re.compile(name)
        passed = []
        for _each in range(most):
            self.press("Tab")
            at = self.look()
            if at is None:
                continue
            if wanted.search(at["name"]) and tag in ("", at["tag"]):
                return
            passed.append(f"{at['tag']} {at['name'][:30]}")
        raise AssertionError(f"no « {name} » on the way of the Tab key: {passed}")

    def look(self) -> dict[str, str] | None:
        self.page.evaluate(DRAWN)
        at: dict[str, str] | None = self.page.evaluate(FOCUSED)
        if at is None:
            return None
        self.steps += 1
        where = f"{self.page.url.split('/', 3)[3]}: {at['tag']} « {at['name'][:40]} »"
        if not at["shown"]:
            self.troubles.append(f"focus not shown at {where}")
        if not at["free"]:
            self.troubles.append(f"covered or out of the window: {where} at {at['place']} by {at['under']}")
        if at["moving"]:
            self.troubles.append(f"{at['moving']} things move beside {where}")
        return at


def hands(page: Page) -> Hands:
    """Take the mouse away, and ask for no motion."""
    page.add_init_script(NO_POINTER)
    page.emulate_media(reduced_motion="reduce")
    return Hands(page, [])
