/**
 * What agents write, made ready for a Markdown reader. Models and small scripts write for a terminal: bullets as "•",
 * lines that end where they end. Markdown would run all of that together. Text in code stays as it is.
 */

const BULLET = /^(\s*)[•‣◦▪●·]\s+/;
const FENCE = /^\s*(```|~~~)/;

/** Bullets of every kind become list items, and a list begins after an empty line. */
export function asMarkdown(text: string): string {
  if (!/[•‣◦▪●·]/.test(text)) return text;
  const lines: string[] = [];
  let fence: string | null = null;
  let wasItem = false;
  for (const line of text.split("\n")) {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (mark !== null && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    const bullet = fence === null && mark === null ? BULLET.exec(line) : null;
    if (bullet) {
      if (!wasItem && lines.length > 0 && lines.at(-1)?.trim() !== "") lines.push("");
      lines.push(`${bullet[1] ?? ""}- ${line.slice(bullet[0].length)}`);
    } else {
      // A line at the margin after a list is a paragraph of its own, not the rest of the last item.
      if (wasItem && fence === null && mark === null && /^\S/.test(line)) lines.push("");
      lines.push(line);
    }
    wasItem = bullet !== null;
  }
  return lines.join("\n");
}

interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

/** A plugin for remark: where a line ended in the text it ends on the page. */
export function keepLines() {
  return (tree: Node): void => breakLines(tree);
}

function breakLines(node: Node): void {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => {
    breakLines(child);
    if (child.type !== "text" || !child.value?.includes("\n")) return [child];
    return child.value
      .split(/\s*\n\s*/)
      .flatMap((value, index): Node[] => [
        ...(index > 0 ? [{ type: "break" }] : []),
        ...(value === "" ? [] : [{ type: "text", value }]),
      ]);
  });
}
