"""Who and where: parse, normalise and mask NIKs, names, dates, phones, regions and occupations; findings about rows."""
