/** Which provider a key is for, by the name it is kept under: what can be asked whether it works. */

export type Provider = "github" | "anthropic" | "openrouter";

const MARKS: readonly (readonly [string, Provider])[] = [
  ["GITHUB", "github"],
  ["ANTHROPIC", "anthropic"],
  ["CLAUDE", "anthropic"],
  ["OPENROUTER", "openrouter"],
];

export function providerOf(name: string): Provider | null {
  return MARKS.find(([mark]) => name.includes(mark))?.[1] ?? null;
}

/** "Writer", "Writer and Lead", "Writer, Lead and 3 more". */
export function named(names: readonly string[], most = 4): string {
  if (names.length <= 1) return names.join("");
  const shown = names.length > most ? names.slice(0, most - 1) : names.slice(0, -1);
  const last = names.length > most ? `${names.length - shown.length} more` : names[names.length - 1];
  return `${shown.join(", ")} and ${last}`;
}
