// What stands in each section: of every block its words, its chart and the table behind it, for the days and the shop
// that are shown.
const part = (name, values) => ({name, values});

// Days of the range in steps that a chart has room for: [label, first, last] by day numbers from the page's first day.
function stepsOf(range) {
  const zero = dayOf(data.whole[0]), first = dayOf(range.days[0]) - zero, last = dayOf(range.days[1]) - zero;
  const days = last - first + 1, steps = [];
  for (let day = first; day <= last;) {
    let end = day;
    const date = dateOf(zero + day);
    if (days > 210) end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0) / DAY_MS - zero;
    else if (days > 35) end = day + 6 - (date.getUTCDay() + 6) % 7;
    steps.push([days > 210 ? monthInWords(isoOf(zero + day)) : shortDay(zero + day), day, Math.min(end, last)]);
    day = Math.min(end, last) + 1;
  }
  return {unit: days > 210 ? "Month" : days > 35 ? "Week from" : "Day", steps};
}

// Sums of rows [day, ...figures] over each step.
function summed(rows, steps, count) {
  const sums = steps.map(() => new Array(count).fill(0));
  let step = 0;
  for (const [day, ...figures] of rows) {
    while (step < steps.length && day > steps[step][2]) step += 1;
    if (step === steps.length) break;
    if (day >= steps[step][1]) figures.forEach((figure, place) => { sums[step][place] += figure; });
  }
  return sums.map((row) => row.map((value) => Math.round(value * 1e6) / 1e6));
}

const paysBlock = {
  id: "pays", title: "Does it pay?", wide: true,
  caption: "Members in the program beside those whom chance has kept out of points: the only comparison that tells what the program itself brings.",
  show(state) {
    const rows = rowsOf("pays", state), notes = data.tables.pays.notes;
    if (!headOf("pays", state).kept_out) return {words: notes.join(" ")};
    const columns = data.tables.pays.columns.filter(([name]) => name !== "unit");
    const named = rows.map(([name, ...cells]) => [capitalised(name.replaceAll("_", " ")), ...cells]);
    return {shown: element("div", {}, scrolling(tableOf(columns, named, "With a 95 % interval, low to high"), "Does it pay?"),
      ...notes.map((note) => element("p", {class: "caption"}, note)))};
  },
};

const pointsBlock = {
  id: "points", title: "Points issued, redeemed and expired", wide: true, programOnly: true,
  caption: "Issued are points earned, granted and brought from elsewhere; redeemed are net of what came back with goods; each on the day of its entry.",
  show(state) {
    const {unit, steps} = stepsOf(data.ranges[state.range]);
    const sums = summed(data.points, steps, 3);
    if (!sums.some((row) => row.some((value) => value))) return {words: "No points moved in these days."};
    const labels = steps.map(([label]) => label);
    const totals = [0, 1, 2].map((place) => sums.reduce((sum, row) => sum + row[place], 0));
    const series = ["Issued", "Redeemed", "Expired"].map((name, place) => part(name, sums.map((row) => row[place])));
    const columns = [["step", unit, "text", 0], ...["Issued", "Redeemed", "Expired"].map((name) => [name, name, "points", data.scale])];
    return {
      stats: [["Issued", totals[0]], ["Redeemed", totals[1]], ["Expired", totals[2]]].map(([name, value]) => [name, written("points", value)]),
      chart: {labels, series, kind: "points", label: `Bars: points issued, redeemed and expired by ${unit.toLowerCase()}; their figures are in the table below.`},
      table: tableOf(columns, labels.map((label, place) => [label, ...sums[place]]), "Points by the day of their entries"),
    };
  },
};

const liabilityBlock = {
  id: "liability", title: "Points owed, by the month in which they end", today: true,
  caption: "What will expire is estimated from points that have ended before; what was never observed counts as owed in full.",
  show(state) {
    const rows = rowsOf("liability", state), cell = cellOf("liability"), whole = rows[0];
    if (!cell(whole, "points")) return {words: "No points are owed today."};
    const months = rows.slice(1);
    const lost = months.map((row) => cell(row, "expected_breakage") || 0);
    return {
      stats: [["Points owed", written("points", cell(whole, "points"))], ["Worth", withUnit("money", cell(whole, "worth_minor"))],
        ["Expected to be paid", withUnit("money", cell(whole, "expected_cost_minor"))],
        ["Will expire", written("points", cell(whole, "expected_breakage") || 0)]],
      chart: {labels: months.slice(0, 24).map((row) => monthInWords(row[0])), stacked: true, kind: "points", digits: data.scale,
        series: [part("Will be spent", months.slice(0, 24).map((row, place) => rounded(cell(row, "points") - lost[place]))),
          part("Will expire", lost.slice(0, 24).map(rounded))],
        label: "Stacked bars: points that will be spent and that will expire, by the month in which they end; their figures are in the table below."},
      table: tableOf(data.tables.liability.columns, rows, `Points owed on ${inWords(data.today)}`),
    };
  },
};

function rounded(value) { const unit = 10 ** data.scale; return Math.round(value * unit) / unit; }

const costBlock = {
  id: "cost", title: "What the bonus costs", programOnly: true,
  caption: "A point costs nothing until it is spent. Beside it stands the discount that would have cost the same, goods taken at their full price.",
  show(state) {
    const rows = rowsOf("cost", state);
    if (!rows[1]?.[1]?.[1]) return {words: "No points were given in these days."};
    const named = rows.map(([name, ...cells]) => [capitalised(name.replaceAll("_", " ")), cells[0], cells[1]]);
    const columns = [["figure", "Figure", "text", 0], ["so_far", "So far", "mixed", 0], ["at_most", "At most", "mixed", 0]];
    return {shown: scrolling(tableOf(columns, named, "Of the points given in these days"), "What the bonus costs")};
  },
};

const RULE_FATES = [["redeemed", "Spent"], ["expired", "Expired"], ["left", "Left"], ["taken_back", "Taken back"]];
const rulesBlock = {
  id: "rules", title: "What rules and promos gave", programOnly: true,
  caption: "Points given in these days by each rule and grant, and what has become of them by today.",
  show(state) {
    const rows = rowsOf("rules", state), cell = cellOf("rules");
    if (!rows.length) return {words: "No rule gave points in these days."};
    const most = rows.slice(0, 8);
    return {
      chart: {labels: most.map((row) => cell(row, "rule") || cell(row, "kind")), stacked: true, lying: true, kind: "points", digits: data.scale,
        series: RULE_FATES.map(([name, title]) => part(title, most.map((row) => cell(row, name)))),
        label: "Stacked bars: what became of the points that each rule gave; their figures are in the table below."},
      table: tableOf(data.tables.rules.columns, rows, "Points given by rule"),
    };
  },
};

const tiersBlock = {
  id: "tiers", title: "Tiers", wide: true, programOnly: true,
  caption: "How many members stand in each tier today, and the share of these days' sales with a card that each brings.",
  show(state) {
    const rows = rowsOf("tiers", state), cell = cellOf("tiers"), levels = rows.slice(1);
    if (!cell(rows[0], "members")) return {words: "There are no members yet."};
    if (!levels.some((row) => row[0])) return {words: "The program has no tiers."};
    return {
      chart: {labels: levels.map((row) => row[0] || "(none)"), lying: true, kind: "percent",
        series: [part("Of members", levels.map((row) => cell(row, "share_of_members"))), part("Of sales", levels.map((row) => cell(row, "share_of_sales")))],
        label: "Bars: the share of members and the share of sales of each tier; their figures are in the table below."},
      table: tableOf(data.tables.tiers.columns, rows, "Members, moves and sales of each tier"),
    };
  },
};

const COHORTS_MAX = 12;
const cohortsBlock = {
  id: "cohorts", title: "Do those who joined stay?", wide: true, today: true,
  caption: "Of those who joined in a month, how many buy in that month (0) and in each month after it; of who joined in the latest three years at most. The last month of each row may not be over.",
  show(state) {
    const rows = rowsOf("cohorts", state), cell = cellOf("cohorts");
    const months = [...new Set(rows.filter((row) => row[0] !== null).map((row) => row[0]))];
    if (!months.length) return {words: "Nobody has joined in these days."};
    const late = months.slice(-COHORTS_MAX), wide = Math.min(COHORTS_MAX, Math.max(...rows.map((row) => row[1])) + 1);
    const lines = [[null, "All"], ...late.map((month) => [month, monthInWords(month)])].map(([month, label]) => {
      const of = new Map(rows.filter((row) => row[0] === month).map((row) => [row[1], row]));
      const members = cell(of.get(0), "members");
      return {label: `${label} (${grouped(members, 0)})`, cells: Array.from({length: wide}, (_, place) => {
        const share = of.has(place) ? cell(of.get(place), "retention") : null;
        return share === null ? null : {text: `${grouped(Math.round(share), 0)} %`, level: levelOf(share, 100)};
      })};
    });
    const heads = Array.from({length: wide}, (_, place) => String(place));
    return {
      shown: scrolling(heatOf("Joined in (members)", heads, lines, "Share of each month's new members who buy, by months since they joined"), "Retention by month of enrolment"),
      table: tableOf(data.tables.cohorts.columns, rows, "Retention and spend by month of enrolment"),
    };
  },
};

const rfmBlock = {
  id: "rfm", title: "Best and lost customers", programOnly: true,
  caption: "Buyers of these days in five grades each: how recently they bought (down) and how often (across). Each cell: how many, and what one of them brought. A grade is empty where many are alike.",
  show(state) {
    const rows = rowsOf("rfm", state), cell = cellOf("rfm");
    if (!rows.length) return {words: "No member bought in these days."};
    const cells = new Map();
    for (const row of rows) {
      const key = `${cell(row, "recency")}-${cell(row, "frequency")}`, sum = cells.get(key) || [0, 0];
      cells.set(key, [sum[0] + cell(row, "members"), sum[1] + cell(row, "revenue_minor")]);
    }
    const most = Math.max(...[...cells.values()].map(([members]) => members));
    const grades = [1, 2, 3, 4, 5], recency = ["long ago", "", "", "", "recently"];
    const lines = [5, 4, 3, 2, 1].map((grade) => ({label: `${grade} ${recency[grade - 1]}`.trim(), cells: grades.map((often) => {
      const found = cells.get(`${grade}-${often}`);
      return found ? {text: grouped(found[0], 0), small: grouped(Math.round(found[1] / found[0]), 0), level: levelOf(found[0], most)} : {text: "\u2013", level: 0};
    })}));
    const head = headOf("rfm", state);
    return {
      stats: [["Bought in these days", grouped(head.buyers, 0)], ["Members who did not", grouped(head.without_purchase, 0)]],
      shown: scrolling(heatOf("Recency", ["1 seldom", "2", "3", "4", "5 often"], lines,
        `Members by recency and frequency; below, revenue a member in ${data.currency}`), "Members by recency and frequency"),
      table: tableOf(data.tables.rfm.columns, rows, "Recency, frequency, money"),
    };
  },
};

const buyersBlock = {
  id: "buyers", title: "Members who buy the most", programOnly: true,
  caption: data.personal ? "The best buyers of these days by recency, frequency and money. Names and numbers stand in full."
    : "The best buyers of these days by recency, frequency and money. Cards are masked and names left out.",
  show(state) {
    const rows = rowsOf("buyers", state);
    if (!rows.length) return {words: "No member bought in these days."};
    return {shown: tableOfSome("buyers", ["card", "member", ...(data.personal ? ["name"] : []), "receipts", "revenue_minor", "last_purchase_on"], rows, "Best buyers")};
  },
};

// Some columns of a table, which scrolls where it is wider than its block.
function tableOfSome(name, kept, rows, caption) {
  const columns = data.tables[name].columns, places = kept.map((each) => columns.findIndex(([column]) => column === each));
  return scrolling(tableOf(places.map((place) => columns[place]), rows.map((row) => places.map((place) => row[place])), caption), caption);
}

const membersBlock = {
  id: "balances", title: "Members with the most points", today: true,
  caption: data.personal ? "Who has most to spend today. Names and numbers stand in full: keep this page to yourself."
    : "Who has most to spend today. Cards are masked and names left out.",
  show(state) {
    const rows = rowsOf("balances", state);
    if (!rows.length) return {words: "There are no members yet."};
    return {shown: tableOfSome("balances", ["card", "member", ...(data.personal ? ["name"] : []), "tier", "available", "worth_minor", "last_purchase_on"], rows, "Balances by member")};
  },
};

const salesBlock = {
  id: "sales", title: "Revenue", wide: true,
  caption: "Revenue with a card and without, on the day of the receipt or of the return.",
  show(state) {
    const {unit, steps} = stepsOf(data.ranges[state.range]);
    const sums = summed(data.days[state.shop], steps, 4);
    const totals = [0, 1, 2, 3].map((place) => sums.reduce((sum, row) => sum + row[place], 0));
    if (!totals[0] && !totals[2]) return {words: "No receipts in these days."};
    const labels = steps.map(([label]) => label), digits = data.digits;
    const members = sums.map((row) => Math.round((row[2] - row[3]) * 1e6) / 1e6);
    return {
      stats: [["Revenue", withUnit("money", totals[2])], ["Receipts", grouped(totals[0], 0)], ["Average receipt", totals[0] ? withUnit("money", totals[2] / totals[0]) : "\u2013"]],
      chart: {labels, stacked: true, kind: "money", series: [part("With a card", members), part("Without a card", sums.map((row) => row[3]))],
        label: `Stacked bars: revenue with and without a card by ${unit.toLowerCase()}; their figures are in the table below.`},
      table: tableOf([["step", unit, "text", 0], ["receipts", "Receipts", "count", 0], ["guests", "Without a card", "count", 0], ["revenue", "Revenue", "money", digits], ["of_guests", "Without a card", "money", digits]],
        labels.map((label, place) => [label, ...sums[place]]), "Receipts and revenue"),
    };
  },
};

// A block of bars of one report: labels of the first column, one measure, the whole row left out.
function barsBlock({id, title, caption, measure, name, kind, label, lying = true, words, label_of}) {
  return {id, title, caption, show(state) {
    const rows = rowsOf(id, state), cell = cellOf(id), shown = rows.filter((row) => row[0] !== null);
    if (!shown.length) return {words};
    if (words && id === "categories" && shown.every((row) => row[0] === "")) return {words: "The receipts name no categories."};
    return {
      chart: {labels: shown.map((row) => label_of ? label_of(row, cell) : row[0] || "(none)"), lying, kind,
        series: [part(name, shown.map((row) => cell(row, measure)))], label: `Bars: ${label}; the figures are in the table below.`},
      table: tableOf(data.tables[id].columns, rows, title),
    };
  }};
}

const goodsBlock = barsBlock({
  id: "goods", title: "What members like", measure: "share_of_members", name: "Of members' receipts", kind: "percent",
  caption: "The goods on the most receipts of members, as a share of those receipts.", words: "No goods were sold to members in these days.",
  label: "the goods on the most receipts of members", label_of: (row, cell) => cell(row, "name") || row[0] || "(no name)",
});
const categoriesBlock = barsBlock({
  id: "categories", title: "What brings the money", measure: "revenue_minor", name: "Revenue", kind: "money",
  caption: "Revenue by category of the goods, of all buyers: the twelve largest.", words: "No goods were sold in these days.", label: "revenue by category",
});
const weekdaysBlock = barsBlock({
  id: "weekdays", title: "Days of the week", measure: "revenue_minor", name: "Revenue", kind: "money", lying: false,
  caption: "Revenue by business day of the week, less what came back of it.", words: "No receipts in these days.", label: "revenue by day of the week",
  label_of: (row) => row[0].slice(0, 3),
});
const hoursBlock = barsBlock({
  id: "hours", title: "Hours of the day", measure: "receipts", name: "Receipts", kind: "count", lying: false,
  caption: "Receipts by hour of the shop's clock.", words: "No receipts in these days.", label: "receipts by hour of the day",
});

const PAGE = {
  works: [trendBlock, paysBlock],
  owe: [liabilityBlock, costBlock, pointsBlock, rulesBlock, membersBlock],
  customers: [tiersBlock, cohortsBlock, rfmBlock, buyersBlock],
  sells: [salesBlock, goodsBlock, categoriesBlock, weekdaysBlock, hoursBlock],
};
