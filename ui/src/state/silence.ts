/**
 * Notices a platform that hangs: its process is there and its connection open, so that nothing says that it is gone.
 * Nothing is asked by the clock. It is asked when a request goes unanswered, and when a person comes back to the page or
 * uses it after a silence.
 */

export interface SilenceSeams {
  now: () => number;
  /** When the platform last gave a sign of life: an answer or an event. */
  heardAt: () => number;
  /** Resolves when the platform answers, or is known to be gone; rejects when it does not answer in time. */
  ask: () => Promise<unknown>;
  /** It hangs: the connection is given up and made anew. */
  drop: () => void;
}

/** A platform that was heard this lately is not asked. */
const QUIET_MS = 10_000;

export class Silence {
  private isAsking = false;

  constructor(private readonly seams: SilenceSeams) {}

  /** The person did something. */
  used(): void {
    if (this.seams.now() - this.seams.heardAt() > QUIET_MS) this.ask();
  }

  /** Asks now, unless it is being asked. */
  ask(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    const before = this.seams.heardAt();
    this.seams
      .ask()
      .catch(() => {
        // An event that came meanwhile says that it lives, however slow it is.
        if (this.seams.heardAt() === before) this.seams.drop();
      })
      .finally(() => {
        this.isAsking = false;
      });
  }
}
