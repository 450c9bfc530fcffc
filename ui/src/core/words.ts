/**
 * Where long words of a name may be broken when a card is too narrow for them. Browsers bring no rules for that on most
 * systems, and a word that is cut anywhere reads as two.
 */

const SHY = "\u00AD";
/** Shorter words fit wherever names are drawn. */
const LONG = 9;
/** Letters that stay together at either end. */
const LEAST = 3;
const VOWEL = /[aeiouyäöüáàâãåæéèêëíìîïóòôõøœúùûý]/i;
/** Two letters that are one sound, or begin a syllable together. */
const TOGETHER = /^(ch|ck|gh|ph|sh|th|wh|qu|[bcdfgkptv]r|[bcfgkps]l|s[ptck])$/i;

/** The name with soft hyphens, which show only where a line breaks at them. */
export function soften(name: string): string {
  return name.replaceAll(/\p{L}+/gu, (word) => (word.length < LONG ? word : softenWord(word)));
}

function softenWord(word: string): string {
  let soft = "";
  for (let at = 0; at < word.length; at += 1) {
    if (at >= LEAST && at <= word.length - LEAST && beginsSyllable(word, at)) soft += SHY;
    soft += word[at];
  }
  return soft;
}

/** A consonant before a vowel begins one, together with the consonant before it where the two belong together. */
function beginsSyllable(word: string, at: number): boolean {
  const isVowel = (index: number) => VOWEL.test(word[index] ?? "");
  if (!isVowel(at - 1) && TOGETHER.test(word.slice(at - 1, at + 1))) return false;
  if (isVowel(at)) return false;
  const isStart = isVowel(at + 1) || (isVowel(at + 2) && TOGETHER.test(word.slice(at, at + 2)));
  return isStart && VOWEL.test(word.slice(0, at));
}

/** What a line holds at least: the parts of a name between spaces and hyphens. */
export function partsOf(name: string): string[] {
  return name.split(/\s+|(?<=[-/])/u).filter((part) => part !== "");
}

/**
 * A name whose words all fit a line of this width: a word that does not is cut and marked with a full stop. `widthOf`
 * measures in the unit of `room`. What the whole name is, the card's title and its label say.
 */
export function shortened(name: string, room: number, widthOf: (text: string) => number): string {
  return partsOf(name)
    .map((word) => {
      if (widthOf(word) <= room) return word;
      const letters = [...word];
      while (letters.length > 2 && widthOf(`${letters.join("")}.`) > room) letters.pop();
      // A word is cut before a vowel, as people do: "Engin." and not "Enginee.".
      while (letters.length > 3 && !/[\p{L}\p{N}]/u.test(letters.at(-1) ?? "")) letters.pop();
      while (letters.length > 3 && VOWEL.test(letters.at(-1) ?? "")) letters.pop();
      return `${letters.join("")}.`;
    })
    .reduce((text, word) => (text === "" || /[-/]$/.test(text) ? text + word : `${text} ${word}`), "");
}

/** How many lines a name takes in a room of this width; a word that is wider takes the lines it fills. */
export function wrapped(name: string, room: number, widthOf: (text: string) => number): number {
  let lines = 1;
  let line = "";
  for (const word of partsOf(name)) {
    const longer = line === "" || /[-/]$/.test(line) ? line + word : `${line} ${word}`;
    if (line === "" || widthOf(longer) <= room) {
      line = longer;
      continue;
    }
    lines += Math.max(1, Math.ceil(widthOf(line) / room));
    line = word;
  }
  return lines - 1 + Math.max(1, Math.ceil(widthOf(line) / room));
}

/**
 * The wire says workspace for what the window calls a role; people read one word for one thing. Paths, keys and quoted
 * names stay as they are.
 */
export function asRoles(text: string): string {
  return text.replaceAll(
    /(?<![\w/"'`.-])([Ww])orkspace(s?)(?![\w/"'`-]|\.\w)/g,
    (_, first: string, many: string) => `${first === "W" ? "R" : "r"}ole${many}`,
  );
}
