// Tables: the ones that are shown, and the one behind each chart.

// columns: [name, title, kind, digits]; the first column heads its row.
function tableOf(columns, rows, caption) {
  const heads = columns.map(([, title, kind]) =>
    element("th", {scope: "col", class: RIGHT.has(kind) ? "number" : null}, headingOf(title, kind)));
  const body = rows.map((row) => element("tr", {}, ...columns.map(([, , kind, digits], place) => {
    const text = written(kind, row[place], digits);
    return place === 0 ? element("th", {scope: "row", class: RIGHT.has(kind) ? "number" : null}, text)
      : element("td", {class: RIGHT.has(kind) ? "number" : kind === "day" ? "day" : null}, text);
  })));
  return element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...body));
}

function headingOf(title, kind) {
  return kind === "money" ? `${title}, ${data.currency}` : kind === "percent" ? `${title}, %` : title;
}

// What is wider than the page scrolls by itself, by keyboard too.
function scrolling(content, label) {
  return element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": label}, content);
}

function folded(title, ...content) { return element("details", {}, element("summary", {}, title), ...content); }

// How a report counts, in its own words.
function defined(name) {
  const text = data.about[name].replaceAll("``", "").replace(/([^\n])\n(?!\n)/g, "$1 ");
  return folded("How this is counted", element("p", {class: "defined"}, text));
}

// What a place of the data holds for the days and the shop that are shown: rows as they came.
function rowsOf(name, state) {
  const section = data.tables[name];
  const range = data.ranges[state.range].key;
  for (const place of [`${range}/${state.shop}`, `${range}/0`, "/0"]) {
    if (section.rows[place]) return section.rows[place];
  }
  return [];
}

function headOf(name, state) {
  const section = data.tables[name];
  const range = data.ranges[state.range].key;
  return section.head[`${range}/${state.shop}`] || section.head[`${range}/0`] || section.head["/0"] || {};
}

// The cell of a row by the name of its column.
function cellOf(name) {
  const columns = data.tables[name].columns.map(([column]) => column);
  return (row, column) => row[columns.indexOf(column)];
}

// A table whose cells are tinted by a share: it is its own chart.  cells: rows of {text, small, level, title} or null.
function heatOf(corner, heads, rows, caption) {
  const head = [element("th", {scope: "col"}, corner), ...heads.map((text) => element("th", {scope: "col"}, text))];
  const body = rows.map(({label, cells}) => element("tr", {}, element("th", {scope: "row"}, label),
    ...cells.map((cell) => cell === null ? element("td", {class: "h0"}, "")
      : element("td", {class: `h${cell.level}`}, cell.text, cell.small ? element("small", {}, cell.small) : null))));
  return element("table", {class: "heat"}, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}

// 0 where there is nothing, else 1 to 5 by fifths of the greatest.
function levelOf(value, most) { return value > 0 && most > 0 ? Math.min(5, Math.max(1, Math.ceil(value / most * 5))) : 0; }
