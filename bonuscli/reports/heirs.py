"""Who was merged into whom: two cards turned out to be one customer, and a report about customers counts one.

Events stay under the member that they were recorded for, so a report that tells members apart by what they bought asks
here whose the purchases are now.  Who was merged and merged again belongs to the last.
"""

# heir (member, heir): of each member merged into another, in the program :program, the one that has the cards now.
HEIRS = """gone (member, account) AS (
  SELECT member, merged_into FROM accounts WHERE program = :program AND merged_into IS NOT NULL
  UNION ALL
  SELECT g.member, a.merged_into FROM gone g JOIN accounts a ON a.id = g.account WHERE a.merged_into IS NOT NULL
), heir (member, heir) AS MATERIALIZED (
  SELECT g.member, a.member FROM gone g JOIN accounts a ON a.id = g.account WHERE a.merged_into IS NULL
)"""
