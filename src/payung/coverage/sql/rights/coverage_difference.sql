-- Differences about payments bear nobody's name and belong to whoever records payments, who need not see people; all
-- others are of a region.
ALTER TABLE coverage_difference ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS coverage_difference_region ON coverage_difference;
CREATE POLICY coverage_difference_region ON coverage_difference
    USING (region_code ^@ ANY ((SELECT payung_regions())::text[])
           OR (person_id IS NULL AND kind IN ('payment_unmatched', 'payment_returned')))
    WITH CHECK (region_code ^@ ANY ((SELECT payung_regions())::text[])
                OR (person_id IS NULL AND kind IN ('payment_unmatched', 'payment_returned')));
