"""What the bonus really costs, beside the discount that would have cost the same.

A point costs nothing until it is spent, and then what the goods that it pays for have cost the shop: --goods-cost 60
says that they cost 60 % of their price.  Counted are all points given within the days, "so far" with what of them has
been spent by today, and "at most", as if all that are left will be.  The share spent is of the points that stayed
given: those taken back with returned goods are left out.  The discount that would have cost the same is the cost over
the sales of members within the days, which a discount would have lowered in money, every time.

Worked number: sales of 1,000.00 gave 100 points worth 1.00 each, a rate of 10 %; 30 are spent, 50 expired, 20 are left.
With goods at 60 % the cost so far is 30.00 x 60 % = 18.00, which a discount of 1.8 % would have cost; at most
50.00 x 60 % = 30.00, a discount of 3 %.  Each 1.00 of bonus given costs 0.18 to 0.30.
"""

from bonuscli.reports.fates import read_whole_fate
from bonuscli.reports.question import Question, share
from bonuscli.reports.sales import Sales, read_sales
from bonuscli.reports.table import COUNT, MIXED, MONEY, PERCENT, POINTS, TEXT, UNIT, Cell, Column, Ratio, Table

_PERCENT = 100
_COLUMNS = (
    Column("figure", "Figure", TEXT),
    Column("so_far", "So far", MIXED),
    Column("at_most", "At most", MIXED),
    Column("unit", "Unit", UNIT),
)


def cost(question: Question) -> Table:
    """The figures in the order in which each follows from those above it."""
    window = question.window()
    fate = read_whole_fate(question, window)
    found = read_sales(question.connection, question.program, [window])
    sales = found.get((0, None), Sales()).member_revenue
    # Of all rules together every lot has its whole points again, so these are whole numbers.
    given = fate.given - int(fate.taken_back)
    spent = int(fate.redeemed)
    most = spent + int(fate.left)
    percent = question.asked["goods-cost"]
    pay = [question.worth(points) for points in (spent, most)]
    costs = [Ratio(worth.numerator * percent, worth.denominator * _PERCENT) for worth in pay]
    face = question.worth(given)

    def of_sales(money: Ratio) -> Ratio | None:
        return share(money.numerator, money.denominator * sales)

    def of_face(money: Ratio) -> Ratio | None:
        return share(money.numerator * face.denominator, money.denominator * face.numerator)

    figures = (
        ("sales_of_members", MONEY, sales, sales),
        ("points_given", POINTS, given, given),
        ("worth_of_points_given", MONEY, face, face),
        ("bonus_rate", PERCENT, of_sales(face), of_sales(face)),
        ("points_spent", POINTS, spent, most),
        ("share_spent", PERCENT, share(spent, given), share(most, given)),
        ("paid_with_points", MONEY, *pay),
        ("cost_of_goods", MONEY, *costs),
        ("cost_of_the_bonus_given", PERCENT, *map(of_face, costs)),
        ("discount_of_the_same_cost", PERCENT, *map(of_sales, costs)),
    )
    return question.table(
        "What the bonus costs",
        _COLUMNS,
        [(name, Cell(kind, so_far), Cell(kind, at_most), kind) for name, kind, so_far, at_most in figures],
        head=(*window.head, ("goods_cost_percent", COUNT, percent)),
    )
