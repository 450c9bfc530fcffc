import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

const SAMPLE = ["Studio lead", "Researcher", "Writer", "Designer", "Reviewer"];

scenario("the first minute: an empty canvas, the sample's plan, five agents at work", {}, async (canvas, stack) => {
  const { page } = canvas;
  await page.getByTestId("empty-org").waitFor();
  assert.equal(await page.getByRole("button", { name: / workspace — / }).count(), 0);

  await page.getByRole("button", { name: "Start the sample org" }).click();
  await page.getByTestId("plan").waitFor();
  assert.match(await page.getByTestId("plan-summary").innerText(), /5 roles to create/);
  assert.deepEqual(await stack.workspaces(), [], "the plan alone changes nothing");

  await page.getByTestId("import-apply").click();
  await page.getByTestId("import-progress").waitFor();
  await page.getByText("5 of 5 up").waitFor();
  await page.getByRole("button", { name: "Go to the canvas" }).click();
  for (const name of SAMPLE) await canvas.card(name, "online").waitFor();
  await canvas.count(page.getByRole("button", { name: / workspace — online$/ }), 5);

  const [lead, ...members] = await canvas.boxes(...SAMPLE);
  for (const [index, box] of members.entries()) {
    const name = SAMPLE[index + 1];
    assert.ok(
      box.x >= lead.x && box.y >= lead.y && box.x + box.width <= lead.x + lead.width && box.y + box.height <= lead.y + lead.height,
      `${name} is drawn inside its lead's frame`,
    );
  }
  await page.getByTestId("strip-agents").getByText("5 running").waitFor();
});

scenario("a link opens one page once, and its ticket leaves the address bar", {}, async (canvas, stack) => {
  const { page } = canvas;
  await page.getByTestId("empty-org").waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.reload();
  await page.getByTestId("empty-org").waitFor();

  const link = await stack.link();
  const second = await page.context().browser().newPage();
  await second.goto(link);
  await second.getByTestId("empty-org").waitFor();
  await second.close();
  const third = await page.context().browser().newPage();
  await third.goto(link);
  await third.getByTestId("signed-out").waitFor();
  assert.match(await third.getByTestId("signed-out").innerText(), /molecule-stack open/);
  await third.close();
});

/** The first visit comes without its scripts, as when the computer's networks change meanwhile. */
const dropScripts = async (page) => {
  let visits = 0;
  await page.route("**/", (route) => {
    visits += 1;
    return route.continue();
  });
  await page.route("**/assets/page-*.js", (route) => (visits === 1 ? route.abort("internetdisconnected") : route.continue()));
};

scenario("a page that came without its scripts opens again by itself", { page: { beforeOpen: dropScripts } }, async (canvas) => {
  canvas.allowed.push(/ERR_INTERNET_DISCONNECTED/);
  await canvas.page.getByTestId("empty-org").waitFor();
  await canvas.page.getByTestId("status-strip").getByText("Engine off").or(canvas.page.getByTestId("strip-engine")).first().waitFor();
});

/** The exchange of the link's ticket is lost on its way. */
const dropExchange = async (page) => {
  let tries = 0;
  await page.route("**/auth/session", (route) => {
    tries += 1;
    return tries === 1 ? route.abort("internetdisconnected") : route.continue();
  });
};

scenario("a link whose ticket did not get through is good for another try", { page: { beforeOpen: dropExchange } }, async (canvas) => {
  canvas.allowed.push(/ERR_INTERNET_DISCONNECTED/);
  await canvas.page.getByTestId("empty-org").waitFor();
});
