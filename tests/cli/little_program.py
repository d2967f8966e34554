"""The smallest program that earns anything, for shops in which the program is not the matter."""

LITTLE = """
version: 1
id: cafe
currency: EUR
timezone: UTC
valid: {from: 2026-01-01}
points: {name: {one: bean, other: beans}, value: "1.00"}
earn: {rules: [{id: base, kind: percent, rate: 10%}]}
"""
