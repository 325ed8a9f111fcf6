-- A personal code is seen by whoever sees its person.
ALTER TABLE claims_personalcode ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS claims_personalcode_person ON claims_personalcode;
CREATE POLICY claims_personalcode_person ON claims_personalcode
    USING (EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id))
    WITH CHECK (EXISTS (SELECT 1 FROM registry_person p WHERE p.id = person_id));
