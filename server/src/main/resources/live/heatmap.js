// A field as a heat map with its axes and its colour bar.

import { begin, ink, rule, roundUp, text } from "./canvas.js";
import { colourOf, colours } from "./colour.js";
import { short, significant } from "./format.js";

const LEFT = 40;
const TOP = 6;
const BOTTOM = 34;
const BAR = 14;
const BAR_ROOM = 74;
const NOT_FINITE = -128;

/** The cells of a field of a snapshot, decoded: signed bytes in 127ths of the largest. */
export function decode(field) {
  const raw = atob(field.cells);
  const cells = new Int8Array(raw.length);
  for (let k = 0; k < raw.length; k++) {
    cells[k] = (raw.charCodeAt(k) << 24) >> 24;
  }
  return { ...field, cells };
}

export const valueAt = (field, k) =>
  field.cells[k] === NOT_FINITE ? NaN : (field.cells[k] / 127) * field.largest;

/** Smallest and largest value and mean of what is finite. */
export function extent(field) {
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  let n = 0;
  for (let k = 0; k < field.cells.length; k++) {
    const value = valueAt(field, k);
    if (!Number.isNaN(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
      n++;
    }
  }
  return { low, high, mean: sum / n, missing: field.cells.length - n };
}

/** Keeps a scale steady: up at once, down only when it has been too wide for a while. */
export function steadyScale() {
  let scale = 0;
  let wide = 0;
  return (largest) => {
    wide = largest < 0.55 * scale ? wide + 1 : 0;
    if (largest > scale || wide > 20) {
      scale = roundUp(largest);
      wide = 0;
    }
    return scale || 1;
  };
}

const patch = document.createElement("canvas");

function paint(g, field, scale, x, y, width, height) {
  const table = colours(ink().dark);
  patch.width = field.columns;
  patch.height = field.rows;
  const context = patch.getContext("2d");
  const image = context.createImageData(field.columns, field.rows);
  const missing = ink().missing.match(/\d+/g).map(Number);
  for (let k = 0; k < field.cells.length; k++) {
    const value = valueAt(field, k);
    const [red, green, blue] = Number.isNaN(value) ? missing : colourOf(table, value / scale);
    image.data.set([red, green, blue, 255], 4 * k);
  }
  context.putImageData(image, 0, 0);
  g.imageSmoothingEnabled = false;
  g.drawImage(patch, x, y, width, height);
}

/** A small one, without axes. */
export function drawThumb(canvas, field, scale) {
  const { g, width, height } = begin(canvas);
  if (field) {
    paint(g, field, scale, 0, 0, width, height);
  }
}

/** The plot's place on a canvas of so many pixels across. */
function place(field, width) {
  const across = Math.max(40, width - LEFT - BAR_ROOM);
  const down = field.rows === 1 ? 72 : Math.min(across * (field.rows / field.columns), across * 1.5);
  return { x: LEFT, y: TOP, width: across, height: Math.round(down) };
}

function siteTicks(sites) {
  const wanted = sites <= 10 ? 2 : sites <= 20 ? 4 : sites <= 40 ? 8 : sites <= 100 ? 16 : 64;
  const all = [];
  for (let site = 0; site < sites; site += wanted) {
    all.push(site);
  }
  return all;
}

/** Draws it all; sites is [down, across] of the lattice, names those of its axes. */
export function drawHeatmap(canvas, field, scale, symbol, sites, names) {
  const box = place(field, canvas.clientWidth);
  const height = box.y + box.height + BOTTOM;
  const { g, width } = begin(canvas, height);
  const c = ink();
  paint(g, field, scale, box.x, box.y, box.width, box.height);
  g.strokeStyle = c.line;
  g.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);

  for (const site of siteTicks(sites[1])) {
    const x = box.x + ((site + 0.5) / sites[1]) * box.width;
    rule(g, x, box.y + box.height, x, box.y + box.height + 4, c.muted);
    text(g, String(site), x, box.y + box.height + 12, c.muted, "center");
  }
  text(g, names[1], box.x + box.width / 2, box.y + box.height + 27, c.muted, "center");
  if (field.rows > 1) {
    for (const site of siteTicks(sites[0])) {
      const y = box.y + ((site + 0.5) / sites[0]) * box.height;
      rule(g, box.x - 5, y, box.x - 1, y, c.muted);
      text(g, String(site), box.x - 8, y, c.muted, "right");
    }
    g.save();
    g.translate(8, box.y + box.height / 2);
    g.rotate(-Math.PI / 2);
    text(g, names[0], 0, 0, c.muted, "center");
    g.restore();
  }
  colourBar(g, c, scale, symbol, width - BAR_ROOM + 16, box.y, box.height);
}

function colourBar(g, c, scale, symbol, x, y, height) {
  const table = colours(c.dark);
  for (let row = 0; row < height; row++) {
    const [red, green, blue] = colourOf(table, 1 - (2 * (row + 0.5)) / height);
    g.fillStyle = `rgb(${red}, ${green}, ${blue})`;
    g.fillRect(x, y + row, BAR, 1.5);
  }
  g.strokeStyle = c.line;
  g.strokeRect(x - 0.5, y - 0.5, BAR + 1, height + 1);
  for (const part of height < 120 ? [-1, 0, 1] : [-1, -0.5, 0, 0.5, 1]) {
    const at = y + ((1 - part) / 2) * height;
    rule(g, x + BAR, at, x + BAR + 4, at, c.muted);
    text(g, short(part * scale), x + BAR + 7, at, c.muted);
  }
  text(g, symbol, x + BAR / 2, y + height + 12, c.muted, "center");
}

/** What a pointer at an event is over, as words. */
export function readout(canvas, field, event, symbol, extents) {
  const box = place(field, canvas.clientWidth);
  const rect = canvas.getBoundingClientRect();
  const column = Math.floor(((event.clientX - rect.left - box.x) / box.width) * field.columns);
  const row = Math.floor(((event.clientY - rect.top - box.y) / box.height) * field.rows);
  if (column < 0 || column >= field.columns || row < 0 || row >= field.rows) {
    return "";
  }
  const sites = field.rowSites * field.columnSites;
  const x = column * field.columnSites;
  const y = row * field.rowSites;
  const zeros = extents.slice(0, -2).map(() => 0);
  const at = extents.length < 2 ? [x] : [...zeros, y, x];
  const value = significant(valueAt(field, row * field.columns + column), 3);
  return sites === 1 ? `${symbol}(${at.join(", ")}) = ${value}` : `mean of ${symbol} from (${at.join(", ")}) on = ${value}`;
}
