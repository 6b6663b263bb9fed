// One stream in full: what it is, its figures, its field, its history.

import { drawHeatmap, drawThumb, extent, readout } from "./heatmap.js";
import { drawHistory } from "./history.js";
import * as format from "./format.js";

const $ = (id) => document.getElementById(id);
const FILM = 4;

let shown = null;

function set(node, words) {
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

/** Shows a stream; the canvases follow its data. */
export function showDetail(stream) {
  shown = stream;
  set($("detail-title"), `Stream ${stream.number}: ${stream.model}`);
  set(
    $("detail-target"),
    `${format.theory(stream)} on ${format.lattice(stream)}, ${format.couplings(stream)}`,
  );
  chips(stream);
  tiles(stream);
  drawField(stream);
  drawTrace(stream);
}

function chips(stream) {
  const words = [
    format.exactness(stream),
    stream.generator,
    stream.machine,
    `seed ${stream.seed}`,
    stream.chains > 1 ? `${stream.chains} chains` : null,
    stream.ended ? "ended" : null,
  ].filter(Boolean);
  const line = $("detail-chips");
  if (line.dataset.words !== words.join("|")) {
    line.dataset.words = words.join("|");
    line.replaceChildren(
      ...words.map((word) => {
        const chip = document.createElement("span");
        chip.textContent = word === "raw" ? "raw: not exact" : word;
        chip.className = word === "raw" ? "raw" : "";
        return chip;
      }),
    );
  }
}

const cells = new Map();

function tile(key, label) {
  if (!cells.has(key)) {
    const box = document.createElement("div");
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.innerHTML = label;
    const value = document.createElement("span");
    const unit = document.createElement("small");
    const meter = document.createElement("span");
    meter.className = "meter";
    meter.append(document.createElement("i"));
    const note = document.createElement("span");
    note.className = "note";
    dd.append(value, " ", unit, meter, note);
    box.append(dt, dd);
    $("tiles").append(box);
    cells.set(key, { value, unit, meter, note });
  }
  return cells.get(key);
}

function fill(key, label, value, unit, note, part) {
  const at = tile(key, label);
  set(at.value, value);
  set(at.unit, unit);
  set(at.note, note);
  at.meter.hidden = part === undefined;
  if (part !== undefined) {
    at.meter.firstChild.style.width = `${100 * Math.min(1, Math.max(0, part))}%`;
  }
  return at;
}

function tiles(stream) {
  const judged = format.known(stream.acceptance);
  fill(
    "acceptance",
    "Acceptance",
    format.fixed(stream.acceptance, 3),
    "",
    format.isJudged(stream)
      ? `of ${format.rough(stream.configurations)} proposals`
      : "nothing is rejected here",
    judged ? stream.acceptance : undefined,
  );
  const weighted = format.known(stream.essRatio) && stream.essDraws > 0;
  fill(
    "ess",
    "ESS / <i>N</i>",
    weighted ? format.fixed(stream.essRatio, 3) : "–",
    "",
    weighted ? `of ${format.rough(stream.essDraws)} draws` : stream.exactness === "raw" ? "no weights" : "a chain has no weights",
    weighted ? stream.essRatio : undefined,
  );
  const slow = stream.observables.find((o) => o.name === "abs_m") ? "abs_m" : stream.trace.name;
  const slowest = stream.observables.find((o) => o.name === slow);
  const [tau, tauError] = format.withError(slowest?.tauInt, slowest?.tauIntError);
  fill(
    "tau",
    "<i>τ</i><sub>int</sub>",
    tau,
    tauError ? `± ${tauError}` : "",
    `of ${slow === "abs_m" ? "|m|" : format.single(slow)}, ` +
      (stream.chains > 1 ? `steps of one of ${stream.chains} chains` : "in configurations"),
  );
  fill("rate", "Rate", stream.ended ? "–" : format.rough(stream.perSecond), stream.ended ? "" : "/s", "configurations");
  const end = stream.end === null ? "" : `of ${format.whole(stream.end - stream.first)}`;
  fill(
    "count",
    "Configurations",
    format.whole(stream.configurations),
    "",
    end || `endless, for ${format.duration(stream.ageSeconds)}`,
    stream.end === null ? undefined : stream.configurations / (stream.end - stream.first),
  );
  const held = fill(
    "held",
    "Unsent",
    format.bytes(stream.unsentBytes),
    "",
    stream.waitingSeconds > 1
      ? `waits for its client, ${format.duration(stream.waitingSeconds)}`
      : `of ${format.bytes(stream.budget)}; ${format.bytes(stream.heldBytes - stream.unsentBytes)} in the making`,
    stream.unsentBytes / stream.budget,
  );
  held.meter.dataset.level = stream.waitingSeconds > 1 ? "high" : "";
}

function drawField(stream) {
  const { picture, scale, extents } = stream;
  set($("field-title"), format.picture(stream).title);
  const canvas = $("field");
  if (!picture) {
    set($("field-caption"), "Waiting for the next configuration");
    drawThumb(canvas, null, 1);
    return;
  }
  const axes = extents.length;
  const sites = axes < 2 ? [1, extents[0]] : extents.slice(-2);
  const names = axes < 2 ? ["", "x (sites)"] : [axes - 1, axes].map((k) => `x${"₀₁₂₃₄₅₆"[k]} (sites)`);
  drawHeatmap(canvas, picture, scale, format.picture(stream).symbol, sites, names);
  const { low, high, mean, missing } = extent(picture);
  const blocks =
    picture.rowSites * picture.columnSites > 1
      ? `, cells are means of ${picture.rowSites} × ${picture.columnSites} sites`
      : "";
  const plane = axes > 2 ? ", the plane of the last two axes" : "";
  const bad = missing ? `; ${missing} cells are not finite (green)` : "";
  set(
    $("field-caption"),
    `Configuration ${format.whole(picture.index)}${plane}${blocks}: ` +
      `${format.significant(low, 3)} to ${format.significant(high, 3)}, mean ${format.significant(mean, 2)}${bad}`,
  );
  film(stream);
}

function film(stream) {
  const list = $("film");
  const before = stream.film.slice(0, FILM);
  while (list.children.length > before.length) {
    list.lastChild.remove();
  }
  before.forEach((picture, k) => {
    let item = list.children[k];
    if (!item) {
      item = document.createElement("li");
      const canvas = document.createElement("canvas");
      canvas.setAttribute("aria-hidden", "true");
      item.append(canvas, document.createElement("span"));
      list.append(item);
    }
    set(item.lastChild, `n = ${format.whole(picture.index)}`);
    drawThumb(item.firstChild, picture, stream.scale);
  });
}

function drawTrace(stream) {
  const { trace } = stream;
  const absolute = stream.observables.find((o) => o.name === "abs_m");
  set(
    $("history-title"),
    trace.name === "m" ? "History of |m| and m" : `History of ${format.single(trace.name)}`,
  );
  const wide = $("history").clientWidth > 480;
  drawHistory($("history"), { ...trace, symbol: format.single(trace.name) }, absolute, wide ? 296 : 250);
  const n = trace.index.length;
  const stride = n > 1 ? (trace.index[n - 1] - trace.index[0]) / (n - 1) / stream.chains : 1;
  const chain = stream.chains > 1 ? " of the first chain" : "";
  const [mean, error] = format.withError(absolute?.mean, absolute?.error);
  const running = absolute && error ? `. Running mean of |m|: ${mean} ± ${error}` : "";
  const drawn = { reweight: ", draws that are not reweighted", raw: ", raw draws" }[stream.exactness] ?? "";
  const every = stride < 1.5 ? `every configuration${chain}` : `one in ${format.rough(stride)} configurations${chain}`;
  set($("history-caption"), n > 1 ? `Single values, ${every}${drawn}${running}` : "");
}

function pointed(canvas, event) {
  return readout(canvas, shown.picture, event, format.picture(shown).symbol, shown.extents);
}

/** Wires what follows the pointer. */
export function wireDetail() {
  const canvas = $("field");
  canvas.addEventListener("pointermove", (event) => {
    set($("field-readout"), shown?.picture ? pointed(canvas, event) : "");
  });
  canvas.addEventListener("pointerleave", () => set($("field-readout"), ""));
}
