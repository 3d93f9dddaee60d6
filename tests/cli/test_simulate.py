"""`outreach simulate`."""

import json

from click.testing import CliRunner

from outreach.cli.simulate import simulate

SMALL = ["--contacts", "60", "--days", "60", "--seed", "3", "--policy", "calendar-14"]


def test_it_prints_a_table_and_says_that_nobody_is_real() -> None:
    done = CliRunner().invoke(simulate, SMALL)
    assert done.exit_code == 0, done.output
    for said in ("simulated", "Seed 3", "silence", "calendar-14", "oracle", "60 days"):
        assert said in done.stdout


def test_it_gives_values_to_machines() -> None:
    done = CliRunner().invoke(simulate, [*SMALL, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["simulated"] is True
    (world,) = told["worlds"]
    assert world["seed"] == 3
    assert set(world["policies"]) == {"silence", "calendar-14", "oracle"}
    assert world["policies"]["oracle"]["share_of_oracle"] == 1


def test_it_refuses_a_world_that_does_not_exist() -> None:
    done = CliRunner().invoke(simulate, ["--world", "mars"])
    assert done.exit_code != 0
    assert "no such world" in str(done.exception)
