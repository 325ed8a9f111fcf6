"""Names as Indonesian records write them, folded so that one person's spellings meet.

Every distinct word is folded once; rows only look their words up. So a million names cost a few tens of
thousands of foldings.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

#: words that are no part of a name: titles, degrees, "deceased"
_TITLES = (
    "PDT PDM PASTOR SUSTER USTADZAH USTAZ H HJ HJH HI HAJI HAJJAH ALM ALMH ALMARHUM ALMARHUMAH DRS DRA IR DR "
    "PROF KH KYAI USTADZ USTAD UST TGH SE SH SPD SPDI SAG SIP SKOM AMD AMK SST SKM MSI MPD MM MH SPI SPT SHUT "
    "SSOS BA BPK BAPAK IBU SDR SDRI TN NY NN NONA TUAN NYONYA USTZ USTZH USTDZ USTDZH USTADZH USTDZAH USTAZAH USTZAH "
    "USTH ALMRH ALMRHM ALMHUM MARHUM MARHUMAH PEND PENDETA ROMO BRUDER DRG"
)
TITLES = frozenset(_TITLES.split())
#: degrees at the end, with or without points: S.E., S. Pd, A.Md
DEGREES = r"(?:[ ,](?:[SMA]\. ?(?:E|H|PD|PD\. ?I|KOM|SI|AG|SOS|IP|T|P|PI|PT|KEP|MD|M|HUT)\.?))+\s*$"

#: binti, the space before or behind it forgotten: Fitriabinti Lurhur, Hasnawati bintiardan
GLUED, APART = r"(\p{L}{3})(BINTI)\b|\b(BINTI)(\p{L}{3})", "$1 $2$3 $4"
#: between a given name and the father's name
PATRONYMICS = frozenset(("BIN", "BINTI", "BINTE", "BT", "BTE", "BTI", "BIND", "ANAK", "AK"))

_MUHAMMAD = (
    "M MD MHD MOH MUH MUHD MOHD MUCH MOCH MOHAMAD MOHAMMAD MOHAMED MOHAMMED MOCHAMAD MOCHAMMAD MUHAMAD "
    "MUHAMMAD MUHAMED MUHAMMED MUCHAMAD MUCHAMMAD MUHAMMADD MOEHAMMAD MOEHAMAD MUKHAMAD MUKHAMMAD MOKHAMAD"
)
_SAME = {
    "MUHAMAD": _MUHAMMAD,
    "SITI": "SITI SITTI ST STI SITY SITTY SYITI SITIE",
    "ABDUL": "ABD ABDUL ABDOEL ABDL",
    "AHMAD": "AHMAD ACHMAD AKHMAD AHMED ACH AKH",
    "NUR": "NUR NOER NOOR NOR",
}
WHOLE = {word: folded for folded, words in _SAME.items() for word in words.split()}

#: first or second words so common that they say little on their own
LIGHT = frozenset(
    (
        "MUHAMAD",
        "SITI",
        "ABDUL",
        "AHMAD",
        "NUR",
        "SRI",
        "ANDI",
        "PUTRA",
        "PUTRI",
        "MAS",
        "TRI",
        "DWI",
        "EKA",
        "I",
        "NI",
    )
)

#: old and loose spellings, replaced in one pass from the left
SPELLING = {
    "OE": "U", "DJ": "J", "TJ": "C", "SJ": "S", "SY": "S", "KH": "H", "CH": "H", "TH": "T", "DH": "D",
    "DZ": "J", "TS": "S", "PH": "P", "F": "P", "V": "P", "Z": "J", "Q": "K", "X": "KS",
}  # fmt: skip
#: before a vowel i and y are the consonant that was written j until 1972: Yusuf, Jusup; Nurhayati, Nurhajati
GLIDE, AS_GLIDE = r"[IY]+([AEOU])|Y+(I)", "J"
DOUBLES = {letter * 2: letter for letter in "ABCDEGHIJKLMNOPRSTUW"}


#: the letters of folded words
_LETTERS = "ABCDEGHIJKLMNOPRSTUW"


def letters_of(folded: str) -> int | None:
    """Which letters a folded name is made of, as bits, in whatever order and however often; None where it has none."""
    return sum(1 << place for place, letter in enumerate(_LETTERS) if letter in folded) or None


def _letters(words: pl.Series, codes: np.ndarray, rows: np.ndarray, height: int) -> pl.Series:
    """`letters_of` for each row of words."""
    bits = np.array([letters_of(word) or 0 for word in words.to_list()], np.int32)
    found = np.zeros(height, np.int32)
    np.bitwise_or.at(found, rows, bits[codes])
    return pl.select(pl.when(pl.Series(found) > 0).then(pl.Series(found))).to_series()


def _folded(word: pl.Expr) -> pl.Expr:
    """Fold each word into the one spelling that its variants share.

    oe/u, dj/j, tj/c, j/y, z/j, f/p, kh/h, -uddin/-udin.
    """
    plain = word.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()
    folded = (
        plain.str.replace_many(list(SPELLING), list(SPELLING.values()))
        .str.replace_many(list(DOUBLES), list(DOUBLES.values()))
        .str.replace_many(list(DOUBLES), list(DOUBLES.values()))
        .str.replace_all(GLIDE, f"{AS_GLIDE}$1$2")
        .str.replace_all("Y", "I", literal=True)
    )
    shorter = pl.when(folded.str.len_chars() > 3).then(folded.str.strip_suffix("H")).otherwise(folded)
    return pl.coalesce(plain.replace_strict(WHOLE, default=None, return_dtype=pl.String), shorter)


def _skeleton(folded: pl.Expr) -> pl.Expr:
    """First letter (vowels as one) and consonants of a folded word, at most five: RAHMAT and RAHMAD are one."""
    first = folded.str.slice(0, 1).str.replace_many(["A", "E", "I", "O", "U"], ["A"] * 5)
    rest = (
        folded.str.slice(1)
        .str.replace_all("[AEIOUHJ]", "")
        .str.replace_many(["D", "G", "B"], ["T", "K", "P"])
    )
    return first + rest.str.slice(0, 4)


def fold_names(names: pl.Series) -> pl.DataFrame:
    """Columns of one table of names.

    full: folded words in order; joined: without spaces; sorted: words in order of the alphabet; letters: see
    `letters_of`; k1, kl: skeleton of
    the first and last telling word; father: the folded father's name after bin or binti. Null where there is no name.
    """
    if names.null_count() == names.len():
        names_of = ("full", "joined", "sorted", "letters", "k1", "kl", "father")
        kinds: dict[str, pl.DataType] = dict.fromkeys(names_of, pl.String())
        kinds["letters"] = pl.Int32()
        return pl.DataFrame(
            {name: pl.repeat(None, names.len(), dtype=kind, eager=True) for name, kind in kinds.items()}
        )
    distinct = names.unique(maintain_order=True).alias("name")
    return (
        names.alias("name").to_frame()
        .join(pl.concat([distinct.to_frame(), _fold_distinct(distinct)], how="horizontal"),
              on="name", how="left", maintain_order="left", nulls_equal=True)
        .drop("name")
    )  # fmt: skip


def _fold_distinct(names: pl.Series) -> pl.DataFrame:
    text = (
        pl.col("name").str.split_exact(",", 1).struct.field("field_0")
        .str.to_uppercase()
        .str.replace_all(r"['’`´‘ʼ]", "")
        .str.replace(DEGREES, "")
        .str.replace_all(GLUED, APART)
        .str.replace_all(r"[^\p{L}\p{M}]+", " ")
        .str.strip_chars()
    )  # fmt: skip
    lists = names.alias("name").to_frame().select(pl.when(text != "").then(text).str.split(" ")).to_series()
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    rows = np.repeat(np.arange(len(names), dtype=np.int64), lengths)
    flat = lists.explode(empty_as_null=False, keep_nulls=False).cast(pl.Categorical)
    codes, words = _dictionary(flat)
    spelt = words.alias("word").to_frame().select(folded=_folded(pl.col("word"))).lazy()
    spelt_as = spelt.with_columns(skeleton=_skeleton(pl.col("folded"))).collect()
    folded, skeleton = spelt_as["folded"], spelt_as["skeleton"]
    raw = words.to_list()
    title = np.fromiter((word in TITLES for word in raw), bool, len(raw))
    link = np.fromiter((word in PATRONYMICS for word in raw), bool, len(raw))
    light = np.fromiter((word in LIGHT or len(word) < 2 for word in folded.to_list()), bool, len(raw))
    starts = np.zeros(len(names) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    place = np.arange(len(codes)) - starts[rows]
    is_link = link[codes] & (place > 0)
    seen = np.cumsum(is_link)
    before = np.concatenate([[0], seen])[starts[rows]]
    of_father = (seen - before > 0) & ~is_link
    dropped = title[codes] | is_link | of_father
    kept = ~dropped
    bare = np.bincount(rows[kept], minlength=len(names)) == 0
    kept |= bare[rows] & ~is_link & ~of_father
    telling = kept & ~light[codes]
    no_telling = np.bincount(rows[telling], minlength=len(names)) == 0
    telling |= kept & no_telling[rows]
    full = _gather(folded, codes[kept], rows[kept], len(names))
    rank = folded.rank("ordinal").to_numpy()[codes[kept]]
    in_order = np.lexsort((rank, rows[kept]))
    alphabet = _gather(folded, codes[kept][in_order], rows[kept], len(names))
    keys = _gather(skeleton, codes[telling], rows[telling], len(names))
    father = _gather(folded, codes[of_father], rows[of_father], len(names))
    return (
        pl.LazyFrame({"words": full, "sorted": alphabet, "keys": keys, "fathers": father})
        .select(
            full=pl.col("words").list.join(" "),
            joined=pl.col("words").list.join(""),
            sorted=pl.col("sorted").list.join(" "),
            k1=pl.col("keys").list.first(),
            kl=pl.col("keys").list.last(),
            father=pl.col("fathers").list.join(" "),
        )
        .with_columns(pl.when(pl.all() != "").then(pl.all()))
        .collect()
        .insert_column(3, _letters(folded, codes[kept], rows[kept], len(names)).alias("letters"))
    )


def _dictionary(flat: pl.Series) -> tuple[np.ndarray, pl.Series]:
    """Numbers of words and the words they stand for, the numbers in order of first appearance."""
    words = flat.unique(maintain_order=True).cast(pl.String)
    if len(words) == len(flat):
        return np.arange(len(flat), dtype=np.int64), words
    numbers = pl.DataFrame({"word": words.cast(pl.Categorical), "n": np.arange(len(words), dtype=np.int64)})
    codes = pl.DataFrame({"word": flat}).join(numbers, on="word", how="left", maintain_order="left")["n"]
    return codes.to_numpy(), words


def _gather(words: pl.Series, codes: np.ndarray, rows: np.ndarray, height: int) -> pl.Series:
    """One list of words for each row."""
    offsets = np.zeros(height + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=height), out=offsets[1:])
    values = words.gather(codes).to_arrow()
    # made from its buffer: converting from numpy would load pandas where it happens to be installed
    starts = pa.Array.from_buffers(pa.int64(), height + 1, [None, pa.py_buffer(offsets)])
    return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(starts, values.cast(pa.large_string()))))
