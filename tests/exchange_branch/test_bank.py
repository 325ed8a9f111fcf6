"""Bank statements as banks write them, and payments that find their bills without guessing."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.exchange.bank import read_statement
from payung.exchange.guard import UnreadableFile
from payung.exchange.settling import OpenBill, OpenPayment, settle

DAY = date(2027, 2, 5)
DUE = date(2027, 2, 15)
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Ntry><Amt Ccy="IDR">16800.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2027-02-05</Dt></BookgDt>
<NtryDtls><TxDtls><RmtInf><Ustrd>IURAN SG2701000011</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="IDR">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2027-02-06</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
MT940 = """:20:START
:25:0110022003300
:28C:00001/001
:60F:C270201IDR5000000000,
:61:2702050205D16800,NTRFNONREF
:86:IURAN SG2701000011
:61:2702060206C500,NTRFNONREF
:86:PENGEMBALIAN
:62F:C270228IDR4983200000,
"""


def facts(content, **kwargs):
    return [(line.day, line.amount, line.reference) for line in read_statement(content, **kwargs).lines]


def test_the_three_formats_tell_the_same():
    table = "Tanggal;Keterangan;Debet;Kredit\r\n05/02/2027;IURAN SG2701000011;16.800,00;0,00\r\n06/02/2027;;0;500,00"
    expected = [(DAY, 16_800), (date(2027, 2, 6), -500)]
    for text, name in ((table, "csv"), (MT940, "mt940"), (CAMT, "camt053")):
        read = read_statement(text.encode())
        assert read.format == name
        assert [(line.day, line.amount) for line in read.lines] == expected
        assert "SG2701000011" in read.lines[0].reference


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("05/02/2027,IURAN,16.800,DB", 16_800),
        ('05/02/2027,IURAN,"16,800.00 DB",', 16_800),
        ('05/02/2027,IURAN,"1.016.800,00","DB"', 1_016_800),
        ('2027-02-05,IURAN,"16,800.00",CR', -16_800),
        ("5 Feb 2027,IURAN,-16800,", 16_800),
    ],
)
def test_one_amount_column_with_a_sign_beside_it(written, amount):
    content = f"Tanggal,Keterangan,Jumlah,DB/CR\n{written}\nSaldo akhir,,1,\n".encode()
    assert facts(content) == [(DAY, amount, "IURAN")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_wrong_encoding_does_not_hide_a_payment(encoding):
    text = "Tanggal;Keterangan;Debet;Kredit\r\n05/02/2027;DESA SÉBATIK – IURAN;16.800,00;0\r\n"
    assert facts(text.encode(encoding))[0][:2] == (DAY, 16_800)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04rest",
        b"a,b\n1,2\n",
        b"Tanggal;Debet;Kredit\n05/02/2027;banyak;0\n",
        b"Tanggal;Debet;Kredit\n35/13/2027;5;0\n",
        b"<Document>camt.053 <!DOCTYPE x></Document>",
        b'<?xml version="1.0"?><Document xmlns="camt.053"><Ntry>',
        b":20:X\n:61:nonsense\n",
        MT940.replace("IDR", "USD").encode(),
    ],
)
def test_what_cannot_be_read_whole_is_refused_with_a_sentence(content):
    with pytest.raises(UnreadableFile) as refused:
        read_statement(content, name="koran.csv")
    assert "koran.csv" in refused.value.message_id


#: One payment of Rp16.800 on 5 February and Rp500 back on the 6th, as banks export them.
EXPORTS = {
    "BCA": """"Informasi Rekening - Mutasi Rekening"
"No. rekening : 0511234567"
"Periode : 01/02/2027 - 28/02/2027"
"Tanggal Transaksi","Keterangan","Cabang","Jumlah","Saldo"
"05/02","TRSF E-BANKING DB 0502 BPJSTK SG2701000011","0000","16,800.00 DB","4,983,200.00"
"06/02","KR OTOMATIS PENGEMBALIAN","0000","500.00 CR","4,983,700.00"
"PEND","BIAYA ADM","0000","15,000.00 DB","4,968,700.00"
"Saldo Awal : 5,000,000.00"
""",
    "BCA, sign in a column without a header": """Tanggal,Keterangan,Cabang,Jumlah,,Saldo
'05/02/2027,TRSF E-BANKING DB SG2701000011,'0000,16800.00,DB,4983200.00
'06/02/2027,KR OTOMATIS,'0000,500.00,CR,4983700.00
Saldo Awal,=,5000000.00
""",
    "Mandiri": """Account No,Date,Val. Date,Transaction Code,Description,Description,Reference No.,Debit,Credit,
1480012345678,05/02/27,05/02/27,7001,BPJSTK IURAN,SG2701000011,,"16,800.00",".00",
1480012345678,06/02/27,06/02/27,7001,PENGEMBALIAN,,,".00","500.00",
""",
    "Mandiri, with a clock": """No;Tanggal;Keterangan;Dana Masuk (IDR);Dana Keluar (IDR);Saldo (IDR)
1;05 Feb 2027 10:22:31 WITA;Transfer BPJSTK SG2701000011;;16.800,00;4.983.200,00
2;06 Feb 2027;PENGEMBALIAN;500,00;;4.983.700,00
""",
    "BNI": """Post Date,Value Date,Branch,Journal No.,Description,Amount,Db/Cr,Balance
05/02/2027 10.11.12,05/02/2027,TARAKAN,123456,"TRANSFER KE BPJSTK SG2701000011","16,800.00",D,"4,983,200.00"
06/02/2027 09.00.00,06/02/2027,TARAKAN,123457,PENGEMBALIAN,500.00,C,"4,983,700.00"
""",
    "BRI, cash management": """NOREK;TGL_TRAN;TGL_EFEKTIF;JAM;DESK_TRAN;SALDO_AWAL_MUTASI;MUTASI_DEBET;MUTASI_KREDIT
0011;2027-02-05 00:00:00;2027-02-05;101112;IBIZ BPJSTK SG2701000011;5000000.00;16800.00;0.00
0011;2027-02-06 00:00:00;2027-02-06;101112;PENGEMBALIAN;4983200.00;0.00;500.00
""",
    "BRI": """TANGGAL,TRANSAKSI,DEBET,KREDIT,SALDO
05/02/27,IBIZ BPJSTK,"16,800.00",0.00,"4,983,200.00"
,SG2701000011,,,
06/02/27,PENGEMBALIAN,0.00,500.00,"4,983,700.00"
""",
    "regional": """Tanggal;Kode;Uraian;Debit (Rp);Kredit (Rp);Saldo (Rp)
05-Feb-2027;TRF;IURAN BPJS TK SG2701000011;16.800;0;4.983.200
06-Feb-2027;TRF;PENGEMBALIAN;0;500;4.983.700
""",
    "minus for money out": """Tanggal;Keterangan;Jumlah
05/02/2027;IURAN SG2701000011;(16.800,00)
06/02/2027;PENGEMBALIAN;500,00
""",
}


@pytest.mark.parametrize("text", EXPORTS.values(), ids=EXPORTS.keys())
def test_statements_as_indonesian_banks_export_them(text):
    lines = read_statement(text.encode()).lines
    assert [(line.day, line.amount) for line in lines] == [(DAY, 16_800), (date(2027, 2, 6), -500)]
    assert "SG2701000011" in lines[0].reference


@pytest.mark.parametrize(
    "rows",
    [
        "Tanggal;Keterangan;Jumlah\n05/02/2027;IURAN;16.800\n",
        "Tanggal;Keterangan;Jumlah;D/K\n05/02/2027;IURAN;16.800;D\n06/02/2027;IURAN;16.800;\n",
        "Tanggal;Keterangan;Debet;Kredit\n05/02;IURAN;16.800;0\n",
        "Tanggal;Keterangan;Debet;Kredit\n05/02/2027;IURAN;16.8;0\n",
    ],
)
def test_a_direction_a_year_or_an_amount_that_is_not_said_is_not_guessed(rows):
    with pytest.raises(UnreadableFile):
        read_statement(rows.encode())


def test_mt940_subfields_do_not_split_a_code():
    split = MT940.replace("IURAN SG2701000011", "?20IURAN SG2701?21000011")
    assert facts(split.encode())[0][2] == "IURAN SG2701000011"


def camt(entry):
    head = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Ntry>'
    return f"{head}{entry}</Ntry></Stmt></BkToCstmrStmt></Document>".encode()


def test_a_camt_batch_is_opened_into_its_parts_and_pending_ones_wait():
    day = (
        "<CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>{}</Cd></Sts><BookgDt><DtTm>2027-02-05T09:00:00</DtTm></BookgDt>"
    )
    part = "<TxDtls><Amt Ccy='IDR'>{}</Amt><Refs><EndToEndId>{}</EndToEndId></Refs></TxDtls>"
    batch = part.format(16800, "SG2701000011") + part.format(33600, "SG2701000029")
    whole = "<Amt Ccy='IDR'>{}</Amt>{}<NtryDtls>{}</NtryDtls><AddtlNtryInf>IURAN</AddtlNtryInf>"
    assert facts(camt(whole.format(50400, day.format("BOOK"), batch))) == [
        (DAY, 16_800, "SG2701000011 IURAN"),
        (DAY, 33_600, "SG2701000029 IURAN"),
    ]
    assert facts(camt(whole.format(50400, day.format("PDNG"), batch))) == []
    for wrong in (
        whole.format(50401, day.format("BOOK"), batch),
        whole.replace("IDR", "USD").format(1, day, ""),
    ):
        with pytest.raises(UnreadableFile):
            read_statement(camt(wrong))


def bill(number, amount, fund=1, payer="Pemerintah Desa Sepala"):
    return OpenBill(number, f"SD27010000{number:02d}", amount, DUE, fund, payer)


def pay(number, amount, text, day=DAY):
    return OpenPayment(number, day, amount, text)


def given_to(outcome):
    return sorted((one.payment_id, one.bill_id, one.amount, one.by) for one in outcome.allocations)


def test_by_code_also_when_it_is_broken_by_spaces():
    outcome = settle([pay(1, 100, "BPJSTK/SD27 0100 0001/DESA")], [bill(1, 100), bill(2, 100)])
    assert given_to(outcome) == [(1, 1, 100, "code")]


def test_in_parts_and_more_than_needed():
    outcome = settle([pay(1, 60, "SD2701000001 TAHAP 1"), pay(2, 60, "SD2701000001 TAHAP 2")], [bill(1, 100)])
    assert given_to(outcome) == [(1, 1, 60, "code"), (2, 1, 40, "code")]
    assert [(one.payment_id, one.fund_id, one.amount) for one in outcome.excess] == [(2, 1, 20)]


def test_one_payment_for_two_bills_of_one_payer():
    bills = [bill(1, 100), bill(2, 70, fund=2), bill(3, 50, fund=3, payer="PT Lain")]
    outcome = settle([pay(1, 170, "IURAN DESA SD2701000001 DAN LAIN")], bills)
    assert given_to(outcome) == [(1, 1, 100, "code"), (1, 2, 70, "together")]
    assert not outcome.excess


def test_a_code_one_digit_off_needs_the_exact_amount():
    assert given_to(settle([pay(1, 100, "KODE SD2701009001")], [bill(1, 100), bill(2, 70)])) == [
        (1, 1, 100, "near_code")
    ]
    assert settle([pay(1, 99, "KODE SD2701009001")], [bill(1, 100)]).unmatched == [1]


def test_without_a_code_by_amount_date_and_payer():
    bills = [bill(1, 100), bill(2, 100, fund=2, payer="PT Sawit Lestari")]
    outcome = settle([pay(1, 100, "SETORAN IURAN JAMSOSTEK PT SAWIT LESTARI")], bills)
    assert given_to(outcome) == [(1, 2, 100, "amount")]
    assert settle([pay(1, 100, "SETORAN IURAN")], bills).unmatched == [1], "two bills fit: nobody guesses"
    late = [pay(1, 100, "PT SAWIT LESTARI", date(2027, 9, 1))]
    assert settle(late, bills).unmatched == [1]
    assert settle([pay(1, 15_000, "BIAYA ADM")], bills).unmatched == [1]


def test_a_bill_paid_already_makes_its_second_payment_excess():
    outcome = settle([pay(1, 100, "SD2701000009")], [bill(1, 100)], [("SD2701000009", 7)])
    assert [(one.fund_id, one.amount) for one in outcome.excess] == [(7, 100)]


def test_a_payment_for_a_bill_not_yet_approved_waits_for_it():
    outcome = settle([pay(1, 100, "IURAN DESA SEPALA SD2701000009")], [bill(1, 100)], (), ["SD2701000009"])
    assert outcome.unmatched == [1]
    assert not outcome.allocations


def test_coded_payments_come_first_whatever_the_order_of_the_file():
    payments = [pay(1, 100, "SETORAN IURAN"), pay(2, 100, "SD2701000001")]
    for order in permutations(payments):
        outcome = settle(list(order), [bill(1, 100)])
        assert given_to(outcome) == [(2, 1, 100, "code")]
        assert outcome.unmatched == [1]


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 8)), max_size=8),
)
def test_money_is_neither_made_nor_lost(opens, paid):
    bills = [bill(n, amount, fund=n % 3, payer=f"Desa {n % 2}") for n, amount in enumerate(opens, 1)]
    payments = [
        pay(n, amount, f"IURAN {bills[at % len(bills)].code}" if at < 6 else "IURAN DESA")
        for n, (amount, at) in enumerate(paid, 1)
    ]
    outcome = settle(payments, bills)
    for one in bills:
        assert sum(a.amount for a in outcome.allocations if a.bill_id == one.id) <= one.open
    for one in payments:
        used = sum(a.amount for a in outcome.allocations if a.payment_id == one.id)
        used += sum(e.amount for e in outcome.excess if e.payment_id == one.id)
        assert used == one.open if one.id not in outcome.unmatched else used <= one.open
    assert all(a.amount > 0 for a in outcome.allocations)


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (DUE - timedelta(days=61), False),
        (DUE - timedelta(days=60), True),
        (DUE + timedelta(days=45), True),
        (DUE + timedelta(days=46), False),
    ],
)
def test_a_payment_without_its_code_may_come_sixty_days_before_and_forty_five_after(day, fits):
    outcome = settle([pay(1, 100, "IURAN DESA SEPALA", day)], [bill(1, 100)])
    assert [one.payment_id for one in outcome.allocations] == ([1] if fits else [])


LESTARI, MAKMUR = "PT Sawit Lestari", "PT Sawit Makmur"


@pytest.mark.parametrize(
    ("text", "amount", "bills", "given"),
    [
        # a part, or more, of a bill that nothing names
        ("IURAN DESA SEPALA", 99, [bill(1, 100)], []),
        ("IURAN DESA SEPALA", 101, [bill(1, 100)], []),
        # no word about contributions, or of the payer
        ("TRANSFER", 100, [bill(1, 100)], []),
        ("IURAN", 100, [bill(1, 100)], [(1, 1, 100, "amount")]),
        ("IURAN", 100, [bill(1, 100), bill(2, 100, 2)], []),
        # one word of a name is not the name
        ("IURAN SAWIT", 100, [bill(1, 100, 1, LESTARI), bill(2, 100, 2, MAKMUR)], []),
        ("SAWIT MAKMUR", 100, [bill(1, 100, 1, LESTARI), bill(2, 100, 2, MAKMUR)], [(1, 2, 100, "amount")]),
        ("SAWIT MAKMUR LESTARI", 100, [bill(1, 100, 1, LESTARI), bill(2, 100, 2, MAKMUR)], []),
        # a code one sign off that is as near to another's
        ("SD2701000003", 100, [bill(1, 100), bill(2, 100, 2)], []),
        ("SD2701000003", 100, [bill(1, 100), bill(2, 70, 2)], [(1, 1, 100, "near_code")]),
        # bills together: exactly what is left over, of the same payer, in their order
        ("SD2701000001", 170, [bill(1, 100), bill(2, 60)], [(1, 1, 100, "code")]),
        ("SD2701000001", 170, [bill(1, 100), bill(2, 80)], [(1, 1, 100, "code")]),
        (
            "SD2701000001",
            230,
            [bill(1, 100), bill(2, 60), bill(3, 70)],
            [(1, 1, 100, "code"), (1, 2, 60, "together"), (1, 3, 70, "together")],
        ),
        ("SD2701000001", 170, [bill(1, 100), bill(2, 70, 2, LESTARI)], [(1, 1, 100, "code")]),
    ],
)
def test_nothing_is_guessed(text, amount, bills, given):
    outcome = settle([pay(1, amount, text)], bills)
    assert given_to(outcome) == given
    kept = sum(one.amount for one in outcome.excess)
    assert kept + sum(rupiah for _, _, rupiah, _ in given) == (0 if outcome.unmatched else amount)


def test_what_two_funds_bills_leave_over_is_neither_funds_excess():
    bills = [bill(1, 100), bill(2, 70, fund=2)]
    outcome = settle([pay(1, 200, "SD2701000001 SD2701000002")], bills)
    assert given_to(outcome) == [(1, 1, 100, "code"), (1, 2, 70, "code")]
    assert (outcome.excess, outcome.unmatched) == ([], [1])
    outcome = settle([pay(1, 120, "SD2701000001 SD2701000009")], bills[:1], [("SD2701000009", 2)])
    assert (outcome.excess, outcome.unmatched) == ([], [1]), "a code of a paid bill names its fund too"
    outcome = settle([pay(1, 200, "SD2701000001 SD2701000002")], [bill(1, 100), bill(2, 70)])
    assert [(one.fund_id, one.amount) for one in outcome.excess] == [(1, 30)]
