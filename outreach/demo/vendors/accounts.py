"""The demo's accounts at the vendors' stand-ins: made of the product's secret, so that every process has the same."""

import base64
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outreach.demo.vendors.moods import HOST

#: The order of P-256 (SEC 2, 2.4.2): private keys are numbers from 1 to below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
#: What texts of the demo come from (numbers that Ofcom keeps for drama).
TEXT_SENDER = "+447700900000"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Credentials at both stand-ins.

    Attributes:
        secret: the product's.
    """

    secret: bytes = field(repr=False)

    @property
    def api_key(self) -> str:
        """At SendGrid's stand-in."""
        return f"SG.demo.{self._word('api key')}"

    @property
    def signing_key(self) -> ec.EllipticCurvePrivateKey:
        """With which SendGrid's stand-in signs events."""
        number = int.from_bytes(hmac.digest(self.secret, b"stand-in: signing key", "sha512"), "big")
        return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())

    @property
    def inbound_secret(self) -> str:
        """The last part of the address to which mails of customers are posted."""
        return self._word("inbound")

    @property
    def account_sid(self) -> str:
        """At Twilio's stand-in."""
        return f"AC{self._word('account')}"

    @property
    def auth_token(self) -> str:
        """At Twilio's stand-in."""
        return self._word("token")

    def environment(self, *, sendgrid_port: int, twilio_port: int) -> dict[str, str]:
        """The settings that let the product send through the stand-ins: credentials and base URLs, and nothing else."""
        spki = self.signing_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {
            "EMAIL_PROVIDER": "sendgrid",
            "SENDGRID_API_KEY": self.api_key,
            "SENDGRID_BASE_URL": f"http://{HOST}:{sendgrid_port}",
            "SENDGRID_WEBHOOK_KEY": base64.b64encode(spki).decode(),
            "SENDGRID_INBOUND_SECRET": self.inbound_secret,
            "SMS_PROVIDER": "twilio",
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_SENDER": TEXT_SENDER,
            "TWILIO_BASE_URL": f"http://{HOST}:{twilio_port}",
        }

    def _word(self, what: str) -> str:
        """32 hexadecimal digits."""
        return hmac.digest(self.secret, b"stand-in: " + what.encode(), "sha256").hex()[:32]
