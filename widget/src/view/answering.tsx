/** What may be pressed, checked or picked instead of typed. */

import { useState } from "preact/hooks";
import type { Choice } from "../api/types";
import { offered } from "../conversation/state";
import { toggled } from "../conversation/choosing";
import { useChat } from "./context";

export function Answering() {
  const { session, state, texts, write } = useChat();
  const { buttons, choices, date } = offered(state);
  // The pressed button goes away, so the focus needs a new place.
  const then = (act: () => void) => () => {
    act();
    write();
  };
  return (
    <>
      {choices.length > 0 && (
        <Choices
          key={choices[0]!.id}
          choices={choices}
          send={(checked) => then(() => session.choose(checked))()}
        />
      )}
      {date && <Day send={(day) => then(() => session.say(day))()} />}
      {buttons.length > 0 && (
        <div class="buttons" role="group" aria-label={texts.say("suggested")}>
          {buttons.map((button) => (
            <button key={button.id} type="button" onClick={then(() => session.press(button))}>
              {button.title}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

function Choices({ choices, send }: { choices: Choice[]; send: (checked: Choice[]) => void }) {
  const { texts } = useChat();
  const [checked, setChecked] = useState<readonly string[]>([]);
  const [missing, setMissing] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    if (checked.length) send(choices.filter(({ id }) => checked.includes(id)));
    else setMissing(true);
  };
  return (
    <form class="choices" onSubmit={submit} noValidate>
      <fieldset aria-describedby={missing ? "choices-missing" : undefined}>
        <legend>{texts.say("choices")}</legend>
        {choices.map((choice) => (
          <label key={choice.id} class="choice">
            <input
              type="checkbox"
              checked={checked.includes(choice.id)}
              onChange={() => {
                setChecked(toggled(checked, choice.id, choices));
                setMissing(false);
              }}
            />
            <span dir="auto">{choice.title}</span>
          </label>
        ))}
      </fieldset>
      <p id="choices-missing" class="error" role="alert">
        {missing && texts.say("choices_none")}
      </p>
      <button type="submit">{texts.say("choices_send")}</button>
    </form>
  );
}

function Day({ send }: { send: (day: string) => void }) {
  const { texts } = useChat();
  const [missing, setMissing] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const { value } = (event.target as HTMLFormElement).elements.namedItem("day") as HTMLInputElement;
    if (value) send(value);
    else setMissing(true);
  };
  return (
    <form class="day-form" onSubmit={submit} noValidate>
      <label for="day">{texts.say("date")}</label>
      <div class="row">
        <input
          id="day"
          name="day"
          type="date"
          aria-invalid={missing}
          aria-describedby="day-missing"
          onInput={() => setMissing(false)}
        />
        <button type="submit">{texts.say("date_send")}</button>
      </div>
      <p id="day-missing" class="error" role="alert">
        {missing && texts.say("date_missing")}
      </p>
    </form>
  );
}
