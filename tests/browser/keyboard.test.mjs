import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");

scenario("the whole tree can be walked, folded and opened without a mouse", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.card("Studio lead").focus();
  const stands = (pattern, not = "") =>
    canvas.until(`the keyboard stands on ${pattern}`, async () => {
      const now = await focused(page);
      return pattern.test(now) && now !== not ? now : null;
    });
  await page.keyboard.press("ArrowRight");
  const first = await stands(/^(Researcher|Writer|Designer|Reviewer) workspace/);
  await page.keyboard.press("ArrowDown");
  await stands(/^(Researcher|Writer|Designer|Reviewer) workspace/, first);
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none" || style.borderColor !== "";
  });
  assert.ok(ring, "the focus is visible");
  await page.keyboard.press("Enter");
  await page.getByTestId("inspector").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("inspector").waitFor({ state: "detached" });

  await page.keyboard.press("ArrowLeft");
  await stands(/^Studio lead workspace/);
  await page.keyboard.press("Space");
  await canvas.card("Writer").waitFor({ state: "detached" });
  await page.getByText(/4 inside/).waitFor();
  await canvas.until("the fold is stored", async () => (await stack.workspace("Studio lead")).collapsed);
  await page.keyboard.press("Space");
  await canvas.card("Writer").waitFor();

  await canvas.card("Writer").focus();
  await page.keyboard.press("Shift+F10");
  const menu = page.getByRole("menu", { name: "Actions for Writer" });
  await menu.waitFor();
  await canvas.until("its first item has the focus", async () => /^Details/.test(await focused(page)));
  await page.keyboard.press("ArrowUp");
  await canvas.until("arrows wrap around", async () => /^Delete/.test(await focused(page)));
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await canvas.until("the card has the focus again", async () => /^Writer workspace/.test(await focused(page)));

  for (const [key, room] of [["2", "stack"], ["3", "activity"], ["4", "secrets"], ["5", "plugins"], ["6", "settings"]]) {
    await page.keyboard.press(key);
    await page.getByTestId(`room-body-${room}`).waitFor();
  }
  await page.keyboard.press("1");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
});

scenario("Tab alone reaches rooms, search, import, cards and the status strip", { sample: true }, async (canvas) => {
  const { page } = canvas;
  const seen = [];
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    seen.push(await focused(page));
  }
  for (const wanted of [/Skip to canvas/, /^Org$/, /^Secrets$/, /Search roles/, /Open org/, /Studio lead workspace/, /Writer workspace/, /Zoom in/, /Real-time updates/]) {
    assert.ok(seen.some((text) => wanted.test(text)), `${wanted} is reached by Tab: ${seen.join(" | ")}`);
  }
  const stops = seen.slice(0, seen.findIndex((text) => /Real-time/.test(text))).filter((text) => /Writer/.test(text));
  assert.equal(stops.length, 1, "one stop a card");
});

scenario("search finds a role, opens what hides it, and selects it", { sample: true }, async (canvas) => {
  const { page } = canvas;
  await canvas.card("Studio lead").focus();
  await page.keyboard.press("Space");
  await canvas.card("Writer").waitFor({ state: "detached" });
  await page.keyboard.press("/");
  const field = page.getByRole("combobox", { name: "Search roles" });
  await field.waitFor();
  await page.keyboard.type("writ");
  await page.getByText("1 role", { exact: true }).waitFor();
  await canvas.count(page.getByRole("option"), 1);
  await page.keyboard.press("Enter");
  await canvas.card("Writer", "online").waitFor();
  await page.getByTestId("inspector").getByRole("heading", { name: "Writer" }).waitFor();
  await page.keyboard.press("Escape");

  await page.keyboard.press("/");
  await page.keyboard.type("nobody is called this");
  await page.getByText("No roles match").waitFor();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
});

scenario("the command palette opens from anywhere and does what it says", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.room("secrets");
  await page.getByRole("textbox", { name: "Name" }).focus();
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Command palette" });
  const chosen = (pattern) => page.getByRole("option", { name: pattern, selected: true }).waitFor();
  await field.waitFor();
  await page.keyboard.type("go to stack");
  await chosen(/Go to Stack/i);
  await page.keyboard.press("Enter");
  await page.getByTestId("room-body-stack").waitFor();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("dark theme");
  await chosen(/dark theme/i);
  await page.keyboard.press("Enter");
  await page.locator("html[data-theme=dark]").waitFor();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("reviewer");
  await chosen(/^Reviewer/);
  await page.keyboard.press("Enter");
  await page.getByTestId("inspector").getByRole("heading", { name: "Reviewer" }).waitFor();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("fold all");
  await chosen(/^Fold all/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await chosen(/^Fold all/);
  await page.keyboard.press("Enter");
  await canvas.until("the team is folded", async () => (await stack.workspace("Studio lead")).collapsed);
});

scenario("a role is moved into a team by keyboard alone", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.card("Writer").focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  // Letters go to the item that has the focus, and the focus follows them a moment later.
  await canvas.until("the menu has the focus", async () => /^Details/.test(await focused(page)));
  await page.keyboard.type("Move");
  await canvas.until("the letters found the item", async () => /^Move into/.test(await focused(page)));
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Move Writer into" }).waitFor();
  await page.keyboard.type("designer");
  await page.getByRole("option", { name: /^Designer/ }).waitFor();
  await canvas.count(page.getByRole("option"), 1);
  await page.keyboard.press("Enter");
  const designer = await stack.workspace("Designer");
  await canvas.until("it reports to the designer", async () => (await stack.workspace("Writer")).parent_id === designer.id);
  const [frame, card] = await canvas.boxes("Designer", "Writer");
  assert.ok(card.y > frame.y && card.x >= frame.x);
  await page.keyboard.press("Control+z");
  await canvas.until("and back", async () => (await stack.workspace("Writer")).parent_id !== designer.id);
});

scenario("the canvas takes its keys after a visit to another room, and the message box lets go of those that are not its own", { sample: true }, async (canvas) => {
  const { page } = canvas;
  const view = () => page.evaluate(() => document.querySelector(".react-flow__viewport").style.transform);
  await page.getByRole("button", { name: "Zoom in" }).click();
  const near = await view();
  await canvas.room("stack");
  await canvas.room("org");
  await page.keyboard.press("0");
  await canvas.until("the view is fitted", async () => (await view()) !== near);

  await canvas.select("Writer", "chat");
  const field = page.getByRole("textbox", { name: "Message to agent" });
  await field.fill("half a thought");
  await page.keyboard.press("ControlOrMeta+k");
  const palette = page.getByRole("combobox", { name: "Command palette" });
  await palette.fill("dark");
  await canvas.until("the command comes first", async () => /^Dark theme/.test(await page.getByRole("option").first().innerText()));
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });
  assert.equal(await field.inputValue(), "half a thought");
  await field.focus();
  await page.keyboard.press("Escape");
  await canvas.until("the box is left", async () => !(await field.evaluate((box) => box === document.activeElement)));
  assert.equal(await page.getByTestId("inspector").count(), 1, "the first Esc leaves the box alone");
  await page.keyboard.press("Escape");
  await page.getByTestId("inspector").waitFor({ state: "detached" });

  await canvas.card("Writer").focus();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "New name" }).waitFor();
  await page.keyboard.press("Escape");
  await canvas.until("the card has the focus again", async () => /^Writer workspace/.test(await focused(page)));
});
