// What freezes first, along one chain: m and |m| of single configurations with the running mean of
// |m| and its error, or a topological charge; beside it how often which value came.

import { begin, ink, roundUp, rule, text, ticks } from "./canvas.js";
import { known, rough, short } from "./format.js";

const LEFT = 50;
const TOP = 24;
const BOTTOM = 36;
const BINS = 31;
const MOST_SECTORS = 20;

function legend(g, c, entries, x, y) {
  let at = x;
  for (const { colour, words, dashed } of entries) {
    g.strokeStyle = colour;
    g.lineWidth = 2;
    g.setLineDash(dashed ? [4, 3] : []);
    g.beginPath();
    g.moveTo(at, y);
    g.lineTo(at + 18, y);
    g.stroke();
    g.setLineDash([]);
    g.lineWidth = 1;
    text(g, words, at + 23, y, c.muted);
    at += 23 + g.measureText(words).width + 16;
  }
}

function histogram(g, c, values, top, bins, x, width, y) {
  const counts = new Array(bins).fill(0);
  for (const value of values) {
    counts[Math.min(bins - 1, Math.max(0, Math.floor(((value / top + 1) / 2) * bins)))]++;
  }
  const most = Math.max(...counts);
  g.fillStyle = c.second;
  g.globalAlpha = 0.55;
  counts.forEach((count, bin) => {
    const high = y((2 * (bin + 1) / bins - 1) * top);
    const low = y((2 * bin / bins - 1) * top);
    g.fillRect(x, high + 0.5, (count / most) * width, low - high - 1);
  });
  g.globalAlpha = 1;
}

/**
 * Draws it.
 *
 * @param {{index: number[], value: (number | null)[], name: string, symbol: string}} trace
 * @param {{mean: number, error: number} | undefined} absolute running mean of |m|
 * @param {number} height of the canvas in CSS pixels
 */
export function drawHistory(canvas, trace, absolute, height) {
  const { g, width } = begin(canvas, height);
  const c = ink();
  const points = trace.index
    .map((index, k) => ({ index, value: trace.value[k] }))
    .filter((p) => known(p.value));
  if (points.length < 2) {
    text(g, "Waiting for configurations", width / 2, height / 2, c.muted, "center");
    return;
  }
  const side = width < 480 ? 44 : 76;
  const box = { x: LEFT, y: TOP, width: width - LEFT - side - 16, height: height - TOP - BOTTOM };
  const largest = Math.max(...points.map((p) => Math.abs(p.value)), 1e-12);
  const sectors = largest < MOST_SECTORS && points.every((p) => Number.isInteger(p.value));
  const top = sectors ? Math.ceil(largest) + 0.5 : roundUp(1.02 * largest);
  const signed = trace.name === "m";
  const first = points[0].index;
  const span = points[points.length - 1].index - first || 1;
  const x = (index) => box.x + ((index - first) / span) * box.width;
  const y = (value) => box.y + (1 - value / top) * (box.height / 2);

  const marks = ticks(-top, top, box.height > 200 ? 8 : 4);
  for (const value of marks.filter((mark) => !sectors || Number.isInteger(mark))) {
    rule(g, box.x, y(value), box.x + box.width, y(value), Math.abs(value) < 1e-12 ? c.line : c.grid);
    text(g, short(value), box.x - 7, y(value), c.muted, "right");
  }
  for (const index of ticks(first, first + span, Math.max(2, Math.floor(box.width / 75)))) {
    if (Number.isInteger(index)) {
      rule(g, x(index), box.y + box.height, x(index), box.y + box.height + 4, c.muted);
      text(g, indexWords(index, span), x(index), box.y + box.height + 13, c.muted, "center");
    }
  }
  text(g, "configuration", box.x + box.width / 2, height - 7, c.muted, "center");

  const line = (colour, weight, alpha, value) => {
    g.strokeStyle = colour;
    g.lineWidth = weight;
    g.globalAlpha = alpha;
    g.beginPath();
    points.forEach((p) => g.lineTo(x(p.index), y(value(p))));
    g.stroke();
    g.globalAlpha = 1;
    g.lineWidth = 1;
  };
  line(c.second, 1, 0.8, (p) => p.value);
  const entries = [{ colour: c.second, words: trace.symbol }];
  if (signed) {
    line(c.accent, 1.3, 0.9, (p) => Math.abs(p.value));
    entries.unshift({ colour: c.accent, words: "|m|" });
  }
  if (signed && absolute && known(absolute.mean)) {
    const error = known(absolute.error) ? absolute.error : 0;
    g.fillStyle = c.ink;
    g.globalAlpha = 0.18;
    const high = y(absolute.mean + error);
    g.fillRect(box.x, high, box.width, Math.max(0, y(absolute.mean - error) - high));
    g.globalAlpha = 1;
    g.setLineDash([4, 3]);
    g.strokeStyle = c.ink;
    g.beginPath();
    g.moveTo(box.x, y(absolute.mean));
    g.lineTo(box.x + box.width, y(absolute.mean));
    g.stroke();
    g.setLineDash([]);
    entries.push({ colour: c.ink, words: "⟨|m|⟩ ± error", dashed: true });
  }
  legend(g, c, entries, box.x, 9);

  const right = box.x + box.width + 12;
  rule(g, right, box.y, right, box.y + box.height, c.line);
  histogram(g, c, points.map((p) => p.value), top, sectors ? 2 * top : BINS, right + 1, side - 4, y);
  text(g, `P(${trace.symbol})`, right + side / 2, box.y + box.height + 13, c.muted, "center");
}

function indexWords(index, span) {
  return index < 1e5 || span < 1000 ? String(index) : rough(index);
}
