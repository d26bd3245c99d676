/** What outlives the page: which conversation it is, and what was not sent yet. Nothing is kept
 * before a visitor opens the chat, and nothing that was answered: the server has that. */

import type { Conversation } from "../api/types";
import type { Outgoing } from "./state";

export interface Kept {
  /** Null while the server could not be reached for the first time. */
  conversation: Conversation | null;
  seen: number;
  outgoing: Outgoing[];
  /** When it was last used, in milliseconds since 1970. */
  at: number;
}

export class Keeper {
  private readonly key: string;
  private fallback: string | null = null;

  /** `storage` throws where a browser forbids it; then the conversation lasts as long as the page. */
  constructor(
    server: string,
    clinic: string,
    private readonly storage: () => Storage = () => localStorage,
  ) {
    this.key = `saphena:${server}:${clinic}`;
  }

  read(): Kept | null {
    try {
      const kept = JSON.parse(this.get() ?? "null");
      return isKept(kept) ? kept : null;
    } catch {
      return null;
    }
  }

  write(kept: Kept): void {
    const text = JSON.stringify(kept);
    this.fallback = text;
    try {
      this.storage().setItem(this.key, text);
    } catch {
      // forbidden or full
    }
  }

  forget(): void {
    this.fallback = null;
    try {
      this.storage().removeItem(this.key);
    } catch {
      // forbidden
    }
  }

  private get(): string | null {
    try {
      return this.storage().getItem(this.key);
    } catch {
      return this.fallback;
    }
  }
}

function isKept(kept: any): kept is Kept {
  const known = kept?.conversation === null || typeof kept?.conversation?.token === "string";
  return known && Array.isArray(kept?.outgoing);
}
