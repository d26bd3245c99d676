/** The chat itself: who it is with, the conversation, and where to type. */

import { useEffect, useRef, useState } from "preact/hooks";
import { writer } from "../conversation/state";
import { openingWords } from "../words/dates";
import { Composer } from "./composer";
import { useChat } from "./context";
import { Icon } from "./icons";
import { Log, Standing } from "./log";
import { Menu } from "./menu";
import { Link } from "./text";

export function Panel({ input }: { input: { current: HTMLTextAreaElement | null } }) {
  const { state, texts, options } = useChat();
  const over = state.phase === "idle" || state.phase === "deleted";
  return (
    <>
      <Header />
      <Alert />
      {over ? (
        <Start />
      ) : (
        <>
          <Log />
          <Connection />
          <Composer input={input} />
        </>
      )}
      <div class="footer">
        <Standing />
        {options.privacy && <Link text={texts.say("privacy")} href={options.privacy} />}
      </div>
    </>
  );
}

/** Nothing was said yet, or it was deleted. */
function Start() {
  const { session, state, texts, visible, write } = useChat();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The input that had the focus went away with the conversation.
    const lost = visible && document.hasFocus() && document.activeElement === document.body;
    if (state.phase === "deleted" && lost) button.current!.focus({ preventScroll: true });
  }, [state.phase]);
  const start = () => {
    session.open();
    write();
  };
  return (
    <div class="start">
      <p role="status">{texts.say(state.phase === "deleted" ? "deleted" : "start_text")}</p>
      <button type="button" class="strong" ref={button} onClick={start}>
        {texts.say("start")}
      </button>
    </div>
  );
}

// No <header> and <footer> here: they would be landmarks beside those of the page.
function Header() {
  const { state, texts, close } = useChat();
  const { clinic } = state;
  return (
    <div class="header">
      <div class="title">
        <h2 id="title">
          {clinic ? texts.say("title", { clinic: clinic.name }) : texts.say("title_plain")}
        </h2>
        <p class="with" role="status">
          <With />
        </p>
      </div>
      {state.conversation && <Menu />}
      {close && (
        <button
          type="button"
          class="plain"
          aria-label={texts.say("close")}
          title={texts.say("close")}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

/** Who writes now, or when somebody will read. */
function With() {
  const { state, texts } = useChat();
  const { clinic } = state;
  if (writer(state) === "staff") return <>{texts.say("staff_writes")}</>;
  if (clinic?.open) return <>{texts.say("open_now")}</>;
  if (clinic?.open === false && clinic.opens_at) {
    const opens = openingWords(clinic.opens_at, texts.locale, clinic.time_zone);
    return <>{texts.say("closed", { opens })}</>;
  }
  return null;
}

function Connection() {
  const { session, state, texts } = useChat();
  if (state.phase === "connecting") return <p class="connection" role="status">{texts.say("connecting")}</p>;
  if (state.phase !== "unreachable") return null;
  return (
    <div class="connection trouble" role="alert">
      <p>{texts.say("unreachable")}</p>
      <button type="button" class="small" onClick={() => session.nudge()}>
        {texts.say("retry")}
      </button>
    </div>
  );
}

/** Says a grave reply at once, whatever a screen reader is reading. */
function Alert() {
  const { state } = useChat();
  const known = useRef<number | null>(null);
  const [text, setText] = useState("");
  const newest = state.messages.at(-1)?.id ?? 0;
  useEffect(() => {
    // What was there when the chat was opened is no news.
    const after = known.current ?? newest;
    if (state.phase === "open") known.current = newest;
    const grave = state.messages.filter(
      (one) =>
        one.id > after &&
        one.from !== "patient" &&
        (one.urgency === "urgent" || one.urgency === "emergency"),
    );
    if (grave.length) setText(grave.map((one) => one.text).join(" "));
  }, [newest, state.phase]);
  return (
    <div class="hidden" role="alert">
      {text}
    </div>
  );
}
