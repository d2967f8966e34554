// The page: which days and which shop are shown, kept in its address, and everything drawn for them.
const state = {range: 0, shop: 0};
const choice = {range: document.getElementById("range"), shop: document.getElementById("shop")};
const GROUPS = [["all", "Whole"], ["last", "Latest"], ["year", "Years"], ["quarter", "Quarters"], ["month", "Months"]];
const bodies = new Map();

function makeChoice() {
  for (const [kind, title] of GROUPS) {
    const options = data.ranges.map((range, place) => [range, place]).filter(([range]) => range.kind === kind)
      .map(([range, place]) => element("option", {value: place}, rangeInWords(range)));
    if (options.length) choice.range.append(kind === "all" ? options[0] : element("optgroup", {label: title}, ...options));
  }
  for (let place = 0; place <= data.shops.length; place += 1) choice.shop.append(element("option", {value: place}, shopInWords(place)));
  const single = data.shops.length === 0;
  choice.shop.hidden = single;
  document.querySelector("label[for=shop]").hidden = single;
  for (const name of ["range", "shop"]) {
    choice[name].addEventListener("change", () => { state[name] = Number(choice[name].value); keepAddress(); showPage(); });
  }
}

// The address keeps what is shown, so that a page that is opened again, or sent on, shows the same.
function keepAddress() {
  const kept = new URLSearchParams({days: data.ranges[state.range].key});
  if (state.shop) kept.set("shop", data.shops[state.shop - 1]);
  try {
    history.replaceState(null, "", "#" + kept);
  } catch { /* a viewer of attachments may not let a page have an address */ }
}

function readAddress() {
  const kept = new URLSearchParams(location.hash.slice(1));
  state.range = Math.max(0, data.ranges.findIndex((range) => range.key === kept.get("days")));
  state.shop = kept.has("shop") ? data.shops.indexOf(kept.get("shop")) + 1 : 0;
  choice.range.value = state.range;
  choice.shop.value = state.shop;
}

function makeBlocks() {
  for (const [section, blocks] of Object.entries(PAGE)) {
    const place = document.querySelector(`#${section} .blocks`);
    for (const block of blocks) {
      const badge = element("span", {class: "badge"});
      const body = {badge, stats: element("dl", {class: "stats"}), words: element("p", {class: "words"}), chart: element("div", {class: "chart"}),
        shown: element("div"), table: element("div")};
      const article = element("article", {class: block.wide ? "block wide" : "block", id: `block-${block.id}`},
        element("header", {}, element("h3", {}, block.title), badge), element("p", {class: "caption"}, block.caption));
      block.make?.(article);
      article.append(body.stats, body.words, body.chart, body.shown, body.table);
      if (data.about[block.id]) article.append(defined(block.id));
      place.append(article);
      bodies.set(block, body);
    }
  }
}

function showBlock(block) {
  const body = bodies.get(block), told = block.show(state);
  const badge = told.badge ? told.badge : block.today ? `As of ${inWords(data.today)}` : block.programOnly && state.shop ? "All shops" : "";
  body.badge.textContent = badge;
  body.badge.hidden = !badge;
  body.words.textContent = told.words || "";
  body.words.hidden = !told.words;
  body.stats.hidden = !told.stats;
  body.stats.replaceChildren(...(told.stats || []).map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))));
  body.shown.replaceChildren(...(told.shown ? [told.shown] : []));
  const open = body.table.querySelector("details")?.open;
  body.table.replaceChildren(...(told.table ? [folded("The figures as a table", scrolling(told.table, `${block.title}, as a table`))] : []));
  if (open) body.table.querySelector("details").open = true;
  body.chart.hidden = !told.chart;
  if (told.chart) draw(body.chart, told.chart);
  else drawn.delete(body.chart);
}

function showPage() {
  const range = data.ranges[state.range], shown = document.getElementById("shown");
  shown.replaceChildren(element("strong", {}, rangeInWords(range)), `: ${daysInWords(range.days)}`);
  if (data.shops.length) shown.append(", ", element("strong", {}, shopInWords(state.shop)));
  shown.append(range.before ? `. Changes are against ${daysInWords(range.before)}.` : ". There are no earlier days to compare them with.");
  showCards(state);
  for (const block of bodies.keys()) showBlock(block);
}

function tellWhole() {
  document.title = `${data.name}: loyalty dashboard`;
  document.getElementById("name").textContent = data.name;
  const made = data.made.slice(0, 16).replace("T", " ");
  document.getElementById("made").textContent = `${daysInWords(data.whole)}, as of ${inWords(made.slice(0, 10))}, ${made.slice(11)}`;
  const notices = [];
  if (data.empty) notices.push("There are no receipts yet: this page fills itself once some are booked or imported.");
  if (data.leftOut) {
    const some = data.shops.length ? `${data.leftOut} more shops sold something in these days` : `None of the ${data.leftOut} shops can be chosen here`;
    notices.push(`${some}. --shop NAME makes a page with those that you name.`);
  }
  const others = data.programs.filter((program) => program !== data.program);
  if (others.length) notices.push(`Points here are those of the program ${data.program}. --in makes the page of another: ${others.join(", ")}.`);
  const notice = document.getElementById("notice");
  notice.textContent = notices.join(" ");
  notice.hidden = !notices.length;
  document.getElementById("foot").textContent = `Made by bonuscli. Days are business days of the shop. Every figure is that of bonuscli kpi or bonuscli report with the same days and shop. This file asks nobody for anything${data.personal ? "" : "; it names no member, and cards are masked"}.`;
}

tellWhole();
makeChoice();
makeBlocks();
readAddress();
showPage();
let waiting = 0;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAgain, 120); });
addEventListener("beforeprint", drawForPaper);
addEventListener("afterprint", drawAgain);
addEventListener("hashchange", () => { readAddress(); showPage(); });
document.documentElement.dataset.ready = "yes";
