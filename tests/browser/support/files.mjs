/**
 * Files of one role, kept by the test. The platform reads them from a container, and these tests run without an engine;
 * what it answers is tested with containers elsewhere. Here it counts what the page makes of the answers.
 */

import { createHash } from "node:crypto";

const hash = (text) => createHash("sha256").update(text).digest("hex");

export class Files {
  /** @param {Record<string, string>} files text by path below /configs */
  constructor(files) {
    this.files = new Map(Object.entries(files));
    /** What was asked for, in words. */
    this.asked = [];
  }

  async serve(page, id) {
    await page.route(new RegExp(`/workspaces/${id}/files([/?]|$)`), (route) => this.#answer(route));
  }

  #answer(route) {
    const request = route.request();
    const url = new URL(request.url());
    const path = decodeURIComponent(url.pathname.split("/files")[1] ?? "").replace(/^\//, "");
    const json = (status, body) => route.fulfill({ status, json: body });
    this.asked.push(`${request.method()} ${path}`);
    if (path === "") return json(200, this.#list(url.searchParams.get("path") ?? ""));
    const text = this.files.get(path);
    if (request.method() === "GET") {
      if (text === undefined) return json(404, { error: "file not found", code: "not_found" });
      return json(200, { path, content: text, size: text.length, hash: hash(text) });
    }
    const headers = request.headers();
    const expected = headers["if-match"]?.replaceAll('"', "");
    const isWrong = headers["if-none-match"] === "*" ? text !== undefined : expected !== hash(text ?? "");
    if (isWrong) return json(412, { error: "file changed", code: "file_changed", hash: text === undefined ? null : hash(text) });
    if (request.method() === "DELETE") {
      this.files.delete(path);
      return json(200, { status: "deleted", path, reaction: "none", reason: "" });
    }
    const { content } = JSON.parse(request.postData());
    this.files.set(path, content);
    const reaction = path.endsWith(".yaml") ? { reaction: "restart", reason: "Its configuration is read at the start." } : { reaction: "in_place", reason: "Skills are read anew for each task." };
    return json(200, { status: "saved", path, hash: hash(content), ...reaction });
  }

  #list(folder) {
    const prefix = folder === "" ? "" : `${folder}/`;
    const found = new Map();
    for (const [path, text] of this.files) {
      if (!path.startsWith(prefix)) continue;
      const [name, ...rest] = path.slice(prefix.length).split("/");
      found.set(name, { path: name, size: rest.length > 0 ? 0 : text.length, dir: rest.length > 0 });
    }
    return [...found.values()];
  }
}
