-- Whether row `a` of a death list may be about person `p` by the likeness of their facts: no pair of it waits
-- already, and the sexes do not differ.
-- piece: person = claims/possible_person()
{person} AND NOT a.paired AND (p.sex = a.sex OR p.sex = '' OR a.sex = '')
