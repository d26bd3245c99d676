/** What is not needed in every conversation: paper, files, deleting, beginning anew, hours. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { clockWords, weekdayWords } from "../words/dates";
import { transcriptLines, transcriptText } from "../words/transcript";
import { Confirm } from "./confirm";
import { useChat } from "./context";
import { Icon } from "./icons";
import { printLines, saveFile } from "./saving";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function Menu() {
  const { session, state, texts, visible, write } = useChat();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState<"new" | "delete" | null>(null);
  const [failed, setFailed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const clinic = state.clinic?.name ?? "";
  // A question left open would lie, unseen, over the whole page.
  useLayoutEffect(() => {
    if (visible) return;
    setOpen(false);
    setAsking(null);
  }, [visible]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const choose = (act: () => void) => () => {
    close();
    setFailed(false);
    act();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const onFocusOut = (event: FocusEvent) => {
    const next = event.relatedTarget as Node | null;
    if (next && !(event.currentTarget as Node).contains(next)) setOpen(false);
  };
  const print = () => {
    const title = texts.say("transcript_title", { clinic });
    const lines = transcriptLines(state.messages, texts, new Date());
    printLines(title, texts.say("transcript_note"), lines);
  };
  const download = () => {
    saveFile("conversation.txt", "text/plain", transcriptText(state.messages, clinic, texts, new Date()));
  };
  const everything = async () => {
    const data = await session.everything();
    if (data) saveFile("conversation.json", "application/json", JSON.stringify(data, null, 2));
    else setFailed(true);
  };
  return (
    <div class="menu" onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <button
        type="button"
        class="plain"
        ref={button}
        aria-expanded={open}
        aria-controls="menu"
        aria-label={texts.say("menu")}
        title={texts.say("menu")}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      <div id="menu" class="menu-items" hidden={!open}>
        <ul>
          <Item text={texts.say("print")} act={choose(print)} />
          <Item text={texts.say("download")} act={choose(download)} />
          <Item text={texts.say("export")} act={choose(() => void everything())} />
          <Item text={texts.say("new")} act={choose(() => setAsking("new"))} />
          <Item text={texts.say("delete")} act={choose(() => setAsking("delete"))} />
        </ul>
        <Hours />
      </div>
      <p class="error menu-error" role="alert">
        {failed && texts.say("action_failed")}
      </p>
      {asking && (
        <Confirm
          question={texts.say(`${asking}_ask`)}
          yes={texts.say(`${asking}_yes`)}
          act={() => (asking === "new" ? session.renew() : session.remove())}
          close={(done) => {
            setAsking(null);
            if (done) write();
            else button.current?.focus();
          }}
        />
      )}
    </div>
  );
}

function Item({ text, act }: { text: string; act: () => void }) {
  return (
    <li>
      <button type="button" class="plain" onClick={act}>
        {text}
      </button>
    </li>
  );
}

function Hours() {
  const { state, texts } = useChat();
  const hours = state.clinic?.hours;
  if (!hours) return null;
  const spans = (day: string) =>
    (hours[day] ?? []).map((span) =>
      span.split("-").map((clock) => clockWords(clock, texts.locale)).join(" – "),
    );
  return (
    <section class="hours" aria-label={texts.say("hours")}>
      <h3>{texts.say("hours")}</h3>
      <dl>
        {WEEKDAYS.map((day, index) => (
          <div key={day}>
            <dt>{weekdayWords(index, texts.locale)}</dt>
            <dd>{spans(day).join(", ") || texts.say("hours_closed")}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
