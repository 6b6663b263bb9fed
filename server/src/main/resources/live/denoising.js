// A configuration on its way out of noise: the field at some strengths of it, most first.

import { drawThumb, extent } from "./heatmap.js";
import * as format from "./format.js";

const $ = (id) => document.getElementById(id);

function set(node, words) {
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

function make() {
  const item = document.createElement("li");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const sigma = document.createElement("b");
  const range = document.createElement("span");
  item.append(canvas, sigma, range);
  item.parts = { canvas, sigma, range };
  return item;
}

/** Shows the way of the stream's last configuration, or nothing where the stream does not carry it. */
export function showDenoising(stream) {
  const { denoising } = stream;
  $("denoising-panel").hidden = !denoising;
  if (!denoising) {
    return;
  }
  const { levels, sent } = denoising;
  const { symbol } = format.picture(stream);
  const of = sent > levels.length ? `${levels.length} of the ${sent} levels sent` : `all ${sent} levels sent`;
  set(
    $("denoising-caption"),
    `Configuration ${format.whole(levels[0].index)} on its way, ${of}: strength σ of the noise, ` +
      "and how far the colours of each reach",
  );
  const list = $("levels");
  while (list.children.length > levels.length) {
    list.lastChild.remove();
  }
  levels.forEach((level, k) => {
    const { canvas, sigma, range } = (list.children[k] ?? list.appendChild(make())).parts;
    const { low, high } = extent(level);
    const strength = format.significant(level.sigma, 3);
    set(sigma, `σ = ${strength}`);
    set(range, `± ${format.short(level.scale)}`);
    canvas.setAttribute(
      "aria-label",
      `${symbol} at noise of strength ${strength}: ${format.significant(low, 3)} to ${format.significant(high, 3)}`,
    );
    drawThumb(canvas, level, level.scale);
  });
}
