// What all drawings share: sharp pixels, the page's colours, ticks.

const NAMES = ["ink", "muted", "line", "grid", "accent", "second", "panel", "missing"];
const FONT = '11.5px Inter, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

let colours = null;

/** Colours have changed. */
export function forgetInk() {
  colours = null;
}

/** The page's colours by name, and whether the scheme is dark. */
export function ink() {
  if (!colours) {
    const probe = document.createElement("span");
    document.body.append(probe);
    const resolve = (value) => {
      probe.style.color = value;
      return getComputedStyle(probe).color;
    };
    colours = Object.fromEntries(NAMES.map((name) => [name, resolve(`var(--${name})`)]));
    colours.dark = resolve("light-dark(rgb(255, 255, 255), rgb(0, 0, 0))") === "rgb(0, 0, 0)";
    probe.remove();
  }
  return colours;
}

/** Clears a canvas at the screen's resolution; lengths are CSS pixels from here on. */
export function begin(canvas, height) {
  const width = canvas.clientWidth;
  const ratio = devicePixelRatio || 1;
  if (height !== undefined && canvas.style.height !== `${height}px`) {
    canvas.style.height = `${height}px`;
  }
  const tall = height ?? canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(tall * ratio);
  }
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, tall);
  g.font = FONT;
  g.lineWidth = 1;
  return { g, width, height: tall };
}

/** Round values from low to high, about so many. */
export function ticks(low, high, about) {
  const rough = (high - low) / Math.max(1, about);
  if (!(rough > 0)) {
    return [low];
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((k) => k >= rough * 0.999);
  const all = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    all.push(k * step);
  }
  return all;
}

/** The next round number that is not below x. */
export function roundUp(x) {
  if (!(x > 0)) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(x));
  return power * [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((k) => k * power >= x * (1 - 1e-9));
}

/** Text at a place: align is left, right or center. */
export function text(g, words, x, y, colour, align = "left", baseline = "middle") {
  g.fillStyle = colour;
  g.textAlign = align;
  g.textBaseline = baseline;
  g.fillText(words, x, y);
}

/** A straight line on whole pixels. */
export function rule(g, x0, y0, x1, y1, colour) {
  g.strokeStyle = colour;
  g.beginPath();
  g.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
  g.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  g.stroke();
}
