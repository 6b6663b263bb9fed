// The live page: snapshots come in twice a second, what is shown of them goes out to the modules
// around. Nothing here talks to anybody but the server that the page came from.

import { forgetInk } from "./canvas.js";
import { showDenoising } from "./denoising.js";
import { showDetail, wireDetail } from "./detail.js";
import { openFeed } from "./feed.js";
import { decode, steadyScale } from "./heatmap.js";
import { showObservables } from "./observables.js";
import { showAlarms, showEmpty, showLink, showServer, wireCopy } from "./status.js";
import { showStreams } from "./streams.js";
import { wireTheme } from "./theme.js";

const ENDED_KEPT = 3;
const FILM_KEPT = 5;
const RUNNING_KEPT = 160;

const $ = (id) => document.getElementById(id);

/** Streams by number, with what only the page remembers of them. */
const streams = new Map();
let last = null;
let chosen = null;
let byHand = false;

/** Pictures of a configuration at its levels of noise, each with a scale that keeps steady. */
function levelsOf(fresh, keep) {
  if (!fresh) {
    return keep.denoising;
  }
  const levels = fresh.levels.map((level, k) => {
    keep.levelScales[k] ??= steadyScale();
    return { ...decode(level), scale: keep.levelScales[k](level.largest) };
  });
  return { ...fresh, levels };
}

function remember(snapshot) {
  const present = new Set(snapshot.streams.map((s) => s.number));
  for (const stream of streams.values()) {
    stream.ended ||= !present.has(stream.number);
  }
  const ended = [...streams.values()].filter((s) => s.ended && s.number !== chosen);
  ended.slice(0, Math.max(0, ended.length - ENDED_KEPT)).forEach((s) => streams.delete(s.number));
  for (const fresh of snapshot.streams) {
    const before = streams.get(fresh.number);
    const keep = before ?? { steady: steadyScale(), film: [], running: new Map(), picture: null, denoising: null, levelScales: [] };
    const moved = fresh.field && fresh.field.index !== keep.picture?.index;
    const film = moved && keep.picture ? [keep.picture, ...keep.film].slice(0, FILM_KEPT) : keep.film;
    const picture = moved ? decode(fresh.field) : keep.picture;
    for (const { name, mean, error, n } of fresh.observables) {
      const points = keep.running.get(name) ?? [];
      if (points.at(-1)?.n !== n) {
        points.push({ mean, error, n });
      }
      keep.running.set(name, points.slice(-RUNNING_KEPT));
    }
    streams.set(fresh.number, {
      ...fresh,
      steady: keep.steady,
      running: keep.running,
      film,
      picture,
      denoising: moved ? levelsOf(fresh.denoising, keep) : keep.denoising,
      levelScales: keep.levelScales,
      scale: keep.steady(picture?.largest ?? 0),
      budget: snapshot.server.bytesPerSubscription,
      ended: false,
    });
  }
}

function choose(number, hand = true) {
  if (streams.has(number)) {
    chosen = number;
    byHand = hand;
    show();
  }
}

/** Whoever has not chosen sees the first stream that runs, or the last that has ended. */
function settle() {
  if (byHand && streams.has(chosen)) {
    return;
  }
  byHand = false;
  const all = [...streams.values()];
  if (!streams.has(chosen) || streams.get(chosen).ended) {
    chosen = (all.find((s) => !s.ended) ?? all.at(-1))?.number ?? null;
  }
}

function show() {
  if (!last) {
    return;
  }
  showServer(last.server);
  showEmpty(last.server);
  showAlarms(last.alarms, choose);
  const all = [...streams.values()];
  $("board").hidden = all.length === 0;
  const alarmed = new Set(last.alarms.map((a) => a.stream));
  showStreams($("stream-list"), all, chosen, alarmed, choose);
  const more = last.server.running - last.streams.length;
  $("streams-more").hidden = more <= 0;
  $("streams-more").textContent = `${more} more run that are not listed`;
  if (streams.has(chosen)) {
    showDetail(streams.get(chosen));
    showDenoising(streams.get(chosen));
    showObservables(streams.get(chosen));
  }
  document.title = last.alarms.length ? `(${last.alarms.length}) Fieldstream` : "Fieldstream";
}

function redraw() {
  forgetInk();
  show();
}

wireTheme($("theme"), redraw);
wireCopy();
wireDetail();
addEventListener("resize", redraw);
const feed = openFeed(
  "/live/events",
  (snapshot) => {
    if (last && snapshot.server.uptimeSeconds < last.server.uptimeSeconds) {
      // Another server: its numbers are not ours.
      streams.clear();
      chosen = null;
    }
    last = snapshot;
    remember(snapshot);
    settle();
    show();
  },
  showLink,
);
$("lost-now").addEventListener("click", () => feed.retry());
