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
