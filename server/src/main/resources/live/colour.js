// A diverging colour map, even in lightness on both sides and safe for red-green blindness: blue
// below 0, orange above. Zero is the page's own ground: near white on light pages, near black on
// dark ones. Stops are OKLCh (B. Ottosson, "A perceptual color space for image processing", 2020).

const STEPS = 127;

const LIGHT = {
  zero: [0.975, 0.003, 250],
  below: [[0.87, 0.055, 245], [0.7, 0.12, 250], [0.52, 0.155, 257], [0.34, 0.125, 262]],
  above: [[0.88, 0.065, 65], [0.75, 0.13, 52], [0.57, 0.165, 40], [0.37, 0.125, 32]],
};
const DARK = {
  zero: [0.2, 0.008, 250],
  below: [[0.34, 0.08, 257], [0.5, 0.14, 255], [0.69, 0.135, 248], [0.89, 0.06, 238]],
  above: [[0.34, 0.075, 38], [0.5, 0.135, 42], [0.71, 0.15, 55], [0.91, 0.085, 82]],
};

function toLab([lightness, chroma, hue]) {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

function toSrgb([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((x) => {
    const c = Math.min(1, Math.max(0, x));
    return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
  });
}

function side(zero, stops) {
  const labs = [zero, ...stops].map(toLab);
  return Array.from({ length: STEPS }, (_, step) => {
    const at = ((step + 1) / STEPS) * (labs.length - 1);
    const k = Math.min(labs.length - 2, Math.floor(at));
    return toSrgb(labs[k].map((x, i) => x + (at - k) * (labs[k + 1][i] - x)));
  });
}

function table({ zero, below, above }) {
  return [...side(zero, below).reverse(), toSrgb(toLab(zero)), ...side(zero, above)];
}

const TABLES = { light: table(LIGHT), dark: table(DARK) };

/** The colours [r, g, b] of -1 to 1 in 255 even steps. */
export const colours = (dark) => (dark ? TABLES.dark : TABLES.light);

/** The colour of a value between -1 and 1. */
export function colourOf(colourTable, value) {
  return colourTable[STEPS + Math.round(STEPS * Math.min(1, Math.max(-1, value)))];
}
