-- Keys of people change where they lie: room on the page for the new version.
ALTER TABLE registry_matchkey SET (fillfactor = 90);
