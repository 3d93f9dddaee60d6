"""What a touch does to a person: whether it is read, clicked, resented; laws only, no state."""

from dataclasses import dataclass

import numpy as np

from outreach.simulation.draws import Floats
from outreach.simulation.people import Hearts, Numbers, People
from outreach.simulation.seasons import Flags
from outreach.simulation.touches import Kind
from outreach.simulation.worlds import FatigueLaw, World

#: How heavy each kind truly is, in plain letters (rhythm notes, 4.1); the product's own loads differ a little.
TRUE_LOADS = np.array([0.9, 1.1, 1.25, 1.7])
#: A touch in a busy season weighs more (ibid.); at night it wakes people (assumed).
BUSY_LOAD, NIGHT_LOAD = 1.8, 1.3
#: Reading in busy and in keen seasons against other days (rhythm notes, 4.3 "season").
BUSY_READING, KEEN_READING = 0.45, 1.3
#: Reading of what comes in the other half of the day than one's own; assumed.
OTHER_SLOT = 0.8
#: Reading without any attention, as a share of that with all of it; assumed.
UNATTENTIVE = 0.35
#: Reading of the same kind again (Duolingo 2020: repeating a template costs).
SAME_KIND = 0.9
#: A text is read more readily: its chance is this power of a mail's; assumed.
TEXT_POWER = 0.6
#: A touch is at least seen, read or not, with this chance and so much more with full attention; assumed.
SEEN, SEEN_MORE = 0.25, 0.5
#: Above this excess leaving grows no further, and no touch makes more than this share leave.
MOST_EXCESS, MOST_LEAVING = 4.0, 0.3
#: Of those who want to leave: they report junk, or they stop looking without a word (Ascarza et al. 2018).
JUNK, SILENT = 0.12, 0.25
#: Who may ask for less does so instead of leaving, with this chance; assumed (preference centres, rhythm notes 0.6).
RATHER_LESS = 0.5
#: How many times as readily people report junk in a storm of complaints.
STORM = 10.0
#: Reading after having stopped to look, against before.
TUNED_OUT = 0.2


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the touches of one wave meet; one entry a touch.

    Attributes:
        contact, kind: as in `Touches`. busy, keen: true seasons. night: the contact is asleep.
        own_slot: it comes in the half of the day in which the person reads. inbox: it does not land among junk.
    """

    contact: Numbers
    kind: Numbers
    busy: Flags
    keen: Flags
    night: Flags
    own_slot: Flags
    inbox: Flags


@dataclass(frozen=True, slots=True)
class Response:
    """What people do; one entry a touch.

    Attributes:
        read, clicked: by a person. leaves: wants to be gone. junk: reports it (of those who leave). silent: stops
            looking and says nothing (of those who leave). load: what the touch adds to fatigue.
    """

    read: Flags
    clicked: Flags
    leaves: Flags
    junk: Flags
    silent: Flags
    load: Floats


def excess(fatigue: Floats, tolerance: Floats) -> Floats:
    """Fatigue above tolerance, in tolerances; 0 below."""
    return np.maximum(fatigue / tolerance - 1, 0.0)


def attractiveness(fatigue: Floats, tolerance: Floats, steepness: Floats, *, law: FatigueLaw) -> Floats:
    """How much of the reading is left under `fatigue`, 0 to 1."""
    if law is FatigueLaw.HALVES:
        return np.exp(-steepness * excess(fatigue, tolerance))
    return 1 / (1 + (fatigue / (1.5 * tolerance)) ** (1 + 2 * steepness))


def chance_to_read(met: Circumstances, people: People, hearts: Hearts, *, world: World) -> Floats:
    """The chance that each touch is read, if it lands in the inbox; the fatigue it meets is that before it."""
    who = met.contact
    traits = people.traits
    chance = traits["readiness"][who] * (UNATTENTIVE + (1 - UNATTENTIVE) * hearts.attention[who])
    chance *= attractiveness(
        hearts.fatigue[who] + load_of(met) / 2, traits["tolerance"][who], traits["reading_falls"][who], law=world.law
    )
    chance *= np.where(met.busy, BUSY_READING, np.where(met.keen, KEEN_READING, 1.0))
    chance *= np.where(met.own_slot, 1.0, OTHER_SLOT)
    chance *= np.where(hearts.last_kind[who] == met.kind, SAME_KIND, 1.0)
    chance *= np.where(hearts.tuned_out[who], TUNED_OUT, 1.0)
    chance = np.minimum(chance, 0.95)
    return np.where(met.kind == Kind.TEXT, chance**TEXT_POWER, chance)


def load_of(met: Circumstances) -> Floats:
    """What each touch weighs for the person."""
    weight = TRUE_LOADS[met.kind]
    return weight * np.where(met.busy, BUSY_LOAD, 1.0) * np.where(met.night, NIGHT_LOAD, 1.0)


def respond(met: Circumstances, people: People, hearts: Hearts, *, world: World, luck: Floats, storm: bool) -> Response:
    """What people do with the touches of one wave.

    Args:
        luck: five fractions a touch: read, click, see, leave, how.
        storm: people report junk far more readily today.
    """
    who = met.contact
    traits = people.traits
    chance = chance_to_read(met, people, hearts, world=world)
    read = met.inbox & (luck[0] < chance)
    seen = read | (met.inbox & (luck[2] < SEEN + SEEN_MORE * hearts.attention[who]))
    above = excess(hearts.fatigue[who] + load_of(met) / 2, traits["tolerance"][who])
    leaving = traits["leaving_base"][who] * np.exp(traits["leaving_rises"][who] * np.minimum(above, MOST_EXCESS))
    extra_junk = (STORM - 1) * JUNK * leaving if storm else 0.0
    leaves = seen & (luck[3] < np.minimum(leaving + extra_junk, MOST_LEAVING))
    junk_share = (JUNK * leaving + extra_junk) / (leaving + extra_junk)
    junk = leaves & (luck[4] < junk_share)
    silent = leaves & ~junk & (luck[4] > 1 - SILENT)
    weight = load_of(met) * np.where(met.inbox, 1.0, 0.2)
    return Response(read, read & (luck[1] < traits["clicks"][who]), leaves, junk, silent, weight)
