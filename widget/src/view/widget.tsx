/** The whole widget: a launcher and a panel, or the panel alone in the flow of the page. */

import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Session } from "../conversation/session";
import { lastId, unread } from "../conversation/state";
import type { Options } from "../embed";
import { directionOf, type Texts } from "../words/texts";
import { ChatContext, useChat, useMedia, type Chat } from "./context";
import { Icon } from "./icons";
import { Panel } from "./panel";
import { hide, isShown, show } from "./top_layer";

interface Props {
  session: Session;
  texts: Texts;
  options: Options;
  open: boolean;
  /** Changes when the element was put into the page anew. */
  placed: number;
  onOpen(): void;
  onClose(): void;
}

type Input = { current: HTMLTextAreaElement | null };

/** Where the panel covers the page, as on a phone or at 400% zoom. */
const NARROW = "(max-width: 640px), (max-height: 480px)";

export function Widget({ session, texts, options, open, placed, onOpen, onClose }: Props) {
  const [, refresh] = useReducer((count: number) => count + 1, 0);
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => session.subscribe(() => refresh(undefined)), [session]);
  const { state } = session;
  const visible = open || options.inline;
  useEffect(() => {
    if (visible && !document.hidden) session.see();
  }, [visible, lastId(state)]);

  const chat: Chat = {
    ...{ session, state, texts, options, visible },
    close: options.inline ? null : onClose,
    // After the view has changed: what was pressed may be gone, the input may be new.
    write: (text) => setTimeout(() => fill(input.current, text)),
  };
  return (
    <ChatContext.Provider value={chat}>
      <div
        class={`saphena ${options.position}`}
        lang={texts.language}
        dir={directionOf(texts.language)}
        data-theme={options.theme}
        {...KEYS_STAY_HERE}
      >
        {options.inline ? (
          <section class="panel inline" aria-labelledby="title">
            <Panel input={input} />
          </section>
        ) : (
          <>
            <Launcher hidden={open} placed={placed} onOpen={onOpen} />
            <Floating open={open} placed={placed} onClose={onClose} input={input} />
          </>
        )}
      </div>
    </ChatContext.Provider>
  );
}

// A page's keyboard shortcuts must not eat what is typed here.
const stay = (event: Event) => event.stopPropagation();
const KEYS_STAY_HERE = { onKeyDown: stay, onKeyUp: stay, onKeyPress: stay };

function fill(input: HTMLTextAreaElement | null, text: string | undefined): void {
  if (!input) return;
  if (text !== undefined) {
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  input.focus();
}

function Launcher({ hidden, placed, onOpen }: { hidden: boolean; placed: number; onOpen(): void }) {
  const { texts, options, state } = useChat();
  const place = useRef<HTMLElement>(null);
  const count = unread(state);
  const news = count ? texts.count("unread", count) : "";
  useLayoutEffect(() => {
    const element = place.current!;
    if (hidden) hide(element);
    else show(element, false);
  }, [hidden, placed]);
  return (
    <section class="launcher" popover="manual" ref={place} aria-label={texts.say("region")}>
      <button type="button" id="launcher" aria-haspopup="dialog" onClick={onOpen}>
        <Icon name="chat" />
        <span>{options.label ?? texts.say("launcher")}</span>
        {count > 0 && (
          <span class="badge">
            <span aria-hidden="true">{count}</span>
            <span class="hidden">, {news}</span>
          </span>
        )}
      </button>
      <p class="hidden" role="status">
        {news}
      </p>
    </section>
  );
}

function Floating(props: { open: boolean; placed: number; onClose(): void; input: Input }) {
  const { open, placed, onClose, input } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const narrow = useMedia(NARROW);
  useLayoutEffect(() => {
    if (!open) return;
    const element = dialog.current!;
    const before = (element.getRootNode() as ShadowRoot).activeElement;
    show(element, narrow);
    const stays = before instanceof HTMLElement && element.contains(before);
    const first = stays ? before : (input.current ?? element.querySelector<HTMLElement>(".strong"));
    first?.focus();
    return () => hide(element);
  }, [open, narrow, placed]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  };
  const onCancel = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  // The browser closed it without asking; other reasons left it open, or have come to an end.
  const onClosed = (event: Event) => {
    const element = dialog.current!;
    if (event.target === element && open && !isShown(element)) onClose();
  };
  return (
    <dialog
      class={`panel floating ${narrow ? "covering" : ""}`}
      popover="manual"
      ref={dialog}
      aria-labelledby="title"
      onKeyDown={onKeyDown}
      onCancel={onCancel}
      onClose={onClosed}
    >
      <Panel input={input} />
    </dialog>
  );
}
