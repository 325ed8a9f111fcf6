-- An answer moves the state of every row once: room on the page for the new version.
ALTER TABLE coverage_registration SET (fillfactor = 50);
