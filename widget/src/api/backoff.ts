/** How long to wait before trying again. */

const FIRST_MS = 1000;
const MOST_MS = 30_000;

/**
 * Return milliseconds before try number `attempt` (from 0): doubling up to half a minute, spread
 * by `chance` (0 to 1) so that a server that comes back is not met by all at the same moment.
 */
export function backoff(attempt: number, chance: number = Math.random()): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(whole * (0.5 + chance / 2));
}

/** A wait that ends early when `nudge` is called: the network is back, the page is shown again. */
export class Pause {
  private wake: (() => void) | null = null;

  async wait(milliseconds: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
    this.wake = null;
  }

  nudge(): void {
    this.wake?.();
  }
}
