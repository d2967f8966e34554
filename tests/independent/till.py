"""The till's file: the real rows of three months, and beside each what the real shop did not write down.

Shops, cashiers, categories, brands, redemptions and the receipts that goods are brought back of are derived from the
rows themselves, so that the same rows come out every time.  Everything is text, as in any till's file.
"""

from pathlib import Path

import duckdb

MONTHS = ("2010-12", "2011-01", "2011-02")

# Of a cancellation of one line the sale that it names: the latest earlier one of the customer that has the article
# once, at that price and not fewer of it; only the first cancellation of a line of a sale names it.
_ORIGINALS = """
CREATE TABLE originals AS
WITH cancelled AS (
  SELECT InvoiceNo, any_value(CustomerID) AS customer, any_value(StockCode) AS sku, any_value(UnitPrice) AS price,
    -any_value(Quantity)::BIGINT AS quantity, min(InvoiceDate) AS moment
  FROM rows WHERE InvoiceNo LIKE 'C%' AND CustomerID IS NOT NULL GROUP BY InvoiceNo HAVING count(*) = 1
), sold AS (
  SELECT InvoiceNo, CustomerID AS customer, StockCode AS sku, any_value(UnitPrice) AS price,
    any_value(Quantity)::BIGINT AS quantity, max(InvoiceDate) AS moment
  FROM rows WHERE InvoiceNo NOT LIKE 'C%' GROUP BY InvoiceNo, CustomerID, StockCode HAVING count(*) = 1
), pairs AS (
  SELECT c.InvoiceNo, s.InvoiceNo AS original, s.sku,
    row_number() OVER (PARTITION BY c.InvoiceNo ORDER BY s.moment DESC, s.InvoiceNo DESC) AS choice, c.moment
  FROM cancelled c JOIN sold s USING (customer, sku)
  WHERE s.moment < c.moment AND s.price = c.price AND s.quantity >= c.quantity
)
SELECT InvoiceNo, original,
  row_number() OVER (PARTITION BY original, sku ORDER BY moment, InvoiceNo) AS turn
FROM pairs WHERE choice = 1 QUALIFY turn = 1
"""
# From a customer's second sale on, one sale in three spends 100 to 400 points, at most half of what it costs.
_REDEMPTIONS = """
CREATE TABLE redemptions AS
WITH sales AS (
  SELECT InvoiceNo, CustomerID, min(InvoiceDate) AS moment,
    sum(Quantity::BIGINT * round(UnitPrice::DECIMAL(12, 3) * 1000)::BIGINT) // 10 AS pence
  FROM rows WHERE InvoiceNo NOT LIKE 'C%' AND CustomerID IS NOT NULL GROUP BY InvoiceNo, CustomerID
), turns AS (
  SELECT *, row_number() OVER (PARTITION BY CustomerID ORDER BY moment, InvoiceNo) AS turn FROM sales WHERE pence > 0
)
SELECT InvoiceNo, least(100 * (1 + InvoiceNo::BIGINT % 4), pence // 200 * 100) AS points
FROM turns WHERE turn > 1 AND InvoiceNo::BIGINT % 3 = 0 AND pence >= 200
"""
_TILL = """
CREATE TABLE till AS
SELECT rows.*, originals.original AS Original,
  CASE Country WHEN 'United Kingdom' THEN 'london' WHEN 'EIRE' THEN 'dublin' ELSE 'post' END AS Shop,
  ['ann', 'ben', 'cyd', 'dot'][1 + regexp_extract(rows.InvoiceNo, '[0-9]+')::BIGINT % 4] AS Cashier,
  CASE WHEN Description LIKE '%HEART%' THEN 'Hearts' WHEN Description LIKE '%BAG%' THEN 'Bags'
    WHEN Description LIKE '%CHRISTMAS%' THEN 'Christmas' WHEN Description LIKE '% TEA%' THEN 'Tea' END AS Category,
  CASE WHEN Description LIKE '%RETROSPOT%' THEN 'Retrospot' WHEN Description LIKE '%VINTAGE%' THEN 'Vintage' END
    AS Brand,
  redemptions.points AS Redeem
FROM rows LEFT JOIN originals USING (InvoiceNo) LEFT JOIN redemptions USING (InvoiceNo)
"""


def write_till(real: Path, folder: Path) -> None:
    """``till-2010-12.csv`` and so on: the rows of each month, in the order of the real file."""
    with duckdb.connect() as db:
        db.execute("SET threads = 1")
        db.execute(
            f"CREATE TABLE rows AS SELECT row_number() OVER () AS place, * FROM read_csv('{real}', all_varchar = true)"
        )
        for statement in (_ORIGINALS, _REDEMPTIONS, _TILL):
            db.execute(statement)
        for month in MONTHS:
            db.execute(
                f"COPY (SELECT * EXCLUDE (place) FROM till WHERE InvoiceDate LIKE '{month}%' ORDER BY place)"
                f" TO '{folder / f'till-{month}.csv'}' (HEADER)"
            )
