-- Whether a person stands in the registry on their own and is not known to have died, on whatever day: nobody else is
-- enrolled or waits in a queue.
-- takes: person
({person}.merged_into_id IS NULL AND {person}.died_on IS NULL)
