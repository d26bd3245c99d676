/** Sends messages one after the other and loses none: an id makes sending twice harmless. */

import { backoff, Pause } from "../api/backoff";
import type { Delivery } from "../api/client";
import type { Outgoing } from "./state";

/** Tries before a person is asked to: about half a minute. */
export const MOST_TRIES = 6;

export interface OutboxEvents {
  deliver(outgoing: Outgoing): Promise<Delivery>;
  status(clientId: string, status: Outgoing["status"], reason?: string): void;
  answered(outgoing: Outgoing, delivery: Extract<Delivery, { kind: "answered" }>): void;
  gone(): void;
}

export class Outbox {
  private queue: Outgoing[] = [];
  private running = false;
  private readonly pause: Pick<Pause, "wait" | "nudge">;

  constructor(
    private readonly on: OutboxEvents,
    pause: Pick<Pause, "wait" | "nudge"> = new Pause(),
  ) {
    this.pause = pause;
  }

  /** Send a message after those before it; again, if it is known already. */
  add(outgoing: Outgoing): void {
    if (!this.queue.some((one) => one.clientId === outgoing.clientId)) this.queue.push(outgoing);
    this.flush();
  }

  /** Try now what waits or failed, in the order in which it was written. */
  flush(): void {
    this.pause.nudge();
    if (!this.running) void this.run();
  }

  drop(clientId: string): void {
    this.queue = this.queue.filter((one) => one.clientId !== clientId);
  }

  clear(): void {
    this.queue = [];
  }

  private async run(): Promise<void> {
    this.running = true;
    let tries = 0;
    let head: Outgoing | undefined;
    while ((head = this.queue[0])) {
      this.on.status(head.clientId, "sending");
      const delivery = await this.on.deliver(head);
      if (this.queue[0] !== head) continue; // dropped meanwhile
      if (delivery.kind === "answered") {
        tries = 0;
        this.queue.shift();
        this.on.answered(head, delivery);
      } else if (delivery.kind === "refused") {
        this.queue.shift();
        this.on.status(head.clientId, "refused", delivery.reason);
      } else if (delivery.kind === "gone") {
        this.running = false;
        return this.on.gone();
      } else if (delivery.kind === "later") {
        this.on.status(head.clientId, "waiting");
        await this.pause.wait(delivery.seconds * 1000);
      } else if (++tries < MOST_TRIES) {
        this.on.status(head.clientId, "waiting");
        await this.pause.wait(backoff(tries - 1));
      } else {
        for (const one of this.queue) this.on.status(one.clientId, "failed");
        break;
      }
    }
    this.running = false;
  }
}
