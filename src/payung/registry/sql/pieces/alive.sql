-- Whether a person is alive on a day: known to have died on no day up to it. `Person.alive_on` says the same of one.
-- takes: person, day
({person}.died_on IS NULL OR {person}.died_on > {day})
