"""Rejects of documents, mended and imported again: the same receipts as those that the till sends."""

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.importers.shops import Shop, rejects

SHIPMENT = (
    "<Документ><Ид>d-1</Ид><Дата>2026-12-02</Дата><Время>{time}</Время><ХозОперация>Отпуск товара</ХозОперация>"
    "<Сумма>{total}</Сумма><Склады><Склад><Ид>{shop}</Ид></Склад></Склады><Товары><Товар><Ид>t</Ид>"
    "<Количество>1</Количество><Сумма>100.00</Сумма></Товар></Товары></Документ>"
)
RIGHT = {"time": "10:00:00", "total": "100.00", "shop": "Склад 1"}
OWN = "format: commerceml\nsource: exchange\ntimezone: Asia/Vladivostok\n"
MAPPED = "format: commerceml\nsource: [shop]\nstore_map: {Склад 1: main}\n"


def shipments(**more: str) -> str:
    """A file with one shipment."""
    text = SHIPMENT.format(**(RIGHT | more))
    Path("day.xml").write_text(f"<КоммерческаяИнформация>{text}</КоммерческаяИнформация>", encoding="utf-8")
    return "day.xml"


@pytest.mark.parametrize(
    "profile, wrong, cells",
    [
        ("commerceml", {"total": "99.00"}, {}),
        (OWN, {"total": "99.00"}, {}),
        (OWN, {"time": "10.00"}, {"at": "2026-12-02 10:00:00"}),
        (MAPPED, {"total": "99.00"}, {}),
        (MAPPED, {"shop": "Склад 2"}, {"shop": "Склад 1"}),
        (MAPPED, {"shop": "Склад 2"}, {"shop": "main"}),
    ],
)
def test_what_was_mended_is_what_the_source_sends(
    shop: Shop, profile: str, wrong: dict[str, str], cells: dict[str, str]
) -> None:
    """Its source, time zone and shop are those of the profile, so the whole document adds nothing."""
    if profile != "commerceml":
        Path("till.yaml").write_text(profile, encoding="utf-8")
        profile = "till.yaml"
    assert shop.mended(Path(shipments(**wrong)), profile, **cells)["accepted"] == 1
    mended = shop.stored("source, number, total, at, shop")
    report = shop.take(shipments(), profile)
    assert (report["accepted"], report["duplicate"], report["conflicts"]) == (0, 1, 0)
    assert shop.stored("source, number, total, at, shop") == mended


@pytest.mark.parametrize("encoding, delimiter", [("utf-8-sig", ","), ("cp1251", ";"), ("utf-8", "\t")])
def test_a_spreadsheet_may_save_the_errors_file_in_its_own_way(shop: Shop, encoding: str, delimiter: str) -> None:
    """Encoding and separators of the mended file are found."""
    shop.take(shipments(total="99.00"), "commerceml", "--errors", "errors.csv", status=5)
    rows = [row | {"name": "Чай зелёный крупнолистовой"} for row in rejects("errors.csv")]
    with Path("mended.csv").open("w", encoding=encoding, newline="") as stream:
        table = csv.DictWriter(stream, rows[0], delimiter=delimiter)
        table.writeheader()
        table.writerows(rows)
    assert shop.take("mended.csv", "commerceml")["accepted"] == 1


def test_what_is_still_wrong_is_rejected_again(shop: Shop) -> None:
    """The second errors file has the columns of the first, with the new reason."""
    shop.take(shipments(time="10.00"), "commerceml", "--errors", "errors.csv", status=5)
    shop.take("errors.csv", "commerceml", "--errors", "again.csv", status=5)
    (first,), (second,) = rejects("errors.csv"), rejects("again.csv")
    assert list(first) == list(second)
    assert (second["reject_file"], second["reject_code"]) == ("errors.csv", "bad_time")
    assert second["at"] == first["at"] == "2026-12-02 10.00"


def test_a_document_that_was_rejected_twice_is_not_one_of_twice_the_goods(shop: Shop) -> None:
    """Also where both stand in one line of the source: of the copies one must be left."""
    card = (
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Номер бонусной карты</Наименование>"
        "<Значение>999</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ>"
    )
    text = SHIPMENT.format(**RIGHT).replace("</Документ>", card)
    Path("day.xml").write_text(f"<КоммерческаяИнформация>{text}{text}</КоммерческаяИнформация>", encoding="utf-8")
    assert shop.take("day.xml", "commerceml", "--errors", "errors.csv", status=5)["rejected"] == 2
    for name in ("errors.csv", "again.csv"):
        mended = Path(name).read_text(encoding="utf-8").replace(",999,,", ",100,,")
        Path("mended.csv").write_text(mended, encoding="utf-8")
        report = shop.take("mended.csv", "commerceml", "--errors", "again.csv", status=5)
        assert (report["accepted"], report["total_minor"]) == (0, 0)
    header, first, _ = Path("again.csv").read_text(encoding="utf-8").splitlines()
    Path("mended.csv").write_text(f"{header}\n{first}\n", encoding="utf-8")
    assert shop.take("mended.csv", "commerceml")["total_minor"] == 10_000


def test_a_receipt_of_rows_that_was_rejected_twice_is_not_one_of_twice_the_goods(shop: Shop) -> None:
    """It stood apart in the source, and in the errors file it does not; a row put in by hand is one of the receipt."""
    row = "A,2026-12-02 10:00,{},100.00\n"
    day = f"receipt_id,at,card,amount\n{row.format(999)}B,2026-12-02 11:00,,5.00\n{row.format(999)}"
    Path("day.csv").write_text(day, encoding="utf-8")
    shop.take("day.csv", "canonical", "--errors", "errors.csv", status=5)
    for name in ("errors.csv", "again.csv"):
        Path("mended.csv").write_text(Path(name).read_text().replace("999,100.00", "100,100.00"))
        report = shop.take("mended.csv", "canonical", "--errors", "again.csv", status=5)
        assert (report["accepted"], report["rejected"]) == (0, 2)
    header, first, _ = Path("again.csv").read_text().splitlines()
    Path("mended.csv").write_text(f"{header}\n{first}\nA,2026-12-02 10:00,100,7.00,,,,,,,\n")
    assert shop.take("mended.csv", "canonical")["total_minor"] == 10_700


def test_nothing_of_a_pipe_is_lost(shop: Shop) -> None:
    """A pipe is read once, from its first byte on."""
    os.mkfifo("pipe")
    Path("day.jsonl").write_text('{"id": "A1", "at": "2026-12-02 10:00", "lines": [{"amount": "5.00"}]}')
    with subprocess.Popen(["/bin/sh", "-c", "cat day.jsonl > pipe"]):
        assert shop.take("pipe", "canonical-jsonl")["accepted"] == 1


def test_a_document_may_speak_of_rejects(shop: Shop) -> None:
    """Only a header makes a file one of rejects: JSON that holds the word is JSON."""
    receipt = {"id": "A1", "at": "2026-12-02 10:00", "lines": [{"name": "reject_reason", "amount": "5.00"}]}
    Path("day.jsonl").write_text(json.dumps(receipt), encoding="utf-8")
    assert shop.take("day.jsonl", "canonical-jsonl")["accepted"] == 1
