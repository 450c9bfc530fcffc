/** The one place that sends requests: key, time limit, errors as sentences. */

import { asRoles } from "../core/words";
import { bearer } from "./session";
import type { ErrorBody } from "./types";

/** A request that was answered with an error, or not answered at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly method: string,
    readonly path: string,
  ) {
    super(body.error);
  }

  get code(): string {
    return this.body.code;
  }
}

const TIME_LIMIT_MS = 15_000;
/** Pauses before a request that did not arrive is sent again. */
const AGAIN_MS = [250, 750, 1500];
const LONG: readonly [RegExp, number][] = [
  [/^\/org\/(import|folders\/[^/]+\/save)/, 120_000],
  [/^\/personas\/import/, 60_000],
  [/^\/admin\/secrets\/rotate/, 120_000],
  [/^\/stack\/backup/, 120_000],
  // What is fetched from elsewhere first.
  [/^\/plugins\/preview|^\/workspaces\/[^/]+\/plugins|^\/admin\/plugin-updates/, 320_000],
];

type Listener = () => void;

/** A request that may be long is given this time before somebody asks whether the platform is there at all. */
const LATE_MS = 6000;
let answered = 0;
let onLate: Listener = () => undefined;

/** When the platform last answered anything, on the clock of `performance.now()`. */
export function answeredAt(): number {
  return answered;
}

/** Called when a request is not answered for a while. */
export function whenLate(listener: Listener): void {
  onLate = listener;
}

const refused = new Set<Listener>();
let wasRefused = false;

/** Called when the platform no longer knows this page's key; at once if that was found out before anybody listened. */
export function onSignedOut(listener: Listener): () => void {
  refused.add(listener);
  if (wasRefused) listener();
  return () => refused.delete(listener);
}

/** An answer that was asked for ahead is as good as a fresh one for this long. */
const AHEAD_MS = 10_000;
const ahead = new Map<string, Promise<unknown>>();

/**
 * Sends a request whose answer will be asked for in a moment, when the code that wants it is loaded: the next `request`
 * with the same method and path gets this one's answer. It counts once.
 */
export function askAhead<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = request<T>(method, path, body);
  const key = `${method} ${path}`;
  ahead.set(key, answer);
  answer.catch(() => undefined);
  setTimeout(() => {
    if (ahead.get(key) === answer) ahead.delete(key);
  }, AHEAD_MS);
  return answer;
}

export function headers(): Record<string, string> {
  const key = bearer();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  extra?: Record<string, string>,
): Promise<T> {
  const asked = ahead.get(`${method} ${path}`);
  if (asked) {
    ahead.delete(`${method} ${path}`);
    return asked as Promise<T>;
  }
  const answer = await send(method, path, body, signal, extra);
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

async function send(
  method: string,
  path: string,
  body: unknown,
  signal?: AbortSignal,
  extra?: Record<string, string>,
): Promise<Response> {
  const limit = LONG.find(([pattern]) => pattern.test(path))?.[1] ?? TIME_LIMIT_MS;
  const signals = [AbortSignal.timeout(limit), ...(signal ? [signal] : [])];
  let answer = await attempt(method, path, body, signals, extra);
  if (answer.status === 429 && method === "GET") {
    const asked = Number(answer.headers.get("Retry-After"));
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(Number.isFinite(asked) && asked > 0 ? asked : 2, 20) * 1000),
    );
    answer = await attempt(method, path, body, signals, extra);
  }
  if (answer.ok) return answer;
  throw await errorOf(answer, method, path);
}

async function attempt(
  method: string,
  path: string,
  body: unknown,
  signals: AbortSignal[],
  extra: Record<string, string> | undefined,
  tries = 0,
): Promise<Response> {
  const late = setTimeout(() => onLate(), LATE_MS);
  try {
    const answer = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json", ...headers(), ...extra },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.any(signals),
    });
    answered = performance.now();
    return answer;
  } catch (cause) {
    if (signals.slice(1).some((signal) => signal.aborted)) throw cause;
    const isLate = signals[0]?.aborted === true;
    // A browser drops what is under way when a network appears, which is what every container's does, and several may
    // start at once. What can be said twice is said again; all else is the person's to repeat.
    const wait = AGAIN_MS[tries];
    if (!isLate && wait !== undefined && (method === "GET" || method === "PATCH" || method === "PUT")) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      return attempt(method, path, body, signals, extra, tries + 1);
    }
    throw new ApiError(
      0,
      {
        error: isLate
          ? "The platform did not answer in time. It may be busy; try again."
          : "The platform does not answer. It may be stopped or restarting.",
        code: isLate ? "timeout" : "unreachable",
      },
      method,
      path,
    );
  } finally {
    clearTimeout(late);
  }
}

/** Reads an error body; one without a sentence gets one. */
export async function errorOf(answer: Response, method: string, path: string): Promise<ApiError> {
  const text = await answer.text().catch(() => "");
  let body: ErrorBody = { error: text.slice(0, 300), code: `http_${answer.status}` };
  try {
    const parsed = JSON.parse(text) as Partial<ErrorBody> & { message?: string };
    body = { code: `http_${answer.status}`, ...parsed, error: parsed.error ?? parsed.message ?? body.error };
  } catch {
    // Not JSON: the text itself is the sentence.
  }
  if (body.error === "") body.error = `The platform answered ${answer.status} to ${method} ${path}.`;
  if (answer.status === 401) {
    wasRefused = refused.size === 0;
    for (const listener of refused) listener();
  }
  return new ApiError(answer.status, body, method, path);
}

export function sentence(error: unknown): string {
  return asRoles(told(error));
}

function told(error: unknown): string {
  // The contract's sentence is short and fixed; what is special about this case stands in `detail`.
  if (error instanceof ApiError) {
    const { detail } = error.body;
    return typeof detail === "string" && detail !== "" && !error.message.includes(detail)
      ? `${error.message}: ${detail}`
      : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
