"""Two ways out of the room: e-mail and a webhook. Each sends one message, or raises whatever went wrong."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any, Protocol

from bench.core import wall
from bench.service.alarms.load import AlarmSettings, EmailAccount

TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Message:
    """What is told: a line, the text, and the same for programs."""

    subject: str
    text: str
    facts: dict[str, Any]


class Sender(Protocol):
    """`name` appears in the alarm that is raised where it fails."""

    name: str

    def send(self, message: Message) -> None:
        """Hand it in; raises any Exception if that was not taken."""
        ...


class Email:
    """By SMTP, with TLS unless the account says otherwise."""

    name = "email"

    def __init__(self, account: EmailAccount) -> None:
        self._account = account

    def send(self, message: Message) -> None:
        """See Sender."""
        account = self._account
        letter = EmailMessage()
        letter["Subject"] = " ".join(message.subject.split())
        letter["From"], letter["To"] = account.sender, ", ".join(account.to)
        letter["Date"] = format_datetime(wall.utc())
        letter["Message-ID"] = make_msgid(domain="bench.local")
        letter.set_content(message.text)
        context = ssl.create_default_context() if account.security != "none" else None
        if account.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                account.host, account.port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(account.host, account.port, timeout=TIMEOUT_S)
        with server:
            if account.security == "starttls":
                server.starttls(context=context)
            if account.user:
                server.login(account.user, account.password)
            server.send_message(letter)


class Webhook:
    """A POST of JSON: {"subject", "text", ...}."""

    name = "webhook"

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, message: Message) -> None:
        """See Sender."""
        import httpx

        body = {"subject": message.subject, "text": message.text, **message.facts}
        answer = httpx.post(self._url, json=body, timeout=TIMEOUT_S, follow_redirects=False)
        if not answer.is_success:
            raise OSError(f"it answered {answer.status_code}")  # the address may hold a secret: not named


def senders_of(settings: AlarmSettings) -> list[Sender]:
    """Those that the file names."""
    found: list[Sender] = []
    if settings.email is not None:
        found.append(Email(settings.email))
    if settings.webhook is not None:
        found.append(Webhook(settings.webhook))
    return found
