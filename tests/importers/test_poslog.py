"""POSLog and Digital Receipts: sales, returns and exchanges, voided lines, rewards and taxes beside the lines."""

from pathlib import Path

import pytest

from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.importers.rejects import RejectsFile
from tests.importers.conftest import collect, told_by
from tests.importers.shops import FORMATS, rejects

DAY = FORMATS / "poslog" / "poslog.xml"
RECEIPTS = FORMATS / "poslog" / "receipts.xml"
PROFILE = "poslog"


def goods(amount, kind="Sale", void="", more="", quantity="1", sku="tea"):
    """One line; void: what VoidFlag says, if it stands there."""
    flag = f' VoidFlag="{void}"' if void else ""
    return (
        f"<LineItem{flag}><{kind}><ItemID>{sku}</ItemID><ExtendedAmount>{amount}</ExtendedAmount>"
        f"<Quantity>{quantity}</Quantity>{more}</{kind}></LineItem>"
    )


def tender(amount, way="Cash", code="Sale"):
    """One payment."""
    return f'<LineItem><Tender TenderType="{way}" TypeCode="{code}"><Amount>{amount}</Amount></Tender></LineItem>'


def total(amount, kind="TransactionGrandAmount"):
    """One total."""
    return f'<Total TotalType="{kind}">{amount}</Total>'


NOON = "<EndDateTime>2026-12-02T12:00:00</EndDateTime>"
KEY = {"RetailStoreID": "9", "WorkstationID": "3", "BusinessDayDate": "2026-12-02", "SequenceNumber": "7"}
CARD = "<LineItem><LoyaltyMembership><LoyaltyID Type='Membership'>100</LoyaltyID></LoyaltyMembership></LineItem>"


def parts(**key):
    """The parts of a key that are not empty, as elements."""
    return "".join(f"<{name}>{text}</{name}>" for name, text in (KEY | key).items() if text)


def sale(*inner, flags="", state="", at="<EndDateTime>2026-12-02T10:15:00</EndDateTime>", **key):
    """One transaction."""
    retail = f"<RetailTransaction {state}>{''.join(inner)}</RetailTransaction>"
    return f"<Transaction {flags}>{parts(**key)}{at}{retail}</Transaction>\n"


def written(*transactions):
    """A file of transactions."""
    path = Path("day.xml")
    path.write_text(f"<POSLog>\n{''.join(transactions)}</POSLog>", encoding="utf-8")
    return path


def outcome(measures, *transactions, profile=PROFILE):
    """(receipts, rejects, what was passed over) of transactions."""
    return told_by(written(*transactions), profile, measures)


def test_the_totals_of_the_sample_come_in(shop):
    """Grand totals of the sales, less the tax of one, less what came back."""
    report = shop.take(DAY, PROFILE)
    assert report["total_minor"] == 356 + (1022 - 94) + 900 + 400 - 115 == 2_469
    assert (report["receipts"], report["accepted"]) == (5, 5)
    assert "1 x ControlTransaction, 1 x cancelled transaction" in shop.told
    assert shop.take(DAY, PROFILE)["duplicate"] == 5
    assert shop.stored("kind, number, original IS NULL, total")[-1] == ("return", "9/3/2026-12-03/105", 0, 115)


def test_a_transaction_is_read_whole(measures):
    """Four parts of the key, store, till, operator, loyalty membership, weight, department, discount."""
    receipts, found = collect(open_receipts(DAY, load_profile(PROFILE), measures))
    read = receipts[0]
    assert found == []
    assert (read.number, read.shop, read.till, read.cashier, read.card) == ("9/3/2026-12-02/101", "9", "3", "94", "100")
    assert [line[1:] for line in read.lines] == [
        ("00000000067591", "APPLE", "6", "", 420, 126, 0),
        ("00852421006143", "LEMONADE", "29", "", 2000, 230, 20),
    ]
    assert read.payments == (("CreditDebit", None),)
    assert measures.calendar.iso(read.at) == "2026-12-02T09:00:00+03:00"


def test_digital_receipts_are_read(measures):
    """Units, a transaction id as the key, a link by it, offsets, a loyalty account; cash rounds off half a krona."""
    (bought, back), found = collect(open_receipts(RECEIPTS, load_profile(PROFILE), measures))
    assert found == []
    assert (bought.number, bought.shop, bought.till, bought.card) == ("cd5d49f0", "S-1", "65252", "100")
    assert [line[1:] for line in bought.lines] == [
        ("608794", "Bogserlina", "", "", 2000, 13_800, 2_000),
        ("608003", "Plastpåse", "", "", 1000, 150, 0),
    ]
    assert measures.calendar.iso(bought.at) == "2026-12-02T13:49:00+03:00"
    assert (back.kind, back.number, back.original) == ("return", "S-1/65252/2026-12-03/1240", "cd5d49f0")
    assert [line[5:] for line in back.lines] == [(1000, 6_900, 0)]


@pytest.mark.parametrize(
    "lines, grand, amounts",
    [
        ((goods("5.00"), goods("2.00", void="true")), "5.00", [500]),
        ((goods("5.00"), goods("2.00"), goods("2.00", void="1")), "5.00", [500, 200, -200]),
        ((goods("5.00"), goods("2.00"), goods("-2.00", void="true", quantity="-1")), "5.00", [500, 200, -200]),
        ((goods("5.00"), goods("2.00", void="false")), "7.00", [500, 200]),
    ],
)
def test_a_voided_line_does_not_count(measures, lines, grand, amounts):
    """Whether the line itself is marked or another one that stands against it: the total says."""
    (read,), found, _ = outcome(measures, sale(*lines, total(grand)))
    assert ([line.amount for line in read.lines], found) == (amounts, [])
    assert all((line.quantity < 0) == (line.amount < 0) for line in read.lines)


REWARD = (
    "<LineItem><LoyaltyReward {}='true'><RewardLevel>{}</RewardLevel><RewardCategory>{}</RewardCategory>"
    "<ExtendedRewardAmount>-1.00</ExtendedRewardAmount></LoyaltyReward></LineItem>"
)
DETAIL, SUMMARY = (REWARD.format(kind, "Transaction", "Monetary") for kind in ("detailedData", "summarizedActivity"))


@pytest.mark.parametrize(
    "rewards, grand, tax, amounts",
    [
        (DETAIL, "9.00", "", [(270, 30), (630, 70)]),
        (DETAIL + SUMMARY, "9.00", "", [(270, 30), (630, 70)]),
        (SUMMARY, "9.00", "", [(270, 30), (630, 70)]),
        (DETAIL, "10.00", "", [(300, 0), (700, 0)]),
        (DETAIL, "9.90", "0.90", [(270, 30), (630, 70)]),
        (DETAIL, "10.90", "0.90", [(300, 0), (700, 0)]),
        ("", "10.00", "0.90", [(300, 0), (700, 0)]),
        ("", "10.90", "0.90", [(300, 0), (700, 0)]),
        (REWARD.format("detailedData", "Item", "Monetary"), "9.00", "", []),
        (REWARD.format("detailedData", "Transaction", "CustomOffer"), "9.00", "", []),
    ],
)
def test_rewards_and_taxes_stand_beside_the_lines(measures, rewards, grand, tax, amounts):
    """What is taken off the whole goes to the lines by cost; a tax on top is no revenue; the total tells it."""
    taxed = total(tax, "TransactionTaxAmount") if tax else ""
    receipts, found, _ = outcome(measures, sale(goods("3.00"), goods("7.00"), rewards, total(grand), taxed))
    assert [line[6:] for read in receipts for line in read.lines] == amounts
    assert len(found) == (not amounts)


@pytest.mark.parametrize("amount", ["5.00", "-5.00"])
def test_a_return_is_positive_and_names_its_sale(measures, amount):
    """Makers write returns above zero and below it."""
    link = f"<TransactionLink ReasonCode='Return'>{parts(SequenceNumber='6')}</TransactionLink>"
    more = tender(amount, code="Refund")
    for at_line, at_all in ((link, ""), ("", link)):
        (read,), _, _ = outcome(measures, sale(goods(amount, "Return", more=at_line), more, total(amount), at_all))
        assert (read.kind, read.original, read.lines[0][5:]) == ("return", "9/3/2026-12-02/6", (1000, 500, 0))
        assert read.payments == (("Cash", None),)


def test_goods_brought_back_within_a_sale_go_against_it(measures):
    """An exchange is a sale while it brings money, and a return when it costs some; a sale names no original."""
    link = f"<TransactionLink>{parts(SequenceNumber='6')}</TransactionLink>"
    (bought,), _, _ = outcome(measures, sale(goods("5.00"), goods("2.00", "Return"), total("3.00"), link))
    assert (bought.kind, bought.original) == ("receipt", None)
    assert [line[5:] for line in bought.lines] == [(1000, 500, 0), (-1000, -200, 0)]
    (back,), _, _ = outcome(measures, sale(goods("2.00"), goods("5.00", "Return"), total("-3.00"), link))
    assert (back.kind, back.original) == ("return", "9/3/2026-12-02/6")
    assert [line[5:] for line in back.lines] == [(-1000, -200, 0), (1000, 500, 0)]


def test_links_of_other_reasons_are_none(measures):
    """A suspended receipt that was resumed at another till has a link as well."""
    link = f"<TransactionLink ReasonCode='Resume'>{parts(SequenceNumber='6')}</TransactionLink>"
    (read,), _, _ = outcome(measures, sale(goods("5.00", "Return"), link))
    assert (read.kind, read.original) == ("return", None)


@pytest.mark.parametrize(
    "quantity, thousandths",
    [
        ("<Quantity Units='2'>1</Quantity>", 2000),
        ("<Quantity Units='2'>2</Quantity>", 2000),
        ("<Quantity Units='1'>0.42</Quantity>", 420),
        ("<Quantity Units='3'/>", 3000),
        ("<Quantity>0.3333</Quantity>", 333),
        ("", 1000),
    ],
)
def test_quantities_are_pieces_or_weights(measures, quantity, thousandths):
    """Units count where the quantity says 1 or nothing."""
    line = f"<LineItem><Sale><ItemID>tea</ItemID><ExtendedAmount>5.00</ExtendedAmount>{quantity}</Sale></LineItem>"
    (read,), _, _ = outcome(measures, sale(line))
    assert read.lines[0].quantity == thousandths


@pytest.mark.parametrize(
    "account",
    [
        CARD,
        "<LoyaltyAccount><LoyaltyProgram><LoyaltyAccountID>100</LoyaltyAccountID></LoyaltyProgram></LoyaltyAccount>",
        "<LoyaltyAccount><LoyaltyAccountID>100</LoyaltyAccountID></LoyaltyAccount>",
        "<LineItem><LoyaltyAccount><LoyaltyAccountID>100</LoyaltyAccountID></LoyaltyAccount></LineItem>",
        "<Customer><LoyaltyAccount><LoyaltyAccountID>100</LoyaltyAccountID></LoyaltyAccount></Customer>",
    ],
)
def test_the_card_is_the_loyalty_account(measures, account):
    """Of the transaction, of its customer, or read in between the goods."""
    assert outcome(measures, sale(goods("5.00"), account))[0][0].card == "100"


def test_a_path_of_the_profile_goes_before(measures):
    """Where the till writes the card into a field of its own; attributes are named with @."""
    Path("till.yaml").write_text(
        "format: poslog\npaths: {card: RetailTransaction.Customer.CustomerID, category: MerchandiseHierarchy.@Level}\n"
    )
    customer = "<Customer><CustomerID Type='x'>777</CustomerID></Customer>"
    more = "<MerchandiseHierarchy Level='Department'>6</MerchandiseHierarchy>"
    (read,), _, _ = outcome(measures, sale(goods("5.00", more=more), CARD, customer), profile="till.yaml")
    assert (read.card, read.lines[0].category) == ("777", "Department")


def test_identities_of_goods(measures):
    """An item id is the article, a GTIN the barcode; without an item id the first identity is the article."""
    gtin = "<POSIdentity POSIDType='GTIN'><POSItemID>46000</POSItemID></POSIdentity>"
    group = "<POSIdentity POSIDType='mainGroup'><POSItemID>010300</POSItemID></POSIdentity>"
    line = f"<LineItem><Sale>{gtin}{group}<ExtendedAmount>5.00</ExtendedAmount></Sale></LineItem>"
    (read, other), _, _ = outcome(measures, sale(goods("5.00", more=gtin)), sale(line, SequenceNumber="8"))
    assert (read.lines[0].sku, other.lines[0].sku) == ("tea", "46000")


@pytest.mark.parametrize(
    "transaction, what",
    [
        ("<Transaction><ControlTransaction/></Transaction>", "ControlTransaction"),
        ("<Transaction><TenderControlTransaction/></Transaction>", "TenderControlTransaction"),
        ("<Transaction/>", "empty transaction"),
        (sale(goods("5.00"), flags="CancelFlag='true'"), "cancelled transaction"),
        (sale(goods("5.00"), flags="TrainingModeFlag='1'"), "training transaction"),
        (sale(goods("5.00"), state="VoidFlag='true'"), "voided transaction"),
        (sale(goods("5.00"), state="TransactionStatus='Suspended'"), "transaction with status Suspended"),
    ],
)
def test_what_is_no_sale_is_counted(measures, transaction, what):
    """Sign-ons, cash lifts, cancelled and suspended receipts are passed over by what they are."""
    assert outcome(measures, transaction) == ([], [], {what: 1})


def test_a_day_that_is_not_told_is_that_of_the_receipt(measures):
    """Digital receipts have no business day; the sequence begins anew all the same."""
    (read,), _, _ = outcome(measures, sale(goods("5.00"), BusinessDayDate=""))
    assert read.number == "9/3/2026-12-02/7"


LINKS = [f"<TransactionLink>{parts(SequenceNumber=number)}</TransactionLink>" for number in ("5", "6")]


@pytest.mark.parametrize(
    "broken, column, reason",
    [
        (sale(goods("5.00"), SequenceNumber=""), "receipt_id", "SequenceNumber is missing"),
        (sale(goods("5.00"), RetailStoreID=""), "receipt_id", "RetailStoreID is missing"),
        (sale(goods("5.00"), at=""), "at", "is not a day"),
        (sale(goods("5.00"), total("5.01")), "amount", "the lines come to 5.00, the receipt to 5.01"),
        (sale(goods("5,00")), "amount", "has a comma"),
        (sale(goods("")), "amount", "nothing is written here"),
        (sale(goods("5.00", quantity="0")), "quantity", "quantity is 0"),
        (sale(total("0.00")), "amount", "no lines"),
        (sale(goods("5.00", more="<ExtendedAmount>6</ExtendedAmount>")), "amount", "this stands 2 times"),
        (sale(goods("5.00", "Return"), *LINKS), "original_receipt_id", "more than one sale"),
        ("<Transaction><RetailTransaction/></Transaction>\n", "amount", "RetailTransaction"),
        (sale("<LineItem>text</LineItem>"), "amount", "no lines"),
    ],
)
def test_what_is_wrong_is_named(measures, broken, column, reason):
    """A transaction that cannot be trusted is rejected whole, with the field to mend and its line."""
    _, (reject,), _ = outcome(measures, sale(goods("5.00"), SequenceNumber="1"), broken)
    assert (reject.column, reject.line) == (column, 3)
    assert reason in reject.reason


def test_a_mended_reject_is_imported_again(shop):
    """What was mended in the errors file is known when the source sends it whole."""
    path = written(sale(goods("5.00"), CARD), sale(goods("7.005"), CARD, total("7.01"), SequenceNumber="8"))
    report = shop.mended(path, PROFILE, amount="7.01")
    (row,) = rejects("errors.csv")
    assert (row["receipt_id"], row["card"], row["reject_value"]) == ("9/3/2026-12-02/8", "100", "7.005")
    assert (report["accepted"], report["total_minor"]) == (1, 701)
    assert shop.take(written(sale(goods("7.01"), CARD, total("7.01"), SequenceNumber="8")), PROFILE)["duplicate"] == 1


@pytest.mark.parametrize("inner", [False, True])
def test_a_transaction_in_another_currency_is_rejected(measures, inner):
    """Also when its file of rejects is imported as it is, since the currency stands there."""
    told = "<CurrencyCode>SEK</CurrencyCode>"
    bad = sale(goods("5.00"), total("5.00"), told if inner else "", at=f"{'' if inner else told}{NOON}")
    good = sale(goods("5.00"), total("5.00"), SequenceNumber="8", at=f"<CurrencyCode>rub</CurrencyCode>{NOON}")
    measures = measures._replace(currency="RUB")
    receipts, (reject,), _ = outcome(measures, bad, good)
    assert [each.number for each in receipts] == ["9/3/2026-12-02/8"]
    assert (reject.column, reject.value, reject.code) == ("currency", "SEK", "bad_amount")
    reader = open_receipts(Path("day.xml"), load_profile(PROFILE), measures)
    with RejectsFile(Path("errors.csv"), reader) as errors:
        errors.write(reject)
    assert collect(open_receipts(Path("errors.csv"), load_profile("canonical"), measures))[1][0].value == "SEK"
