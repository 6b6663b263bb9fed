// Charts of points with errors: a running mean the size of a word, and a two-point function.

import { begin, ink, rule, text, ticks } from "./canvas.js";
import { known, short } from "./format.js";

/**
 * A running mean with its error as a band, over time; the last value's two sigma fill most of it.
 *
 * @param {{mean: number, error: number}[]} points oldest first
 */
export function drawSpark(canvas, points) {
  const { g, width, height } = begin(canvas);
  const shown = points.filter((p) => known(p.mean) && known(p.error));
  if (shown.length < 2) {
    return;
  }
  const last = shown[shown.length - 1];
  const half = 4 * (last.error || Math.abs(last.mean) * 1e-6 || 1);
  const y = (value) => height / 2 - ((value - last.mean) / half) * (height / 2 - 1);
  const x = (k) => 1 + (k / (shown.length - 1)) * (width - 5);
  const c = ink();
  rule(g, 0, height / 2, width, height / 2, c.grid);
  g.save();
  g.beginPath();
  g.rect(0, 0, width, height);
  g.clip();
  g.beginPath();
  shown.forEach((p, k) => g.lineTo(x(k), y(p.mean + p.error)));
  [...shown.keys()].reverse().forEach((k) => g.lineTo(x(k), y(shown[k].mean - shown[k].error)));
  g.fillStyle = c.accent;
  g.globalAlpha = 0.22;
  g.fill();
  g.globalAlpha = 1;
  g.beginPath();
  shown.forEach((p, k) => g.lineTo(x(k), y(p.mean)));
  g.strokeStyle = c.accent;
  g.lineWidth = 1.3;
  g.stroke();
  g.restore();
  g.beginPath();
  g.arc(x(shown.length - 1), y(last.mean), 2, 0, 2 * Math.PI);
  g.fillStyle = c.accent;
  g.fill();
}

/**
 * C(t) on a logarithmic axis, with errors; what is not positive has no place on it.
 *
 * @param {{mean: number, error: number}[]} points of t = 0, 1, ...
 */
export function drawCorrelator(canvas, points, height) {
  const { g, width } = begin(canvas, height);
  const c = ink();
  const box = { x: 56, y: 8, width: width - 68, height: height - 46 };
  const shown = points
    .map((p, t) => ({ ...p, t }))
    .filter((p) => known(p.mean) && p.mean > 0);
  if (!shown.length) {
    text(g, "No positive values yet", width / 2, height / 2, c.muted, "center");
    return;
  }
  const low = Math.log10(Math.min(...shown.map((p) => p.mean))) - 0.08;
  const high = Math.log10(Math.max(...shown.map((p) => p.mean))) + 0.08;
  const x = (t) => box.x + ((t + 0.4) / (points.length - 0.2)) * box.width;
  const y = (value) =>
    box.y + box.height - ((Math.log10(value) - low) / (high - low)) * box.height;

  for (const value of logTicks(low, high)) {
    rule(g, box.x, y(value), box.x + box.width, y(value), c.grid);
    text(g, short(value), box.x - 7, y(value), c.muted, "right");
  }
  for (const t of ticks(0, points.length - 1, Math.min(points.length - 1, 8))) {
    if (Number.isInteger(t)) {
      rule(g, x(t), box.y + box.height, x(t), box.y + box.height + 4, c.muted);
      text(g, String(t), x(t), box.y + box.height + 13, c.muted, "center");
    }
  }
  rule(g, box.x, box.y + box.height, box.x + box.width, box.y + box.height, c.line);
  text(g, "t (sites)", box.x + box.width / 2, height - 8, c.muted, "center");
  g.save();
  g.translate(8, box.y + box.height / 2);
  g.rotate(-Math.PI / 2);
  text(g, "C(t)", 0, 0, c.muted, "center");
  g.restore();

  g.strokeStyle = c.accent;
  g.globalAlpha = 0.4;
  g.beginPath();
  shown.forEach((p) => g.lineTo(x(p.t), y(p.mean)));
  g.stroke();
  g.globalAlpha = 1;
  for (const p of shown) {
    if (known(p.error)) {
      const bottom = Math.min(box.y + box.height, y(Math.max(p.mean - p.error, 10 ** low)));
      g.strokeStyle = c.accent;
      g.lineWidth = 1.2;
      g.beginPath();
      g.moveTo(x(p.t), Math.max(box.y, y(p.mean + p.error)));
      g.lineTo(x(p.t), bottom);
      g.stroke();
    }
    g.beginPath();
    g.arc(x(p.t), y(p.mean), 2.8, 0, 2 * Math.PI);
    g.fillStyle = c.accent;
    g.fill();
  }
}

/** 1, 2 and 5 times powers of ten, more where these are few, and round numbers for narrow ranges. */
function logTicks(low, high) {
  const all = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const k of high - low < 1 ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5]) {
      const value = k * 10 ** power;
      if (Math.log10(value) >= low && Math.log10(value) <= high) {
        all.push(value);
      }
    }
  }
  const every = all.filter((value) => high - low < 2 || /^1/.test(value.toExponential()));
  return every.length >= 3 ? every : ticks(10 ** low, 10 ** high, 4).filter((value) => value > 0);
}
