-- The consonants of the first telling word of a name's normal form, old and new spelling alike: 'muhammad asmoeni' and
-- 'asmuni' give 'asmn'. A stored column of it can be searched by index under row-level security, where a function in the
-- condition could not.
CREATE OR REPLACE FUNCTION payung_name_key(name text)
RETURNS character varying LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT left(left(w, 1) || regexp_replace(translate(substr(w, 2), 'aiueoh', ''), '(.)\1+', '\1', 'g'), 12)
FROM (SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
             split_part(regexp_replace(lower(name),
                 '^((muhammad|mohammad|muhamad|mohamad|muhamat|mohamed|ahmad|achmad|siti|sitti|nur|noor|abdul|sri|'
                 '[a-z]) )+', ''), ' ', 1),
             'oe', 'u'), 'dj', 'j'), 'tj', 'c'), 'sj', 's'), 'sy', 's'), 'kh', 'h'), 'ch', 'h'), 'ph', 'p'),
             'f', 'p'), 'v', 'p'), 'z', 's'), 'j', 's'), 'y', 'i') AS w) folded
$$;
