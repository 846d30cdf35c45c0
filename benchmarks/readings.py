"""What a reader said of what was found: the judgements that the tables of `benchmarks.anchors` count.

The first hundred phrases mined from EntailmentBank without its anchors, as they stood when they were read. A true
shared thought is one that could be an anchor as it stands: a notion of the field or a whole statement. What is cut out
of a statement, or says nothing without what it was said of, is none, however often it stands.
"""

from __future__ import annotations

from forestlib.model.key import anchor_key

__all__ = ["NO_MENTIONS", "THOUGHTS", "phrases"]

# A phrase a line; after two spaces and a dash why it is no thought to share.
THOUGHTS = """
living thing
carbon dioxide
evaporation means a substance changes from a liquid into a gas by increasing heat energy
solar energy
inherited characteristic
green plants
living things are made of cells according to the cell theory
decomposition is when a decomposer recycles / returns nutrients / nitrogen from dead organisms to the soil by eating \
those dead organisms
chemical reaction
perform photosynthesis
dead organisms
fossil fuels
complete revolution / orbit of a planet around its star takes 1 / one planetary year
water vapor
sedimentary rock
animal requires warmth for survival
photosynthesis means green plants convert from carbon dioxide and water and solar energy into carbohydrates and food \
and oxygen
heat energy
inheriting is when an inherited characteristic is copied / is passed from parent to offspring by genetics / dna
recyclable means a material can be recycled / reused many times
renewable resource
sexual reproduction
solar energy is a renewable / inexhaustible resource
planet rotating causes cycles of day and night on that planet
mixture is formed by two or more substances combined together physically
electrical energy
circulatory system transports blood throughout the body
mechanical energy
reflection is when a wave bounces off a surface and travels in the opposite direction relative to the angle of incidence
decomposition is when a decomposer breaks down dead organisms
nonrenewable resource
extreme heat and pressure
celestial object
learned characteristics
digestive system digests food for the body
aquatic animal
climate is the usual kind of weather in a location over a period of time
food chain process
body of water
green plants provide food for themselves / animals / consumers by performing photosynthesis
instinctive behavior
physical property
high quality / rich / good soil has a high number of nutrients / amount of nitrogen
green plants convert from carbon dioxide and water and solar energy into carbohydrates and food and oxygen
magnifying glass is used to see small things by making objects appear bigger
magnet can be used for separating a magnetic material from a mixture of a magnetic and nonmagnetic material
magnet attracts magnetic metals / ferromagnetic metals through magnetism
cell division often causes growth / healing
visible light
earth rotating on its tilted axis causes the cycles of day and night on earth
periodic table
meters m are a metric / si unit used for measuring length
earth revolves around the sun
freezing means a substance changes from a liquid into a solid by decreasing heat energy
nearly all fossils are found in sedimentary rock
camouflage is an organism looking like its environment
living thing becomes too cold then that living thing will die
digestive system
water is a kind of substance
metamorphic rock
keeping warm is the opposite of becoming cold
energy is a renewable / inexhaustible resource
atmosphere is made of 78 percent nitrogen
environmental temperature
room temperature
kinetic energy
lens is a kind of magnifying glass
skills are learned characteristics / behaviors
water is a kind of liquid at room temperature
planets in the solar system orbit the sun
inheriting is when an inherited characteristic is passed from parent to offspring by genetics / dna
new moon is when the dark half of the moon faces the earth
tectonic plates
thermal conduction
earth is a planet that rotates on its tilted axis
iron filings are made of small pieces of iron
acquired characteristics
green plants are a kind of producer
northern hemisphere
gravity causes objects that have mass / substances to be pulled down / to fall on a planet
earth is a kind of planet
positive impact  - says nothing without what it is on
negative impact  - says nothing without what it is on
passed from parent to offspring by genetics / dna  - a piece of a definition
source of something emits / produces / generates / provides  - a piece
includes ordered values  - a piece
used to measure  - a formula
sunlight into carbohydrates  - a piece
decomposition is when a decomposer  - a piece
appear bigger  - a piece
living thing requires  - a piece
parent to offspring by genetics / dna  - a piece
state located in the united states of america  - a piece
unit used for measuring  - a formula
period of time  - a formula
chemical reactions cause  - a piece
273 and 273 / 32 / 0 k / f / c  - a piece
high quality / rich / good soil has a high  - a piece
long periods of time  - a formula
surface gravity of that celestial object weakens  - says nothing without the object
"""

# What was marked beside the links of a vault and is no mention of the note, in the sample that was read: an anchor, and
# words that stand around it there; "" where the texts use the word for anything (the notes are about one command).
NO_MENTIONS = {
    "vault_en_foam": {
        ("note", ""),
        ("rename", ""),
        ("list", ""),
        ("tag", "custom-tag-style"),
        ("tag", "just relea"),
        ("tags", "liquid tags"),
        ("navigation", "layout"),
        ("templates", "eated from the Foam template"),
    },
    "vault_ru_itmo": {
        ("дерево", "Двоичное дерево"),
        ("бинарное дерево", "бинарное дерево поиска"),
        ("бинарное дерево", "бинарного дерева поиска"),
        ("число", "большом числе"),
    },
}


def phrases() -> dict[str, bool]:
    """Return the keys of the phrases that were read, and whether each is a true shared thought."""
    lines = (line.partition("  - ") for line in THOUGHTS.strip().splitlines())
    return {anchor_key(phrase): not why for phrase, _, why in lines}
