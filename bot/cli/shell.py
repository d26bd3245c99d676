"""A small client for the terminal: type a message, or a button's number."""

import sys
from contextlib import nullcontext
from textwrap import fill

import httpx

from bot.cli.background import is_ready, running
from bot.cli.client import Chat, Reply
from bot.cli.progress import StepError
from bot.cli.run import public_address
from bot.settings import Settings

WIDTH = 88


def talk(settings: Settings, clinic: str | None) -> None:
    """Talk until the end of input; uses the assistant that runs on PORT, or starts one."""
    address = public_address(settings)
    stack = nullcontext() if is_ready(address) else running(address, {})
    with stack, httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
        chat = Chat.open(http, clinic or _choose_clinic(http))
        print("\nType a message, or the number of a suggestion. Ctrl-D ends.\n")
        _show(chat.said)
        while True:
            try:
                text = input("you> ").strip()
            except (EOFError, KeyboardInterrupt):
                print()
                return
            if text:
                _show(_send(chat, text))


def _send(chat: Chat, text: str) -> list[Reply]:
    buttons, choices = list(chat.buttons().values()), list(chat.choices().values())
    numbers = [int(part) for part in text.replace(",", " ").split() if part.isdecimal()]
    picked = [number - len(buttons) for number in numbers]
    try:
        if len(numbers) == 1 and text.isdecimal() and 1 <= numbers[0] <= len(buttons):
            return chat.press(buttons[numbers[0] - 1])
        if picked and all(1 <= number <= len(choices) for number in picked):
            return chat.check([choices[number - 1] for number in picked])
        return chat.say(text)
    except httpx.HTTPStatusError as error:
        body = error.response.json()
        print(f"{error.response.status_code}: {body['error']['message']}", file=sys.stderr)
        return list(body.get("replies", ()))


def _choose_clinic(http: httpx.Client) -> str:
    clinics = http.get("/api/clinics").raise_for_status().json()
    for number, clinic in enumerate(clinics, start=1):
        print(f"  {number}  {clinic['name']} ({clinic['id']})")
    try:
        answer = input("Clinic (number)? ").strip()
    except EOFError:
        answer = ""
    if answer.isdecimal() and 1 <= int(answer) <= len(clinics):
        return str(clinics[int(answer) - 1]["id"])
    raise StepError("No clinic was chosen.", "Type its number, or: make shell CLINIC=glamour")


def _show(replies: list[Reply]) -> None:
    for reply in replies:
        print("\n".join(fill(line, WIDTH) for line in reply["text"].splitlines()))
        notes = [reply["topic"], *_verdict(reply)]
        notes += [f"{source['document']}, {source['section']}" for source in reply["sources"]]
        print(f"  [{'; '.join(notes)}]")
        suggestions = [*reply["buttons"], *reply["choices"]]
        for number, suggestion in enumerate(suggestions, start=1):
            print(f"  {number}  {suggestion['title']}")
        print()


def _verdict(reply: Reply) -> list[str]:
    verdict = reply["verdict"]
    if verdict is None:
        return []
    return [
        f"{verdict['state']} until {verdict['until']}" if verdict["until"] else verdict["state"]
    ]
