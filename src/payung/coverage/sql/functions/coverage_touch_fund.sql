-- Note that the months of a fund changed: cuts are by kind of fund.
CREATE OR REPLACE FUNCTION coverage_touch_fund()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT DISTINCT month, 'cuts' FROM coverage_covermonth WHERE fund_id = NEW.id
    UNION SELECT month, 'cuts' FROM coverage_bill WHERE fund_id = NEW.id;
    RETURN NULL;
END $$;
