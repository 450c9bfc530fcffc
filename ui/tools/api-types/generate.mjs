// Writes src/api/schema.d.ts from the document the platform describes its API with.
//
//   node generate.mjs            write it
//   node generate.mjs --check    only say whether it is up to date; exit 1 when it is not

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../../src-tauri/crates/api/openapi.json", import.meta.url);
const target = new URL("../../src/api/schema.d.ts", import.meta.url);

const api = JSON.parse(await readFile(document, "utf8"));
// Names of operations are the server's own business and may repeat; the types hang on paths and schemas.
for (const path of Object.values(api.paths)) {
  for (const operation of Object.values(path)) delete operation.operationId;
}

const head =
  "// Written by `npm run gen:api` from the platform's OpenAPI document. Change that, not this.\n\n";
const text = head + astToString(await openapiTS(api, { defaultNonNullable: false }));

if (process.argv.includes("--check")) {
  const before = await readFile(target, "utf8").catch(() => "");
  if (before !== text) {
    console.error(
      `${fileURLToPath(target)} is not what the platform describes. Run: npm --prefix ui run gen:api`,
    );
    process.exit(1);
  }
  console.log("The API types are up to date.");
} else {
  await writeFile(target, text);
  console.log(`Wrote ${fileURLToPath(target)}.`);
}
