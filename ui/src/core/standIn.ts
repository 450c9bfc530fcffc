/** Which runtimes run on the built-in stand-in image, by the choice of images in the settings. */

const INSIDE: ReadonlySet<string> = new Set(["", "mock", "external"]);

export function isStandIn(
  runtime: string,
  images: Readonly<Record<string, string>> | null | undefined,
): boolean {
  if (INSIDE.has(runtime) || !images) return false;
  return (images[runtime] ?? images["*"]) === "stand-in";
}
