// The table of running observables, and the two-point function where the theory measures one.

import { drawCorrelator, drawSpark } from "./chart.js";
import { fixed, known, observable, rough, withError } from "./format.js";

const $ = (id) => document.getElementById(id);
const CORRELATOR = /^c_\d+$/;

let rows = [];
let names = "";

function make(name) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = observable(name);
  if (observable(name) !== name) {
    const code = document.createElement("code");
    code.textContent = name;
    head.append(code);
  }
  const mean = document.createElement("td");
  const tau = document.createElement("td");
  const rhat = document.createElement("td");
  mean.className = tau.className = "num";
  rhat.className = "num rhat";
  const spark = document.createElement("td");
  spark.className = "spark";
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  spark.append(canvas);
  row.append(head, mean, tau, rhat, spark);
  return { row, mean, tau, rhat, canvas };
}

function figures(cell, value, error) {
  const [digits, spread] = withError(value, error);
  const words = spread ? `${digits} ± ${spread}` : digits;
  if (cell.dataset.words !== words) {
    cell.dataset.words = words;
    const mark = document.createElement("span");
    mark.textContent = spread ? ` ± ${spread}` : "";
    cell.replaceChildren(digits, mark);
  }
}

/** Shows a stream's observables. */
export function showObservables(stream) {
  const all = stream.observables.filter((o) => !CORRELATOR.test(o.name));
  const key = all.map((o) => o.name).join("|");
  if (key !== names) {
    names = key;
    rows = all.map((o) => make(o.name));
    $("observable-rows").replaceChildren(...rows.map((r) => r.row));
  }
  const chains = stream.chains > 1;
  $("rhat-head").hidden = !chains;
  all.forEach((o, k) => {
    figures(rows[k].mean, o.mean, o.error);
    figures(rows[k].tau, o.tauInt, o.tauIntError);
    rows[k].rhat.textContent = fixed(o.rHat, 3);
    rows[k].rhat.hidden = !chains;
    if (rows[k].canvas.clientWidth > 0) {
      drawSpark(rows[k].canvas, stream.running.get(o.name) ?? []);
    }
  });
  $("observables-caption").textContent = caption(stream, all);

  const correlator = stream.observables.filter((o) => CORRELATOR.test(o.name));
  const drawable = correlator.length > 2 && correlator.some((o) => known(o.mean));
  $("correlator-panel").hidden = !drawable;
  if (drawable) {
    drawCorrelator($("correlator"), correlator, matchMedia("(min-width: 1180px)").matches ? 316 : 230);
    $("correlator-caption").textContent =
      `Of slice means, zero momentum; C(0) = ${withError(correlator[0].mean, correlator[0].error)
        .filter(Boolean)
        .join(" ± ")}`;
  }
}

function caption(stream, all) {
  if (!stream.followed) {
    return stream.exactness === "raw"
      ? "Raw draws are not exact: their means are not those of the target, and are not shown."
      : "Of this stream only counts are kept: too many streams of the model run.";
  }
  const n = all[0]?.n ?? 0;
  if (n === 0) {
    return "Nothing measured yet";
  }
  const kind = stream.exactness === "reweight" ? "reweighted draws" : "configurations";
  return `Over ${rough(n)} ${kind}; autocorrelation times in ${stream.chains > 1 ? "steps of one chain" : "configurations"}`;
}
