/**
 * A random UUID. The browser's own function exists only on pages it calls secure, and not every web view calls a
 * loopback page that.
 */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const set = (index: number, mask: number, bits: number) => {
    bytes[index] = ((bytes[index] ?? 0) & mask) | bits;
  };
  set(6, 0x0f, 0x40);
  set(8, 0x3f, 0x80);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
