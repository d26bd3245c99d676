/** The open tabs of one website, as far as they show the same conversation. */

export interface Tabs<Event> {
  /** Tell the other tabs. */
  tell(event: Event): void;
  /** Do `work` in one tab at a time; the next one takes over when this one is gone. */
  alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>;
  close(): void;
}

export class BrowserTabs<Event> implements Tabs<Event> {
  private channel: BroadcastChannel | null = null;

  constructor(
    private readonly name: string,
    hear: (event: Event) => void,
  ) {
    try {
      this.channel = new BroadcastChannel(name);
      this.channel.onmessage = ({ data }) => hear(data);
    } catch {
      // not in this browser, or not in this frame: the tabs meet again at the next load
    }
  }

  tell(event: Event): void {
    this.channel?.postMessage(event);
  }

  async alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    let locks: LockManager | undefined;
    try {
      locks = navigator.locks;
    } catch {
      // not in this frame
    }
    if (!locks) return work(); // pages without https: each tab does its own
    let granted = false;
    try {
      await locks.request(`${this.name}:${name}`, { signal }, async () => {
        granted = true;
        await work();
      });
    } catch {
      if (!granted && !signal.aborted) await work();
    }
  }

  close(): void {
    this.channel?.close();
    this.channel = null;
  }
}
