/** What all parts of the chat share. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { ChatState } from "../conversation/state";
import type { Session } from "../conversation/session";
import type { Options } from "../embed";
import type { Texts } from "../words/texts";

export interface Chat {
  session: Session;
  state: ChatState;
  texts: Texts;
  options: Options;
  /** Null for the inline form, which can't be closed. */
  close: (() => void) | null;
  /** The chat is in view: it was opened, or is in the flow of the page. */
  visible: boolean;
  /** Put the focus into the input; `text` replaces what stands there. */
  write(text?: string): void;
}

export const ChatContext = createContext<Chat>(null as unknown as Chat);

export function useChat(): Chat {
  return useContext(ChatContext);
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setMatches(media.matches);
    update();
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, [query]);
  return matches;
}

/** The clinic's numbers, which are phones whatever their form. */
export function numbersOf({ clinic }: ChatState): string[] {
  const numbers = [clinic?.emergency_number, clinic?.crisis_line, clinic?.phone];
  return numbers.filter((number): number is string => Boolean(number));
}
