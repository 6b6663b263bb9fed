// Numbers and names as people read them.

const MINUS = "\u2212";
const THIN = "\u202f";
const NONE = "–";

const COUPLINGS = { m2: "m²", lambda: "λ", kappa: "κ", lambda_h: "λₕ", beta: "β", g: "g" };
const THEORIES = { phi4: "φ⁴", u1: "U(1)", su2: "SU(2)", u2: "U(2)" };
const OBSERVABLES = {
  phi2: "⟨φ²⟩",
  phi4: "⟨φ⁴⟩",
  m: "⟨m⟩",
  abs_m: "⟨|m|⟩",
  m2: "⟨m²⟩",
  m4: "⟨m⁴⟩",
  f_min: "F(k₁)",
  action_per_site: "⟨S⟩/V",
  plaquette: "⟨cos θₚ⟩",
  charge: "⟨Q⟩",
  chi_q: "χ_Q",
  polyakov_re: "Re⟨P⟩",
  polyakov_im: "Im⟨P⟩",
  polyakov_abs2: "⟨|P|²⟩",
};
const SINGLE = { m: "m", charge: "Q" };
const PICTURES = {
  field: { symbol: "φ", title: "Field φ(x)" },
  "plaquette angle": { symbol: "θ", title: "Plaquette angle θ(x)" },
};

export const known = (x) => x !== null && x !== undefined && Number.isFinite(x);

/** A number with so many decimals. */
export function fixed(x, decimals) {
  return known(x) ? x.toFixed(Math.max(0, Math.min(12, decimals))).replace("-", MINUS) : NONE;
}

/** A number with so many significant digits, no exponent within reason. */
export function significant(x, digits = 3) {
  if (!known(x)) {
    return NONE;
  }
  if (x === 0) {
    return "0";
  }
  const magnitude = Math.floor(Math.log10(Math.abs(x)));
  if (magnitude < -4 || magnitude > 6) {
    const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
    return `${mantissa}e${Number(exponent)}`.replaceAll("-", MINUS);
  }
  return fixed(x, digits - 1 - magnitude);
}

/** A coupling or a tick: as short as it can be. */
export function short(x) {
  return known(x) ? String(Number(x.toPrecision(6))).replace("-", MINUS) : NONE;
}

/** Mean and error, both to the error's second digit. */
export function withError(mean, error) {
  if (!known(mean)) {
    return [NONE, ""];
  }
  if (!known(error) || error <= 0) {
    return [significant(mean, 4), ""];
  }
  const magnitude = Math.floor(Math.log10(error));
  const decimals = Math.max(0, 1 - magnitude);
  return [fixed(mean, decimals), fixed(error, decimals)];
}

/** A whole number, its thousands apart. */
export function whole(x) {
  return known(x) ? String(Math.round(x)).replace(/\B(?=(\d{3})+$)/g, THIN) : NONE;
}

/** A count to three digits: 950, 12.4 k, 3.10 M. */
export function rough(x) {
  if (!known(x)) {
    return NONE;
  }
  for (const [unit, size] of [["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
    if (x >= size) {
      return `${(x / size).toPrecision(3)}${THIN}${unit}`;
    }
  }
  if (x === 0) {
    return "0";
  }
  return x >= 100 ? x.toFixed(0) : x.toPrecision(x < 0.01 ? 1 : 3).replace(/\.?0+$/, "");
}

export function bytes(x) {
  for (const [unit, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
    if (x >= size) {
      return `${(x / size).toFixed(x / size < 10 ? 1 : 0)}${THIN}${unit}`;
    }
  }
  return `${x}${THIN}B`;
}

export function duration(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  if (s < 86400) {
    return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  }
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export const lattice = (stream) => stream.extents.join(" × ");
export const theory = (stream) => THEORIES[stream.theory] ?? stream.theory;
export const observable = (name) => OBSERVABLES[name] ?? name;
/** A single value of an observable, not its mean. */
export const single = (name) => SINGLE[name] ?? name;

/** Symbol and title of what a stream's picture shows. */
export const picture = (stream) =>
  PICTURES[stream.pictured] ?? { symbol: "", title: stream.pictured };
/** Whether its proposals are accepted or rejected. */
export const isJudged = (stream) => ["metropolis", "langevin_adjusted"].includes(stream.exactness);
export const couplings = (stream) =>
  Object.entries(stream.couplings)
    .map(([name, value]) => `${COUPLINGS[name] ?? name} = ${short(value)}`)
    .join(", ");
export const exactness = (stream) => stream.exactness.replaceAll("_", "-");
