/** Messages and states to test with. */

import type { Reply, Said } from "../src/api/types";
import { EMPTY, type ChatState, type Outgoing } from "../src/conversation/state";

const AT = "2026-11-24T20:00:00Z";

export function reply(id: number, fields: Partial<Reply> = {}): Reply {
  return {
    ...{ from: "assistant", id, at: AT, text: `reply ${id}`, topic: "cost", known: true },
    ...{ general: false, urgency: "none", verdict: null, sources: [], buttons: [] },
    ...{ disputed: false, input: null, choices: [] },
    ...fields,
  } as Reply;
}

export function said(id: number, clientId: string | null = null, fields: Partial<Said> = {}): Said {
  const text = `message ${id}`;
  return { from: "patient", id, at: AT, text, client_id: clientId, answered: true, ...fields };
}

export function outgoing(clientId: string, fields: Partial<Outgoing> = {}): Outgoing {
  const shown = `text of ${clientId}`;
  return { clientId, body: { text: shown }, shown, at: AT, status: "sending", ...fields };
}

export function open(fields: Partial<ChatState> = {}): ChatState {
  return { ...EMPTY, phase: "open", conversation: { id: "c1", token: "t1" }, ...fields };
}
