// The seven figures: a card each, and the trend of the one that is chosen.
const KPI_PLACE = Object.fromEntries(data.kpis.map((each, place) => [each.name, place]));

// What a figure is made of, as in "425 members of 1,909 buyers".
function madeOf(kpi, [, above, below]) {
  if (above === null || below === null || !kpi.made) return null;
  return kpi.made.replace("{}", withUnit(kpi.over[0], above)).replace("{}", withUnit(kpi.over[1], below));
}

// Why a figure has no value, in words.
function missing(kpi, figure, state) {
  if (state.shop && (figure[1] === null || figure[2] === null)) {
    return kpi.name === "average_receipt_uplift" ? "Nothing to compare in these days"
      : "Only for all shops: members and their points belong to no single shop";
  }
  if (kpi.name === "average_receipt_uplift") {
    return figure[1] === null ? "No receipts with a card in these days" : "No receipts without a card in these days";
  }
  if (kpi.name === "repeat_purchase") return "Nobody joined in these days";
  if (kpi.name === "average_balance") return "No members yet";
  if (kpi.name === "average_receipt_with_points") return "No points were spent in these days";
  return kpi.name === "redemption_frequency" ? "No receipts with a card in these days" : "No receipts in these days";
}

// "up 2.13 points of percent" or "down 4.2 %", against the days before.
function changeOf(kpi, now, before, days) {
  if (now === null || before === null || before === undefined) return null;
  const step = kpi.kind === "percent" ? Math.round((now - before) * 100) / 100
    : before === 0 ? null : Math.round((now - before) / Math.abs(before) * 1000) / 10;
  if (step === null) return null;
  const size = kpi.kind === "percent" ? `${grouped(Math.abs(step), 2)} percentage points` : `${grouped(Math.abs(step), 1)} %`;
  const line = element("p", {class: "change"});
  if (step === 0) line.append("As in the days before, ");
  else line.append(element("b", {}, step > 0 ? "\u25b2 up " : "\u25bc down ", size), " on ");
  line.append(daysInWords(days));
  return line;
}

function aimOf(kpi, figure) {
  if (kpi.target === null || figure[0] === null) return null;
  const bar = element("span", {class: "bar", "aria-hidden": "true"});
  const fill = element("span", {class: "fill"}), mark = element("span", {class: "mark"});
  fill.style.width = `${Math.max(0, Math.min(100, figure[0]))}%`;
  mark.style.left = `${Math.min(99.5, kpi.target)}%`;
  bar.append(fill, mark);
  return element("div", {class: "aim"}, bar, `Target ${grouped(kpi.target, kpi.target % 1 ? 2 : 0)} %: ${figure[3] ? "missed" : "reached"}`);
}

function cardOf(kpi, state) {
  const figure = data.now[state.range][state.shop][KPI_PLACE[kpi.name]];
  const before = data.before[state.range]?.[state.shop][KPI_PLACE[kpi.name]];
  const average = kpi.kind === "points";
  const value = figure[0] === null ? element("p", {class: "value none"}, missing(kpi, figure, state))
    : element("p", {class: "value"}, written(kpi.kind, figure[0], digitsOf(kpi.kind, average)),
      element("span", {class: "unit"}, unitOf(kpi.kind)));
  const beside = element("dl", {});
  for (const name of kpi.beside || []) {
    const other = data.kpis[KPI_PLACE[name]], told = data.now[state.range][state.shop][KPI_PLACE[name]];
    if (told[0] !== null) beside.append(element("dt", {}, other.title), element("dd", {}, withUnit(other.kind, told[0])));
  }
  const wanted = state.range === 0 && state.shop === 0 && figure[3] ? kpi.moves : null;
  return element("article", {class: "card", "data-kpi": kpi.name},
    element("h3", {}, kpi.title), value,
    changeOf(kpi, figure[0], before?.[0], data.ranges[state.range].before),
    sparkOf(data.trend.map((step) => step[state.shop][KPI_PLACE[kpi.name]]), spanOf(state)),
    aimOf(kpi, figure),
    figure[0] === null || !kpi.made ? null : element("p", {class: "made-of"}, madeOf(kpi, figure)),
    beside.childElementCount ? beside : null,
    element("p", {class: "about"}, kpi.about),
    wanted ? folded("What usually moves it", element("p", {class: "defined"}, wanted)) : null);
}

// The first and the last step of the trend that lie in the days that are shown; nothing where these are all days.
function spanOf(state) {
  const [first, last] = data.ranges[state.range].days;
  if (state.range === 0) return null;
  const within = data.steps.map(([from, to], place) => [from <= last && to >= first, place]).filter(([is]) => is);
  return within.length ? [within[0][1], within[within.length - 1][1]] : null;
}

function stepInWords([first]) { return data.unit === "month" ? monthInWords(first) : shortDay(dayOf(first)); }

const STEP_TITLES = {day: "Day", week: "Week from", month: "Month"};

function showCards(state) {
  const cards = data.seven.map((name) => cardOf(data.kpis[KPI_PLACE[name]], state));
  document.getElementById("cards").replaceChildren(...cards);
}

// The trend of all days, of the figure that is chosen.
const trendBlock = {
  id: "trend", title: "Trend", wide: true,
  caption: `Each figure by ${data.unit}, over all days of the page. Who joined in one ${data.unit} and bought again in the next has come back.`,
  make(body) {
    const pick = element("select", {id: "figure"}, ...data.kpis.map((kpi) => element("option", {value: kpi.name}, kpi.title)));
    body.append(element("div", {class: "pick"}, element("label", {for: "figure"}, "Figure"), pick));
    pick.addEventListener("change", () => showPage());
  },
  show(state) {
    const kpi = data.kpis[KPI_PLACE[document.getElementById("figure").value]];
    const values = data.trend.map((step) => step[state.shop][KPI_PLACE[kpi.name]]);
    if (!values.some((value) => value !== null)) return {words: "There is no trend of this figure yet."};
    const columns = [["step", STEP_TITLES[data.unit], "text", 0], ...data.kpis.map((each) =>
      [each.name, each.title, each.kind, digitsOf(each.kind, each.kind === "points")])];
    const rows = data.trend.map((step, place) => [stepInWords(data.steps[place]), ...step[state.shop]]);
    return {
      badge: kpi.title,
      chart: {labels: data.steps.map(stepInWords), series: [{name: kpi.title, values}], kind: kpi.kind, type: "line",
        digits: digitsOf(kpi.kind, kpi.kind === "points"), label: `Line: ${kpi.title} by ${data.unit}; its figures are in the table below.`},
      table: tableOf(columns, rows, `The figures by ${data.unit}, ${shopInWords(state.shop).toLowerCase()}`),
    };
  },
};
