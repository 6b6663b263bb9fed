// The list to choose a stream from: radio buttons, each with the last field.

import { drawThumb } from "./heatmap.js";
import { exactness, lattice, rough, theory } from "./format.js";

const rows = new Map();

function make(number, onChoose) {
  const label = document.createElement("label");
  label.className = "stream";
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "stream";
  input.value = String(number);
  input.addEventListener("change", () => onChoose(number));
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  const title = document.createElement("b");
  const what = document.createElement("span");
  const how = document.createElement("span");
  words.append(title, what, how);
  label.append(input, canvas, words);
  return { label, input, canvas, title, what, how };
}

function set(node, words) {
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

/**
 * Shows streams.
 *
 * @param {HTMLElement} list
 * @param {object[]} streams as {@code main.js} keeps them
 * @param {number | null} chosen number of the one shown
 * @param {Set<number>} alarmed numbers of those with an alarm
 * @param {(number: number) => void} onChoose
 */
export function showStreams(list, streams, chosen, alarmed, onChoose) {
  const present = new Set(streams.map((s) => s.number));
  for (const [number, row] of rows) {
    if (!present.has(number)) {
      row.label.remove();
      rows.delete(number);
    }
  }
  streams.forEach((stream, k) => {
    if (!rows.has(stream.number)) {
      rows.set(stream.number, make(stream.number, onChoose));
    }
    const row = rows.get(stream.number);
    if (list.children[k] !== row.label) {
      list.insertBefore(row.label, list.children[k] ?? null);
    }
    const alarm = alarmed.has(stream.number);
    row.label.dataset.alarm = String(alarm);
    row.label.dataset.ended = String(stream.ended);
    row.input.checked = stream.number === chosen;
    set(row.title, `${stream.number}  ${stream.model}`);
    set(row.what, `${theory(stream)} ${lattice(stream)}, ${exactness(stream)}`);
    set(row.how, pace(stream) + (alarm ? ", alarm" : ""));
    drawThumb(row.canvas, stream.picture, stream.scale);
  });
}

function pace(stream) {
  if (stream.ended) {
    return "ended";
  }
  if (stream.configurations === 0) {
    return "thermalises, or burns in";
  }
  return stream.waitingSeconds > 1 ? "waits for its client" : `${rough(stream.perSecond)} configurations/s`;
}
