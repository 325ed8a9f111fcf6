-- Whether a fund may pay for a person on the day `today`: what payung.allocation.FundTerms.allows asks. `fund` and
-- `person` are the aliases of funding_fund and registry_person in the statement around it, `ever` an expression:
-- was the person ever protected.
-- takes: fund, person, ever
(
    (jsonb_array_length({fund}.regions) = 0 OR EXISTS (
        SELECT 1 FROM jsonb_array_elements_text({fund}.regions) r(code)
         WHERE payung_contains(r.code, {person}.region_code)))
    AND (jsonb_array_length({fund}.trades) = 0 OR {fund}.trades ? {person}.occupation_id)
    AND ({fund}.sex = '' OR {fund}.sex = {person}.sex)
    AND ({fund}.min_age IS NULL AND {fund}.max_age IS NULL
         OR {person}.birth_date <= %(today)s::date - make_interval(years => coalesce({fund}.min_age, 0))
            AND ({fund}.max_age IS NULL
                 OR {person}.birth_date > %(today)s::date - make_interval(years => {fund}.max_age + 1)))
    AND (NOT EXISTS (SELECT 1 FROM funding_fundperson n WHERE n.fund_id = {fund}.id)
         OR EXISTS (SELECT 1 FROM funding_fundperson n WHERE n.fund_id = {fund}.id AND n.person_id = {person}.id))
    AND (NOT {fund}.new_only OR NOT ({ever}))
    AND (NOT {fund}.covered_only OR ({ever})))
