/** Keeps the stream of events open: what staff write, reminders, typing. */

import { backoff, Pause } from "./backoff";
import type { Client } from "./client";
import { EventReader } from "./events";
import type { Conversation, Reply, Writer } from "./types";

/** The gateway sends a sign of life every 15 seconds; after three missed ones it is not there. */
const SILENCE_MS = 45_000;

export interface StreamEvents {
  /** The highest id known, from which the gateway goes on. */
  lastId(): number;
  reply(reply: Reply): void;
  typing(writer: Writer, typing: boolean): void;
  connected(): void;
  /** The conversation was deleted on purpose. */
  ended(): void;
  /** The server does not know it. */
  gone(): void;
}

export class Stream {
  private readonly stopped = new AbortController();
  private readonly pause = new Pause();
  private connection: AbortController | null = null;
  private heard = 0;

  constructor(
    private readonly client: Client,
    private readonly conversation: Conversation,
    private readonly on: StreamEvents,
  ) {}

  /** Listen until `stop`, or until the conversation is gone. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped.signal.aborted) {
      const connection = new AbortController();
      this.connection = connection;
      const response = await this.client.events(
        this.conversation,
        this.on.lastId(),
        connection.signal,
      );
      if (this.stopped.signal.aborted) return;
      if (response?.status === 401 || response?.status === 404) return this.on.gone();
      if (response?.ok && response.body) {
        failures = 0;
        this.on.connected();
        await this.listen(response.body, connection);
      }
      const asked = Number(response?.headers.get("Retry-After")) * 1000;
      if (!this.stopped.signal.aborted) await this.pause.wait(asked || backoff(failures++));
    }
  }

  stop(): void {
    this.stopped.abort();
    this.connection?.abort();
    this.pause.nudge();
  }

  /** Look again now: a sleeping device may hold a connection that died long ago. */
  nudge(): void {
    if (this.silent()) this.connection?.abort();
    this.pause.nudge();
  }

  /** Nothing was heard for too long, or the clock was set: then nobody knows for how long. */
  private silent(): boolean {
    return Math.abs(Date.now() - this.heard) > SILENCE_MS;
  }

  private async listen(body: ReadableStream<Uint8Array>, connection: AbortController) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const events = new EventReader();
    const watch = setInterval(() => {
      if (this.silent()) connection.abort();
    }, SILENCE_MS / 3);
    this.heard = Date.now();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        this.heard = Date.now();
        for (const { kind, data } of events.push(decoder.decode(value, { stream: true }))) {
          this.tell(kind, JSON.parse(data));
        }
      }
    } catch {
      // broken off; the caller connects again
    } finally {
      clearInterval(watch);
    }
  }

  private tell(kind: string, data: any): void {
    if (kind === "reply") this.on.reply(data);
    if (kind === "typing") this.on.typing(data.from, data.typing);
    if (kind === "ended") this.on.ended();
  }
}
