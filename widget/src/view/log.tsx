/** The conversation. It shows the newest messages; a long one is shown in parts. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message as Recorded } from "../api/types";
import { pending, type ChatState } from "../conversation/state";
import { dateWords } from "../words/dates";
import { Answering } from "./answering";
import { useChat } from "./context";
import { Icon } from "./icons";
import { Message, Pending } from "./message";

/** Messages shown at once, so that scrolling stays smooth in a conversation of any length. */
export const PART = 60;
const NEAR_PX = 60;

export function Log() {
  const { state, texts } = useChat();
  const [most, setMost] = useState(PART);
  const scroller = useRef<HTMLDivElement>(null);
  const height = useRef<number | null>(null);
  const shown = state.messages.slice(-most);
  const unsent = pending(state);
  const [away, toNewest] = useFollowing(scroller, state);

  // What is added above must not move what is being read.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && height.current !== null) box.scrollTop += box.scrollHeight - height.current;
    height.current = null;
  }, [most]);

  const showEarlier = () => {
    height.current = scroller.current?.scrollHeight ?? null;
    setMost(most + PART);
    scroller.current?.focus();
  };

  return (
    <div class="log">
      <div class="scroller" ref={scroller} tabIndex={0} role="group" aria-label={texts.say("log")}>
        <Standing />
        {shown.length < state.messages.length && (
          <button type="button" class="small earlier" onClick={showEarlier}>
            {texts.say("earlier")}
          </button>
        )}
        <div role="log" aria-label={texts.say("log")} aria-live={useSettled(state) ? "polite" : "off"}>
          <ol>
            {shown.map((message, index) => (
              <Dated key={message.id} message={message} before={shown[index - 1]}>
                <Message message={message} last={index === shown.length - 1 && !unsent.length} />
              </Dated>
            ))}
            {unsent.map((outgoing) => (
              <Pending key={outgoing.clientId} outgoing={outgoing} />
            ))}
          </ol>
        </div>
        {state.renewed && <p class="note">{texts.say("renewed")}</p>}
        {state.phase === "ended" && <p class="note" role="status">{texts.say("ended")}</p>}
        <Typing state={state} />
        <Answering />
      </div>
      {away && (
        <button type="button" class="latest" onClick={toNewest}>
          <Icon name="down" /> {texts.say("latest")}
        </button>
      )}
    </div>
  );
}

/** Keep the newest message in view while the reader is at the end; leave a reader elsewhere alone. */
function useFollowing(
  scroller: { current: HTMLDivElement | null },
  state: ChatState,
): [away: boolean, toNewest: () => void] {
  const following = useRef(true);
  const [away, setAway] = useState(false);
  const newest = `${state.conversation?.id} ${state.messages.at(-1)?.id} ${pending(state).length}`;

  useEffect(() => {
    const box = scroller.current!;
    const look = () => {
      following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      if (following.current) setAway(false);
    };
    box.addEventListener("scroll", look, { passive: true });
    // Turning the phone, its keyboard, or opening the chat must not lose the end.
    const resized = new ResizeObserver(() => following.current && scrollToEnd(box));
    resized.observe(box);
    return () => {
      box.removeEventListener("scroll", look);
      resized.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const own = pending(state).length > 0;
    if (following.current || own) scrollToEnd(scroller.current!);
    else if (state.messages.length) setAway(true);
  }, [newest]);

  const toNewest = () => {
    following.current = true;
    setAway(false);
    scroller.current!.scrollTop = scroller.current!.scrollHeight;
    scroller.current!.focus();
  };
  return [away, toNewest];
}

/** To the end; but a reply that is longer than the view is shown from its beginning. */
function scrollToEnd(box: HTMLElement): void {
  const items = box.querySelectorAll<HTMLElement>(".message");
  const said = [...items].findLastIndex((one) => one.classList.contains("patient"));
  const first = items[said + 1];
  const end = box.scrollHeight - box.clientHeight;
  box.scrollTop = said >= 0 && first ? Math.min(end, first.offsetTop - 8) : end;
}

/** False while what was said before is being filled in, which must not be read out. */
function useSettled(state: ChatState): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(state.phase === "open"), 500);
    return () => clearTimeout(timer);
  }, [state.phase, state.conversation?.id]);
  return settled;
}

function Dated(props: { message: Recorded; before: Recorded | undefined; children: preact.ComponentChildren }) {
  const { texts } = useChat();
  const day = dateWords(props.message.at, texts.locale);
  const same = props.before && dateWords(props.before.at, texts.locale) === day;
  return (
    <>
      {!same && <li class="day">{day}</li>}
      {props.children}
    </>
  );
}

function Typing({ state }: { state: ChatState }) {
  const { texts } = useChat();
  const waits = state.outgoing.some((one) => one.status === "sending");
  const writer = state.typing ?? (waits && state.conversation ? "assistant" : null);
  return (
    <div role="status" class="typing-place">
      {writer && (
        <p class="typing">
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span class="typing-words">{texts.say(writer === "staff" ? "typing_staff" : "typing_assistant")}</span>
        </p>
      )}
    </div>
  );
}

export function Standing() {
  const { state, texts } = useChat();
  const number = state.clinic?.emergency_number;
  return (
    <p class="standing">{number ? texts.say("standing", { number }) : texts.say("standing_plain")}</p>
  );
}
