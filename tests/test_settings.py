"""Settings are read once, and nonsense is refused at start, all of it at once."""

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.pacing.warm_up import WarmUp
from outreach.settings import Mode, Settings


def test_an_empty_environment_means_development_with_embedded_parts() -> None:
    settings = Settings.from_env({})
    assert settings.mode is Mode.DEVELOPMENT
    assert settings.database_url is None
    assert settings.redis_url is None
    assert settings.email_providers == settings.sms_providers == {"mailbox": 1.0}


def test_every_fault_is_reported_at_once_with_its_variable_and_mend() -> None:
    with pytest.raises(BadInput) as refused:
        Settings.from_env({"OUTREACH_ENV": "prod", "OUTREACH_WORKERS": "many", "DATABASE_URL": "mysql://x/y"})
    message = str(refused.value)
    assert "OUTREACH_ENV: 'prod': is not one of demo, development, production" in message
    assert "OUTREACH_WORKERS: 'many'" in message
    assert "DATABASE_URL" in message


def test_production_refuses_defaults_embedded_parts_and_plain_http() -> None:
    with pytest.raises(BadInput) as refused:
        Settings.from_env({"OUTREACH_ENV": "production"})
    named = {fault.column for fault in refused.value.faults}
    assert {"SECRET_KEY", "PUBLIC_BASE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_PROVIDER"} <= named


def test_a_password_in_an_address_is_never_repeated() -> None:
    with pytest.raises(BadInput) as refused:
        Settings.from_env({"REDIS_URL": "http://user:hunter2@host/0"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"OUTREACH_LIMITS": "provider=smtp fast"}, "OUTREACH_LIMITS"),
        ({"OUTREACH_LIMITS_ZONE": "Hearth/Home"}, "OUTREACH_LIMITS_ZONE"),
        ({"DKIM_DOMAIN": "example.com"}, "DKIM_DOMAIN"),
        ({"EMAIL_PROVIDER": "sendgrid"}, "SENDGRID_API_KEY"),
        ({"EMAIL_PROVIDER": "mailbox mailbox"}, "EMAIL_PROVIDER"),
        ({"EMAIL_PROVIDER": "mailbox=0"}, "EMAIL_PROVIDER"),
        ({"EMAIL_PROVIDER": "mailbox=much"}, "EMAIL_PROVIDER"),
        ({"SMS_PROVIDER": "sendgrid"}, "SMS_PROVIDER"),
        ({"SENDGRID_INBOUND_SECRET": "short"}, "SENDGRID_INBOUND_SECRET"),
        ({"SENDGRID_BASE_URL": "ftp://vendor.example"}, "SENDGRID_BASE_URL"),
        ({"OUTREACH_WARM_UP": "50 0.5 20000"}, "OUTREACH_WARM_UP"),
        ({"OUTREACH_WARM_UP": "fifty"}, "OUTREACH_WARM_UP"),
        ({"SMTP_URL": "smtp://one.example http://two.example"}, "SMTP_URL"),
    ],
)
def test_what_concerns_sending_is_checked_at_start(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(BadInput) as refused:
        Settings.from_env(environ)
    assert [fault.column for fault in refused.value.faults] == [variable]


def test_several_providers_share_a_channel_by_their_weights() -> None:
    told = {"EMAIL_PROVIDER": "sendgrid=3 smtp", "SENDGRID_API_KEY": "SG.x", "SMTP_URL": "smtp://mail.example"}
    assert Settings.from_env(told).email_providers == {"sendgrid": 3.0, "smtp": 1.0}


def test_a_warm_up_says_the_first_day_the_growth_and_where_it_ends() -> None:
    assert Settings.from_env({"OUTREACH_WARM_UP": "50 1.5 20000"}).warm_up == WarmUp(50, 1.5, 20_000)
    assert Settings.from_env({}).warm_up is None
