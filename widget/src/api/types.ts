/** The gateway's public API, as far as the widget uses it; see /openapi.json. */

export type Urgency = "none" | "soon" | "urgent" | "emergency";
export type State = "avoid" | "caution" | "ok" | "keep" | "may_stop" | "no_rule" | "ask";
export type Writer = "assistant" | "staff" | "system";

export interface Verdict {
  activity: string;
  state: State;
  /** The first safe day, as 2026-11-25. */
  until: string | null;
  disputed: boolean;
  phase: string | null;
}

export interface Button {
  title: string;
  id: string;
  topic: string | null;
}

export interface Choice {
  title: string;
  id: string;
  /** It excludes all others, such as "None of these". */
  alone: boolean;
}

export interface Source {
  document: string;
  section: string;
}

export interface Reply {
  from: Writer;
  id: number;
  at: string;
  text: string;
  topic: string;
  known: boolean;
  general: boolean;
  urgency: Urgency;
  verdict: Verdict | null;
  sources: Source[];
  buttons: Button[];
  disputed: boolean;
  input?: "choices" | "date" | null;
  choices?: Choice[];
}

export interface Said {
  from: "patient";
  id: number;
  at: string;
  text: string;
  client_id: string | null;
  /** False: the assistant was down, and the message may be sent again. */
  answered: boolean;
}

export type Message = Reply | Said;

export interface Clinic {
  id: string;
  name: string;
  phone: string | null;
  website: string | null;
  emergency_number: string;
  crisis_line: string | null;
  time_zone: string;
  /** By weekday "mon" to "sun", as "09:00-17:00"; null where the clinic has published none. */
  hours: Record<string, string[]> | null;
  /** Whether it is open now, and when it opens next; missing where it has published no hours. */
  open?: boolean | null;
  opens_at?: string | null;
  max_text: number;
}

export interface Conversation {
  id: string;
  token: string;
}

/** What a patient did: typed, pressed a button, or checked options. */
export type Body = { text: string } | { button: string } | { choices: string[] };

/** Words that have others before them, not answered yet: the server takes them if they are a red
 * flag, and refuses them otherwise. */
export type OutOfTurn = { text: string; out_of_turn: true };
