-- Rupiah of a run of months from the staged tariff: what was due before its end less what was due before its first
-- month. Looked up row by row on the table's key, not joined: the planner takes the four expressions for far rarer
-- than they are and may merge on the first two alone, thousands of months for each worker. A case that the tariff
-- lacks gives null, which no amount may be. -1 stands for an income not declared.
-- takes: income, sector, kind, first, end
(SELECT t.before FROM {tariff} t
         WHERE t.income = coalesce({income}, -1) AND t.sector = {sector} AND t.kind = {kind} AND t.month = {end})
       - (SELECT t.before FROM {tariff} t
           WHERE t.income = coalesce({income}, -1) AND t.sector = {sector} AND t.kind = {kind} AND t.month = {first})
