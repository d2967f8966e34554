"""Reports: questions to the store, answered as tables of typed values.  They never write and never format.

A report is a function that returns a :class:`bonuscli.reports.table.Table`, and one line here.
"""

# name -> "module:function"
REPORTS: dict[str, str] = {
    "kpi": "bonuscli.reports.kpi:kpi",
    "audit": "bonuscli.reports.audit:audit",
}
