package org.fieldstream.kernels.program;

/**
 * The ops of a lattice program. Values are {@code [channel][site]} per lane; an <em>element</em> is
 * {@code e = channel * sites + site}. {@code p} is the parameter array, shared by all lanes; {@code
 * t} the op's table, {@code n[]} its integers. Each constant states what every machine must
 * compute.
 */
public enum OpCode {
  /**
   * Standard normals: element e of lane l is output {@code e % 4} of Philox block {@code (e / 4,
   * n[0], index_l)} under key {@code seed_l}, two by two through Box and Muller.
   */
  NORMAL,
  /** Uniforms in (0, 1): {@code (r >>> 9 + 1/2) 2^-23}, counted as for {@link #NORMAL}. */
  UNIFORM,
  /** {@code out = a + b}; b may have 1 channel and/or 1 site and is then repeated. */
  ADD,
  /** {@code out = a - b}, b repeated as for ADD. */
  SUB,
  /** {@code out = a * b}, b repeated as for ADD. */
  MUL,
  /** {@code out = a / b}, b repeated as for ADD. */
  DIV,
  /** {@code out = p[n0] * a + p[n1] * b}. */
  LINCOMB,
  /** {@code out = p[n0] * a + p[n1]}. */
  AFFINE,
  /** {@code out = sin(a)}, |a| at most 8192. */
  SIN,
  /** {@code out = cos(a)}, |a| at most 8192. */
  COS,
  /** {@code out = exp(a)}, a clamped to [-87, 88]. */
  EXP,
  /** {@code out = log(a)}, a positive and normal. */
  LOG,
  /** {@code out = tanh(a)}. */
  TANH,
  /**
   * {@code out[e] = a[e]} where b[e] is positive, {@code p[n0] a[e]} elsewhere. With b = a the
   * leaky rectifier, with a gradient for a its adjoint.
   */
  LEAKY,
  /**
   * {@code out[e] = sum_k a[t[e * n0 + k]]}; an entry -1 ends the sum. Shifts, stencil sums,
   * slices, permutations.
   */
  GATHER,
  /**
   * A symplectic Euler step of a lattice equation of motion with a cubic force: inputs v and a,
   * outputs {@code v'[e] = v[e] + p[n0] (p[n1] a[e] + p[n2] a[e]^3 + p[n3] sum_k a[t[e * n5 + k]])}
   * and {@code a'[e] = a[e] + p[n4] v'[e]}. One pass for what would be eight.
   */
  CUBIC_STEP,
  /** All inputs stacked along channels. */
  CONCAT,
  /** {@code out[c][0] = sum_s a[c][s]}, compensated. */
  SITE_SUM,
  /** {@code out[c][s] = a[c or 0][0]}. */
  BROADCAST,
  /** {@code out = p[n0]} everywhere. */
  FILL,
  /** {@code out[0] + out[1] = sum of a[e]}: a compensated sum as (high, low). */
  TOTAL,
  /** {@code out[0] + out[1] = sum of a[e] b[e]}: a compensated dot product as (high, low). */
  DOT,
  /** {@code out[e] = a[e] * p[n0 + t[e]]}. */
  PARAM_MUL,
  /** {@code out[e] = a[e] + p[n0 + t[e]]}. */
  PARAM_ADD,
  /** {@code out[j] = sum of a[e] over e with t[e] = j}. */
  SEGMENT_SUM,
  /** {@code out[j] = sum of a[e] b[e] over e with t[e] = j}. */
  SEGMENT_DOT,
  /**
   * A matrix along an axis: with e = (o n1 + i) n2 + r and n1 the extent, n2 the stride, {@code
   * out[o, i, r] = sum_j p[n0 + i n1 + j] a[o, j, r]}.
   */
  AXIS,
  /**
   * Sine series, n0 = parameter offset, n1 = F sines, n2 = K rows, n3 = 1 if the slope of row 0 is
   * wanted: with frequencies {@code om_f = p[n0 + f]} and weights {@code W[k][f] = p[n0 + F + k (F
   * + 1) + f]}, {@code out[k] = W[k][0] a + sum_{f>=1} W[k][f] sin(om_{f-1} a)}, and with slope
   * {@code out[K] = W[0][0] + sum_f W[0][f] om cos(om a)}. The input has one channel.
   */
  SINES,
  /**
   * Adjoint of {@link #SINES}: inputs a and the gradient g of its output; first output the gradient
   * of a, second output {@code [F + K (F + 1)][1]} the gradient of the parameters.
   */
  SINES_BACK,
  /**
   * Series of plane sines of a field of C channels, n0 = parameter offset, n1 = F sines: with wave
   * vectors {@code k_f[c] = p[n0 + f C + c]} and weights {@code w_f = p[n0 + F C + f]}, {@code
   * out[0] = sum_f w_f sin(k_f . a)} and {@code out[1] = d out[0] / d a[0] = sum_f w_f k_f[0]
   * cos(k_f . a)}.
   */
  PLANE_SINES,
  /**
   * Adjoint of {@link #PLANE_SINES}: inputs a and the gradient g of its output; first output the
   * gradient of a, second output {@code [F C + F][1]} the gradient of the parameters.
   */
  PLANE_SINES_BACK,
  /**
   * Stencil convolution, n0 = weight offset, n1 = bias offset or -1, n2 = taps K, n3 = orbits O, n4
   * = 1 if the weights are read transposed: {@code out[co][s] = p[n1 + co] + sum_ci sum_k p[w(co,
   * ci, t[S K + k])] a[ci][t[s K + k]]} with {@code w = n0 + (co CI + ci) O + orbit}, transposed
   * {@code n0 + (ci CO + co) O + orbit}. The table holds the S K source sites, then the K orbits,
   * then, if n5 is not 0, the n5 sites that the output has, in place of all S.
   */
  CONV,
  /**
   * Weight gradient of {@link #CONV} with the same integers: inputs a and g, output {@code [CO CI O
   * + CO][1]}, weights then biases.
   */
  CONV_GRAD
}
