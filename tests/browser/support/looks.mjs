/** What is wrong with how a page looks and reads: for those who cannot see it well, and for those who can. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong, as lines: everything that fails AA contrast, and all that is serious. */
export async function barriers(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const result = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
      resultTypes: ["violations"],
    }),
  );
  return result.violations
    .filter((violation) => violation.id === "color-contrast" || violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) =>
      // How small cards are drawn is the person's choice, and search, keys and the tree lead to every one of them.
      violation.nodes.filter((node) => violation.id !== "target-size" || !node.html.includes("card-button")).map((node) => `${where}: ${violation.id}: ${node.target} ${node.html.slice(0, 120)} ${node.failureSummary?.split("\n")[1] ?? ""}`),
    );
}

/**
 * Text that is cut without a sign of it, words that are broken without a hyphen, and text that something else covers in
 * part. Text with an ellipsis is not cut: it says that there is more, and its title says what.
 */
export async function blemishes(page, where) {
  const found = await page.evaluate(() => {
    const bad = [];
    const floats = "[role=dialog], [role=alertdialog], [role=menu], [data-testid^=toast-], .react-flow__minimap, [role=toolbar], [role=separator], .team-label, [role=tooltip]";
    const say = (what, node, rest = "") => bad.push(`${what}: “${node.textContent.trim().slice(0, 60)}” ${rest}`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const element = text.parentElement;
      if (text.textContent.trim() === "" || !element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      range.selectNodeContents(text);
      // What can be seen of it: boxes that scroll or end in an ellipsis hide the rest on purpose.
      const rects = [...range.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1);
      const clips = [];
      for (let box = element; box; box = box.parentElement) {
        if (getComputedStyle(box).overflow !== "visible") clips.push(box.getBoundingClientRect());
      }
      const seen = (rect) => {
        let { left, right, top, bottom } = rect;
        for (const clip of clips) {
          left = Math.max(left, clip.left);
          right = Math.min(right, clip.right);
          top = Math.max(top, clip.top);
          bottom = Math.min(bottom, clip.bottom);
        }
        return right - left > 1 && bottom - top > 1 ? { left, right, top, bottom, width: right - left, height: bottom - top } : null;
      };
      if (rects.length === 0 || element.closest(".sr-only, [aria-hidden=true] svg, textarea, .cm-editor")) continue;
      // Cut at the side, without an ellipsis.
      for (let box = element; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.position === "fixed") break;
        const isClipped = style.overflowX === "hidden" || style.overflowX === "clip";
        if (!isClipped) {
          if (style.overflowX !== "visible") break;
          continue;
        }
        if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") break;
        if (box.classList.contains("react-flow") || box.closest(".react-flow__minimap")) break;
        const outer = box.getBoundingClientRect();
        const cut = rects.find((rect) => rect.right > outer.right + 1.5 || rect.left < outer.left - 1.5);
        if (cut) say("cut", element, `by ${Math.round(Math.max(cut.right - outer.right, outer.left - cut.left))} px`);
        break;
      }
      // A word on two lines, unless it is broken at a hyphen it allows.
      if (element.closest(".card-name") && rects.length > 1) {
        const line = (at) => {
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          return [...range.getClientRects()].findLast((rect) => rect.width > 0.5)?.top;
        };
        for (const word of text.textContent.matchAll(/[\p{L}]{2,}/gu)) {
          const first = line(word.index);
          const last = line(word.index + word[0].length - 1);
          if (first !== undefined && last !== undefined && Math.abs(first - last) > 2) say("broken word", element, word[0]);
        }
      }
      // Covered in part.
      const home = element.closest("[data-workspace-id]");
      const clip = element.closest(".react-flow")?.getBoundingClientRect();
      for (const rect of rects.map(seen).filter((rect) => rect !== null)) {
        if (clip && (rect.left < clip.left || rect.right > clip.right || rect.top < clip.top || rect.bottom > clip.bottom)) continue;
        const y = rect.top + rect.height / 2;
        const hits = [0.04, 0.5, 0.96].map((share) => {
          const x = rect.left + rect.width * share;
          if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return null;
          const hit = document.elementFromPoint(x, y);
          if (!hit) return null;
          if (hit.closest(floats) && !element.closest(floats)) return "float";
          return hit === element || hit.contains(element) || element.contains(hit) || (home && hit.closest("[data-workspace-id]") === home) ? "own" : `other ${hit.tagName}.${String(hit.className?.baseVal ?? hit.className).slice(0, 60)}`;
        });
        const other = hits.find((hit) => hit?.startsWith("other"));
        if (other && hits.includes("own")) say("covered", element, `by ${other}`);
      }
    }
    return [...new Set(bad)];
  });
  return found.map((line) => `${where}: ${line}`);
}
