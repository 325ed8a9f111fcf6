"""Background work: queued by a page, done by a worker, seen on the page *Pekerjaan*; each effect happens once."""
