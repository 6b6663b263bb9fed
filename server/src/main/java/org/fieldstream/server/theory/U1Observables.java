package org.fieldstream.server.theory;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Per-configuration observables of two-dimensional U(1) gauge theory; with theta_x the plaquette
 * angles:
 *
 * <ul>
 *   <li>{@code plaquette}: (1/V) sum_x cos theta_x
 *   <li>{@code wilson_RxT} for R &lt;= T up to 4, below the smaller extent: the real part of Wilson
 *       loops of R x T plaquettes, over all places and both orientations
 *   <li>{@code polyakov_re}, {@code polyakov_im}, {@code polyakov_abs2}: P = (1/L_1) sum_j exp(i
 *       sum_i theta_0(i, j)), straight loops around the first axis, and |P|^2
 *   <li>{@code charge}: the topological charge Q = (1/2 pi) sum_x wrap(theta_x), a whole number (C.
 *       Panagiotakopoulos, Nucl. Phys. B 251 (1985) 61)
 *   <li>{@code chi_q}: Q^2 / V, whose mean is the topological susceptibility
 *   <li>{@code action_per_site}: S / V
 * </ul>
 *
 * <p>Works in scratch arrays of its own: one thread at a time.
 */
final class U1Observables {
  private static final int LARGEST_LOOP = 4;

  /** How far Q may be from a whole number: rounding makes it 1e-10, anything more is no field. */
  private static final double WHOLE = 1e-3;

  private final int rows;
  private final int columns;
  private final int sites;
  private final int largest;
  private final U1Plaquettes plaquettes;
  private final List<String> names;
  private final double[] angles;

  /** exp(i theta_x). */
  private final double[] re;

  private final double[] im;

  /** Loops of one plaquette's height and some width, and those grown from them. */
  private final double[] stripRe;

  private final double[] stripIm;
  private final double[] loopRe;
  private final double[] loopIm;

  U1Observables(Lattice lattice) {
    rows = lattice.extent(0);
    columns = lattice.extent(1);
    sites = lattice.sites();
    largest = Math.min(LARGEST_LOOP, Math.min(rows, columns) - 1);
    plaquettes = new U1Plaquettes(lattice);
    angles = new double[sites];
    re = new double[sites];
    im = new double[sites];
    stripRe = new double[sites];
    stripIm = new double[sites];
    loopRe = new double[sites];
    loopIm = new double[sites];
    List<String> all = new ArrayList<>();
    all.add("plaquette");
    for (int r = 1; r <= largest; r++) {
      for (int t = Math.max(2, r); t <= largest; t++) {
        all.add("wilson_" + r + "x" + t);
      }
    }
    all.addAll(
        List.of(
            "polyakov_re", "polyakov_im", "polyakov_abs2", "charge", "chi_q", "action_per_site"));
    names = List.copyOf(all);
  }

  List<String> names() {
    return names;
  }

  void observe(float[] fields, int offset, double action, double[] into) {
    double charge = charge(fields, offset);
    for (int x = 0; x < sites; x++) {
      re[x] = Angles.cos(angles[x]);
      im[x] = Angles.sin(angles[x]);
    }
    int at = loops(into);
    at = polyakov(fields, offset, into, at);
    into[at++] = charge;
    into[at++] = charge * charge / sites;
    into[at] = action / sites;
  }

  /**
   * Q; leaves the plaquette angles in {@link #angles}.
   *
   * @throws IllegalStateException where it is not a whole number, which is where the field is not
   *     finite
   */
  double charge(float[] fields, int offset) {
    double sum = 0;
    for (int x = 0; x < sites; x++) {
      double angle = plaquettes.angle(fields, offset, x);
      angles[x] = angle;
      sum += Angles.wrap(angle);
    }
    double charge = sum / (2 * Math.PI);
    double whole = Math.rint(charge);
    if (!(Math.abs(charge - whole) <= WHOLE)) {
      throw new IllegalStateException(
          "charge: " + charge + " (expected: a whole number, from links that are finite)");
    }
    // No negative zero.
    return whole + 0.0;
  }

  /** Real parts of all loops; returns the position behind them. */
  private int loops(double[] into) {
    double[][] sums = new double[largest + 1][largest + 1];
    System.arraycopy(re, 0, stripRe, 0, sites);
    System.arraycopy(im, 0, stripIm, 0, sites);
    for (int width = 1; width <= largest; width++) {
      if (width > 1) {
        times(stripRe, stripIm, re, im, 0, width - 1);
      }
      System.arraycopy(stripRe, 0, loopRe, 0, sites);
      System.arraycopy(stripIm, 0, loopIm, 0, sites);
      for (int height = 1; height <= largest; height++) {
        if (height > 1) {
          times(loopRe, loopIm, stripRe, stripIm, height - 1, 0);
        }
        double sum = 0;
        for (int x = 0; x < sites; x++) {
          sum += loopRe[x];
        }
        sums[Math.min(width, height)][Math.max(width, height)] += sum;
      }
    }
    int at = 0;
    into[at++] = sums[1][1] / sites;
    for (int r = 1; r <= largest; r++) {
      for (int t = Math.max(2, r); t <= largest; t++) {
        into[at++] = sums[r][t] / sites / (r == t ? 1 : 2);
      }
    }
    return at;
  }

  /** a(x) *= b(x + down 0 + right 1). */
  private void times(double[] are, double[] aim, double[] bre, double[] bim, int down, int right) {
    for (int i = 0; i < rows; i++) {
      int row = i * columns;
      int source = (i + down) % rows * columns;
      times(are, aim, row, bre, bim, source + right, columns - right);
      times(are, aim, row + columns - right, bre, bim, source, right);
    }
  }

  private static void times(
      double[] are, double[] aim, int from, double[] bre, double[] bim, int source, int length) {
    for (int k = 0; k < length; k++) {
      double ar = are[from + k];
      double ai = aim[from + k];
      double br = bre[source + k];
      double bi = bim[source + k];
      are[from + k] = ar * br - ai * bi;
      aim[from + k] = ar * bi + ai * br;
    }
  }

  private int polyakov(float[] fields, int offset, double[] into, int at) {
    double sumRe = 0;
    double sumIm = 0;
    for (int j = 0; j < columns; j++) {
      double line = 0;
      for (int i = 0; i < rows; i++) {
        line += fields[offset + i * columns + j];
      }
      sumRe += Angles.cos(line);
      sumIm += Angles.sin(line);
    }
    double p = sumRe / columns;
    double q = sumIm / columns;
    into[at] = p;
    into[at + 1] = q;
    into[at + 2] = p * p + q * q;
    return at + 3;
  }
}
