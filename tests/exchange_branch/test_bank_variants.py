"""However the bank's file looks: words are found, fees stand apart, other money and absurd amounts are refused."""

from datetime import date

import pytest

from payung.exchange.bank import read_statement
from payung.exchange.guard import UnreadableFile

CODE = "SG2701000011"
SWIFT = (
    ":20:X\n:25:1\n:28C:1/1\n:60F:C270201IDR90000000,\n:61:2702050205D16800,NTRF{ref}\n:86:{words}\n"
    ":62F:C270228IDR9000000,\n"
)
CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Ntry>{}<BookgDt>'
    "<Dt>2027-02-05</Dt></BookgDt>{}</Ntry></Stmt></BkToCstmrStmt></Document>"
)
OUT = '<Amt Ccy="IDR">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'


def part(inner):
    return f"<NtryDtls><TxDtls>{inner}</TxDtls></NtryDtls>"


def refs(tag, code=CODE):
    return part(f"<Refs><{tag}>{code}</{tag}></Refs>")


def swift(words, ref="NONREF"):
    return SWIFT.format(words=words, ref=ref)


def camt(inner, amount="16800.00", entry=""):
    return CAMT.format(OUT.format(amount) + entry, inner)


def lines(text):
    return [(line.amount, line.reference) for line in read_statement(text.encode(), name="koran.txt").lines]


BRI = "TGL_TRAN;DESK_TRAN;{};MUTASI_DEBET;MUTASI_KREDIT\n2027-02-05;NBMB;{};16800.00;0.00\n"
#: One payment of Rp16.800 whose code stands where banks put the payer's words.
WORDS = {
    "?20 to ?21": swift("020?00PEMINDAHBUKUAN?20IURAN SG2701000011?21BULAN SATU?32BPJS"),
    "?20 split": swift("166?00TRF?20IURAN SG2701?21000011?30BMRI"),
    "?29": swift("166?00TRF?20A?21B?22C?23D?24E?25F?26G?27H?28I?29SG2701000011"),
    "?60": swift("166?00TRF?20IURAN?60KODE SG2701000011"),
    "?00": swift("166?00SG2701000011?20IURAN"),
    "SVWZ": swift("166?00TRF?20SVWZ+IURAN SG2701000011?21EREF+NOTPROVIDED"),
    "EREF": swift("166?00TRF?20EREF+SG2701000011?21SVWZ+IURAN"),
    "?35": swift("166?00TRF?20IURAN?34000?35SG2701000011"),
    "several lines": swift("166?00TRF?20IURAN BPJS\n?21SG2701\n000011"),
    "customer reference": swift("IURAN", ref=f"{CODE}//X"),
    "bank reference": swift("IURAN", ref=f"NONREF//{CODE}"),
    "supplementary": swift("IURAN", ref=f"NONREF\n{CODE}"),
    "very long": swift("\n".join(["X" * 60] * 6 + [CODE])),
    "TRREMK": BRI.format("TRREMK", CODE),
    "REMARK_CUSTOM": BRI.format("REMARK_CUSTOM", f"BPJS {CODE}"),
    "KODE_BILLING": BRI.format("KODE_BILLING", CODE),
    "Berita Acara": BRI.format("Berita Acara", CODE),
    "no header": BRI.format("", CODE),
    "unknown header": BRI.format("KOLOM 7", CODE),
    "beside a kind": f"Tanggal;Jenis Transaksi;Debet;Kredit\n05/02/2027;TRF {CODE};16.800;0\n",
    "EndToEndId": camt(refs("EndToEndId")),
    "InstrId": camt(refs("InstrId")),
    "TxId": camt(refs("TxId")),
    "PmtInfId": camt(refs("PmtInfId")),
    "PmtInfId of the batch": camt(f"<NtryDtls><Btch><PmtInfId>{CODE}</PmtInfId></Btch><TxDtls/></NtryDtls>"),
    "NtryRef": camt(part(""), entry=f"<NtryRef>{CODE}</NtryRef>"),
    "Ustrd": camt(part(f"<RmtInf><Ustrd>IURAN {CODE}</Ustrd></RmtInf>")),
    "Strd": camt(part(f"<RmtInf><Strd><CdtrRefInf><Ref>{CODE}</Ref></CdtrRefInf></Strd></RmtInf>")),
    "AddtlRmtInf": camt(part(f"<RmtInf><Strd><AddtlRmtInf>{CODE}</AddtlRmtInf></Strd></RmtInf>")),
    "RfrdDocInf": camt(part(f"<RmtInf><Strd><RfrdDocInf><Nb>{CODE}</Nb></RfrdDocInf></Strd></RmtInf>")),
    "AddtlNtryInf": camt(f"<AddtlNtryInf>{CODE}</AddtlNtryInf>"),
}


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS.keys())
def test_the_payers_words_are_read_wherever_they_stand(text):
    [(amount, reference)] = lines(text)
    assert amount == 16_800
    assert CODE in reference.replace(" ", "")


HEAD = "Tanggal;Keterangan;Debet;Kredit\n"
ROW = "05/02/2027;IURAN SG2701000011;{};0\n"
FOREIGN = {
    "column Ccy": "Acc;Ccy;PostDate;Remarks;Credit Amount;Debit Amount\n1;USD;16 February 2027 09:34:53;X;0.00;5.00\n",
    "column Mata Uang": "Tanggal;Mata Uang;Keterangan;Debet;Kredit\n05/02/2027;SGD;X;5;0\n",
    "column Valuta": "Tanggal;Valuta;Keterangan;Debet;Kredit\n05/02/2027;EUR;X;5;0\n",
    "column Currency, in words": "Tanggal;Currency;Keterangan;Debet;Kredit\n05/02/2027;US DOLLAR;X;5;0\n",
    "second row": "Tanggal;Ccy;Keterangan;Debet;Kredit\n05/02/2027;IDR;X;5.000;0\n06/02/2027;MYR;X;5;0\n",
    "above": "Mata Uang : USD\n" + HEAD + ROW.format("5.000"),
    "above, two cells": "Mata uang;Dolar AS\n" + HEAD + ROW.format("5.000"),
    "above, without a label": "Rekening Giro USD 149000;;;\n" + HEAD + ROW.format("5.000"),
    "header": "Tanggal;Keterangan;Debet (USD);Kredit (USD)\n" + ROW.format("5.000"),
    "header, bare": "Tanggal;Keterangan;Debet USD;Kredit USD\n" + ROW.format("5.000"),
    "amount $": HEAD + ROW.format('"$1,000.00"'),
    "amount US$": HEAD + ROW.format("US$1000"),
    "amount USD": HEAD + ROW.format("USD 1.000"),
    "amount, behind": HEAD + ROW.format("1.000 SGD"),
    "amount RM": HEAD + ROW.format("RM 1.000"),
    "second table": HEAD + ROW.format("5.000") + "Mata Uang: JPY\n" + HEAD + ROW.format("5.000"),
    "balance line": HEAD + "Saldo awal, mata uang USD;;;\n" + ROW.format("5.000"),
    **{
        f"kind of account: {kind}": f"{kind}\n{HEAD}" + ROW.format("5.000")
        for kind in (
            "Rekening Giro Dolar AS",
            "Jenis Rekening;Giro Dolar",
            "Produk : Tabungan US$",
            "Tabungan Dollar 14900",
            "Giro Valas 0149000",
            "Rekening;Giro Euro",
            "Nama Produk: Tahapan Dolar Singapura",
            "Giro Yen Jepang",
            "Account Type: Current Account Ringgit",
            "Taplus Valuta Asing",
            "Nama : PT YUAN JAYA;Jenis : Giro Yuan",
            "Jenis Rekening : GIRO - US DOLLAR",
            "Saldo Awal (Dolar Australia) 5.000",
        )
    },
    "columns in words": "Tanggal;Keterangan;Debet (Dolar AS);Kredit (Dolar AS)\n" + ROW.format("5.000"),
    "second account of another kind": HEAD
    + ROW.format("5.000")
    + "Jenis Rekening: Giro Dolar AS\n"
    + HEAD
    + ROW.format("5.000"),
    "swift": swift("X").replace("IDR", "USD"),
    "camt": camt(part("")).replace('Ccy="IDR"', 'Ccy="USD"'),
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN.keys())
def test_another_currency_is_refused(text):
    with pytest.raises(UnreadableFile) as refused:
        lines(text)
    assert any(
        word in refused.value.message_id + refused.value.message_en for word in ("mata uang", "currency")
    )


@pytest.mark.parametrize(
    "text",
    [
        "Mata Uang : IDR\n" + HEAD + ROW.format("16.800"),
        "Tanggal;Mata Uang;Keterangan;Debet;Kredit\n05/02/2027;IDR;X;16.800;0\n",
        "Tanggal;Ccy;Keterangan;Debet;Kredit\n05/02/2027;Rp;X;16.800;0\n",
        "Tanggal;Valuta;Keterangan;Debet;Kredit\n05/02/2027;05/02/2027;X;16.800;0\n",
        "Tanggal;Keterangan;Debet (IDR);Kredit (IDR)\n" + ROW.format("Rp16.800,-"),
        "Tanggal;Keterangan;Debet IDR;Kredit IDR\n" + ROW.format("IDR 16,800.00"),
        "Kurs USD/IDR 16.250\n" + HEAD + ROW.format("16.800"),
        "Rekening Giro 149000 a.n. CV DOLAR JAYA\n" + HEAD + ROW.format("16.800"),
        "Nama Rekening : YENI EUROPA;Jenis Rekening : Giro\n" + HEAD + ROW.format("16.800"),
        "Tabungan Rupiah, tidak berlaku bagi Tabungan Dolar\n" + HEAD + ROW.format("16.800"),
        HEAD + ROW.format("16.800") + ";REK TOKO DOLAR JAYA;;\n",
        HEAD + "05/02/2027;BELI USD 100;16.800;0\n",
    ],
)
def test_rupiah_is_read(text):
    assert [amount for amount, _ in lines(text)] == [16_800]


SWAPPED = "Tanggal;Keterangan;Kredit;Debet\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "05/02/2027;A;16.800;0\n" + SWAPPED + "06/02/2027;B;500;0\n",
        SWAPPED + "05/02/2027;A;0;16.800\n" + HEAD + "06/02/2027;B;0;500\n",
        HEAD + "05/02/2027;A;16.800;0\nHalaman 2;;;\n;;;\n" + SWAPPED + "06/02/2027;B;500;0\n",
        HEAD + "05/02/2027;A;16.800;0\n" + HEAD + "06/02/2027;B;0;500\n",
        HEAD + "05/02/2027;A;16.800;0\nKeterangan;Tanggal;Kredit;Debet\nB;06/02/2027;500;0\n",
        HEAD + "05/02/2027;A;16.800;0\nTanggal;Keterangan;Jumlah;D/K\n06/02/2027;B;500;K\n",
        "Tanggal;Keterangan;Jumlah;D/K\n05/02/2027;A;16.800;D\n" + SWAPPED + "06/02/2027;B;500;0\n",
        HEAD
        + "05/02/2027;A;16.800;0\nTotal;;16.800;0\n\nPeriode 02/2027\n"
        + SWAPPED
        + "06/02/2027;B;500;0\n",
        "Rekening 1\n" + HEAD + "05/02/2027;A;16.800;0\nRekening 2\n" + SWAPPED + "06/02/2027;B;500;\n",
        "Date;Description;Debit;Credit\n05/02/2027;A;16800;0\nDate;Description;Credit;Debit\n06/02/2027;B;500;0\n",
    ],
)
def test_a_second_header_is_followed(text):
    assert [amount for amount, _ in lines(text)] == [16_800, -500]


CHARGED = "<Chrgs><Amt Ccy='IDR'>2500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>"
RECORDS = "<Chrgs><Rcrd><Amt Ccy='IDR'>2000</Amt></Rcrd><Rcrd><Amt Ccy='IDR'>500</Amt></Rcrd></Chrgs>"
TX = "<AmtDtls><TxAmt><Amt Ccy='IDR'>16800.00</Amt></TxAmt></AmtDtls>"
IDS = f"<Refs><EndToEndId>{CODE}</EndToEndId></Refs>"


@pytest.mark.parametrize(
    "text",
    [
        camt(part(IDS + TX + CHARGED), "19300.00"),
        camt(part(IDS + TX) + CHARGED, "19300.00"),
        camt(part(IDS + TX + RECORDS), "19300.00"),
        camt(part(IDS + "<Amt Ccy='IDR'>19300</Amt>" + TX + CHARGED), "19300.00"),
        camt(part(IDS + "<Amt Ccy='IDR'>16800</Amt>" + CHARGED), "19300.00"),
        camt(part(IDS + CHARGED), "19300.00"),
        camt(part(IDS), "19300.00", entry=CHARGED),
        camt(part(IDS + TX + CHARGED), "19300.00", entry=CHARGED),
        camt(
            part(IDS + TX + "<Chrgs><TtlChrgsAndTaxAmt Ccy='IDR'>2500</TtlChrgsAndTaxAmt></Chrgs>"),
            "19300.00",
        ),
        camt(part(IDS + TX), "19300.00"),
    ],
)
def test_the_transaction_pays_and_the_charge_stands_apart(text):
    (paid, words), (fee, of_fee) = lines(text)
    assert (paid, fee) == (16_800, 2_500)
    assert CODE in words
    assert CODE not in of_fee


def test_a_charge_that_is_not_in_the_amount_changes_nothing():
    assert [amount for amount, _ in lines(camt(part(IDS + TX + CHARGED)))] == [16_800]
    beside = CHARGED.replace("</CdtDbtInd>", "</CdtDbtInd><ChrgInclInd>false</ChrgInclInd>")
    assert [amount for amount, _ in lines(camt(part(IDS + beside)))] == [16_800]


def test_a_batch_with_charges_pays_its_parts():
    two = "".join(f"<TxDtls>{IDS}<Amt Ccy='IDR'>{amount}</Amt></TxDtls>" for amount in (16_800, 33_600))
    read = lines(camt(f"<NtryDtls>{two}</NtryDtls>{CHARGED}", "52900"))
    assert [amount for amount, _ in read] == [16_800, 33_600, 2_500]
    with pytest.raises(UnreadableFile):
        lines(camt(f"<NtryDtls>{two}</NtryDtls>{CHARGED}", "52901"))


ABSURD = ["1e99999999", "1e9", "Infinity", "-Infinity", "NaN", "sNaN", "9" * 25, "9" * 5_000, "1" + "0" * 18, "0x10",
          "1_000", "١٢٣", "1.000.000", "16800,00", "--5", ""]  # fmt: skip


@pytest.mark.parametrize("amount", ABSURD, ids=range(len(ABSURD)))
def test_an_absurd_amount_is_refused_with_a_sentence(amount):
    for text in (camt("", amount), camt(part(f"<Amt Ccy='IDR'>{amount}</Amt>")) if amount else camt("", "")):
        with pytest.raises(UnreadableFile) as refused:
            lines(text)
        assert len(refused.value.message_id) < 500


@pytest.mark.parametrize("amount", ["9" * 25, "9" * 5_000, "1e9", "1e999999", "Infinity", "NaN", "5 juta"])
def test_an_absurd_amount_in_a_table_is_refused_with_a_sentence(amount):
    with pytest.raises(UnreadableFile):
        lines(HEAD + f"05/02/2027;X;{amount};0\n")


def test_signs_that_no_database_keeps_and_cells_beyond_all_bounds():
    assert lines(" " * 5_000 + "\n" + HEAD + "05/02/2027;IURAN\x00 SG\x07X;16.800;0\n") == [
        (16_800, "IURAN SG X")
    ]
    with pytest.raises(UnreadableFile):
        lines(HEAD + f"05/02/2027;{'x' * 140_000};16.800;0\n")


@pytest.mark.parametrize(
    ("rows", "amounts"),
    [
        ("05/02/2027;A;-16.800;0\n06/02/2027;B;-500;0\n", [16_800, 500]),
        ("05/02/2027;A;16.800;0\n06/02/2027;B;-500;0\n", [16_800, -500]),
        ("05/02/2027;A;16.800;0\n06/02/2027;B;(500,00);0\n", [16_800, -500]),
        ("05/02/2027;A;16.800;0\n06/02/2027;B;500-;0\n", [16_800, -500]),
        ("05/02/2027;A;16.800,-;0\n06/02/2027;B;500,-;0\n", [16_800, 500]),
        ("05/02/2027;A;0;16.800\n06/02/2027;B;0;-500\n", [-16_800, 500]),
        ("05/02/2027;KOREKSI A;-16.800;0\n", [-16_800]),
        ("05/02/2027;A;-16.800;0\n", [16_800]),
        ("05/02/2027;A;-16.800;-\n06/02/2027;B;-;-500\n", [16_800, -500]),
        ("05/02/2027;A;Rp16.800;Rp0\n06/02/2027;B;-Rp500;Rp0\n", [16_800, -500]),
    ],
)
def test_a_minus_turns_the_direction_only_where_the_column_knows_both(rows, amounts):
    assert [amount for amount, _ in lines(HEAD + rows)] == amounts


def test_swift_reversals_go_the_other_way_and_are_marked():
    text = "".join(f":61:2702050205{mark}500,{kind}NONREF\n:86:X\n" for mark, kind in
                   (("RD", "NTRF"), ("RC", "NTRF"), ("C", "NRTI"), ("D", "NTRF"), ("rd", "NTRF")))  # fmt: skip
    read = read_statement(
        f":20:X\n:25:1\n:28C:1/1\n:60F:C270201IDR9,\n{text}:62F:C270228IDR9,\n".encode()
    ).lines
    assert [(line.amount, line.returned) for line in read] == [
        (-500, True),
        (500, True),
        (-500, True),
        (500, False),
        (-500, True),
    ]
    assert read[0].day == date(2027, 2, 5)
