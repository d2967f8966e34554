// Figures into words: dates, numbers with their units, and elements that hold text and never markup.
const data = JSON.parse(document.getElementById("figures").textContent);
const DAY_MS = 86400000;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const RIGHT = new Set(["count", "quantity", "points", "money", "percent", "mixed"]);

// An element with attributes and children; a child that is no element is text.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function dayOf(iso) { return Date.parse(iso + "T00:00:00Z") / DAY_MS; }
function dateOf(day) { return new Date(day * DAY_MS); }
function isoOf(day) { return dateOf(day).toISOString().slice(0, 10); }

// "1 Dec 2010", "1 Dec", "Dec 2010"; browsers do not agree on how a month is cut short.
function shortDay(day) { const date = dateOf(day); return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, 3)}`; }
function inWords(iso) { return `${shortDay(dayOf(iso))} ${Number(iso.slice(0, 4))}`; }
function monthInWords(iso) {
  return /^\d{4}-\d\d/.test(iso) ? `${MONTHS[Number(iso.slice(5, 7)) - 1].slice(0, 3)} ${Number(iso.slice(0, 4))}` : iso;
}

// "1 Dec 2010 to 28 Feb 2011", a single day as itself.
function daysInWords([first, last]) {
  if (last < first) return "no days";
  return first === last ? inWords(first) : `${inWords(first)} to ${inWords(last)}`;
}

function rangeInWords(range) {
  if (range.kind === "all") return "All days";
  if (range.kind === "last") return `Last ${range.key.slice(5)} days`;
  if (range.kind === "quarter") return `${range.key.slice(5).toUpperCase()} ${range.key.slice(0, 4)}`;
  return range.kind === "month" ? `${MONTHS[Number(range.key.slice(5)) - 1]} ${range.key.slice(0, 4)}` : range.key;
}

function shopInWords(place) { return place === 0 ? "All shops" : data.shops[place - 1] || "(no shop)"; }

const numberFormats = new Map();
// A number that was rounded before, with thousands separated and its digits written out.
function grouped(value, digits) {
  if (!numberFormats.has(digits)) {
    const options = digits === null ? {maximumFractionDigits: 3}
      : {minimumFractionDigits: digits, maximumFractionDigits: digits};
    numberFormats.set(digits, new Intl.NumberFormat("en-GB", options));
  }
  return numberFormats.get(digits).format(value).replace("-", "\u2212");
}

function digitsOf(kind, average = false) {
  if (kind === "money") return data.digits;
  if (kind === "percent") return 2;
  if (kind === "points") return data.scale + (average ? 2 : 0);
  return kind === "quantity" ? null : 0;
}

function unitOf(kind) { return kind === "percent" ? "%" : kind === "money" ? data.currency : kind === "points" ? "points" : ""; }

// A cell as text without its unit; null is empty, but for the label of a group.
function written(kind, value, digits = digitsOf(kind)) {
  if (kind === "group") return value === null ? "(all)" : value === "" ? "(none)" : value;
  if (value === null || value === undefined) return "";
  if (kind === "mixed") return withUnit(value[0], value[1]);
  if (kind === "unit") return unitOf(value);
  if (kind === "day") return value === "never" ? value : inWords(value);
  return RIGHT.has(kind) ? grouped(value, digits) : String(value);
}

function withUnit(kind, value, digits = digitsOf(kind)) {
  if (value === null || value === undefined) return "\u2013";
  return `${written(kind, value, digits)}\u00a0${unitOf(kind)}`.trim();
}

function capitalised(text) { return text.charAt(0).toUpperCase() + text.slice(1); }
