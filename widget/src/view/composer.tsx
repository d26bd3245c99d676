/** Where the patient types. */

import { useRef, useState } from "preact/hooks";
import { useChat } from "./context";
import { Icon } from "./icons";

const USUAL_LIMIT = 1000;
/** From here on the counter is shown. */
const NEARLY = 0.8;

export function Composer({ input }: { input: { current: HTMLTextAreaElement | null } }) {
  const { session, state, texts } = useChat();
  const [count, setCount] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const limit = state.clinic?.max_text ?? USUAL_LIMIT;
  const tooLong = count > limit;

  const submit = (event: Event) => {
    event.preventDefault();
    const box = input.current!;
    const text = box.value.trim();
    if (!text || lengthOf(text) > limit) return box.focus();
    session.say(text);
    box.value = "";
    setCount(0);
    box.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a character is being composed, Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.current!.requestSubmit();
  };
  return (
    <form class="composer" ref={form} onSubmit={submit} noValidate>
      <div class="row">
        <textarea
          ref={input}
          rows={1}
          aria-label={texts.say("input")}
          placeholder={texts.say("placeholder")}
          aria-invalid={tooLong}
          aria-describedby="count"
          autocomplete="off"
          dir="auto"
          enterkeyhint="send"
          onInput={(event) => setCount(lengthOf(event.currentTarget.value.trim()))}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label={texts.say("send")} title={texts.say("send")}>
          <Icon name="send" />
        </button>
      </div>
      <p id="count" class={tooLong ? "error" : "count"} role={tooLong ? "alert" : undefined}>
        {count > limit * NEARLY && texts.say(tooLong ? "too_long" : "counter", { count, limit })}
      </p>
    </form>
  );
}

/** Characters as the server counts them: an emoji is one, however it is stored. */
function lengthOf(text: string): number {
  return [...text.normalize("NFC")].length;
}
