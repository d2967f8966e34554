// Charts, drawn as SVG by Apache ECharts.  Colours are the page's own variables, so that they follow a dark screen and
// paper by style alone; tooltips are elements that hold text.
const COLOURS = ["var(--accent)", "var(--accent-2)", "var(--quiet)", "var(--soft)"];
const drawn = new Map();
// The library measures text, so it is told the page's own fonts rather than to inherit them.
const FONT = {fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: "var(--soft)"};

function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return grouped(value / 1e6, size >= 1e7 ? 0 : 1) + " M";
  return size >= 1e4 ? grouped(value / 1e3, 0) + " k" : grouped(value, Number.isInteger(value) ? 0 : 1);
}

function tipOf(kind, digits) {
  return (found) => {
    const of = Array.isArray(found) ? found : [found];
    const lines = of.filter((each) => each.value !== null && each.value !== undefined && each.value !== "-")
      .map((each) => element("span", {}, element("i", {}, each.seriesName), element("em", {}, withUnit(kind, each.value, digits))));
    return element("div", {class: "tip"}, element("b", {}, of[0].name), ...lines);
  };
}

// chart: {labels, series: [{name, values}], kind, type: bar | line, stacked, lying, label: what it shows in words}
function draw(node, chart, width = node.clientWidth || 600, tall = 270) {
  let held = drawn.get(node);
  if (!held) {
    held = {plot: echarts.init(node, null, {renderer: "svg", height: heightOf(chart, tall)}), chart};
    drawn.set(node, held);
  }
  held.chart = chart;
  held.plot.resize({width, height: heightOf(chart, tall)});
  held.plot.setOption(optionOf(chart, width), true);
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", chart.label);
  const picture = node.querySelector("svg");
  picture.setAttribute("viewBox", `0 0 ${held.plot.getWidth()} ${held.plot.getHeight()}`);
  picture.setAttribute("aria-hidden", "true");
}

function heightOf(chart, tall) { return chart.lying ? 64 + chart.labels.length * (chart.stacked || chart.series.length === 1 ? 34 : 46) : tall; }

// How wide the names beside lying bars may be: as the longest, and at most a third of the chart.
function roomFor(chart, width) { return Math.min(190, width * 0.36, 6 + 7.4 * Math.max(0, ...chart.labels.map((label) => label.length))); }

function optionOf(chart, width) {
  const names = {
    type: "category", data: chart.labels, axisTick: {show: false}, axisLine: {lineStyle: {color: "var(--line)"}},
    axisLabel: {...FONT, hideOverlap: !chart.lying, interval: chart.lying ? 0 : "auto", width: roomFor(chart, width),
      ...(chart.lying ? {overflow: "break", lineOverflow: "truncate", height: 30, lineHeight: 14, color: "var(--ink)"} : {})},
    inverse: Boolean(chart.lying),
  };
  const values = {
    type: "value", splitNumber: width < 500 ? 3 : 4, splitLine: {lineStyle: {color: "var(--line)"}},
    axisLabel: {...FONT, formatter: (value) => short(value) + (chart.kind === "percent" ? " %" : ""), hideOverlap: true},
    scale: chart.type === "line" && chart.kind !== "percent",
    // A share that comes close to all of it is read against all of it.
    max: chart.kind === "percent" ? ({max}) => (max > 75 && max <= 100 ? 100 : null) : null,
    minInterval: chart.kind === "count" ? 1 : undefined,
  };
  const many = chart.series.length > 1;
  return {
    animation: false, textStyle: FONT, color: COLOURS,
    grid: {left: 4, right: 18, top: many ? 34 : 12, bottom: 4, containLabel: true},
    legend: {show: many, top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: {...FONT, fontSize: 12.5}, selectedMode: false},
    tooltip: {
      trigger: "axis", axisPointer: {type: chart.type === "line" ? "line" : "shadow", shadowStyle: {color: "rgba(110,140,136,.14)"}},
      confine: true, backgroundColor: "var(--card)", borderColor: "var(--line)", textStyle: {color: "var(--ink)"},
      extraCssText: "box-shadow:0 4px 18px rgba(0,0,0,.12);border-radius:10px", transitionDuration: 0,
      formatter: tipOf(chart.kind, chart.digits ?? digitsOf(chart.kind)),
    },
    xAxis: chart.lying ? values : names,
    yAxis: chart.lying ? names : values,
    series: chart.series.map((each, place) => seriesOf(each, place, chart)),
  };
}

function seriesOf(each, place, chart) {
  const colour = COLOURS[place % COLOURS.length];
  const common = {name: each.name, data: each.values, type: chart.type || "bar", emphasis: {disabled: true}};
  if (chart.type === "line") {
    return {...common, showSymbol: each.values.length < 40, symbol: "circle", symbolSize: 6, connectNulls: false,
      lineStyle: {width: 2.5, color: colour}, itemStyle: {color: colour}};
  }
  return {...common, stack: chart.stacked ? "all" : undefined, barMaxWidth: chart.lying ? 20 : 34, barGap: "12%",
    itemStyle: {color: colour, borderRadius: chart.stacked ? 0 : chart.lying ? [0, 4, 4, 0] : [4, 4, 0, 0]}};
}

// A page that becomes wider or narrower draws its charts anew.
function drawAgain() { for (const [node, {chart}] of drawn) if (node.clientWidth) draw(node, chart); }

// On paper a chart is as wide as its block on an A4 sheet, so that its words have the size of all others.
const PAPER = {wide: 660, half: 310};
function drawForPaper() { for (const [node, {chart}] of drawn) draw(node, chart, PAPER[node.closest(".wide") ? "wide" : "half"], 200); }

// The small line of a card: one point for each step, the days that are shown behind it.
function sparkOf(values, span) {
  const space = "http://www.w3.org/2000/svg";
  const part = (tag, attributes) => {
    const made = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const picture = part("svg", {class: "spark", viewBox: "0 0 240 46", preserveAspectRatio: "none", "aria-hidden": "true"});
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const least = Math.min(...known), reach = Math.max(...known) - least || 1;
  const x = (place) => 4 + place * 232 / Math.max(1, values.length - 1);
  const y = (value) => 41 - (value - least) / reach * 35;
  if (span) {
    const half = 116 / Math.max(1, values.length - 1);
    const left = Math.max(0, x(span[0]) - half), right = Math.min(240, x(span[1]) + half);
    picture.append(part("rect", {class: "span", x: left, y: 0, width: right - left, height: 46}));
  }
  let path = "", pen = "M";
  values.forEach((value, place) => {
    if (value === null) { pen = "M"; return; }
    path += `${pen}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  });
  picture.append(part("path", {class: "line", d: path}));
  return picture;
}
