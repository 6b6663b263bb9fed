package org.fieldstream.server.theory;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Per-configuration observables of a scalar field; with m = (1/V) sum_x phi_x:
 *
 * <ul>
 *   <li>{@code phi2}, {@code phi4}: (1/V) sum_x phi^2, phi^4
 *   <li>{@code m}, {@code abs_m}, {@code m2}, {@code m4}: m, |m|, m^2, m^4. From their means: chi =
 *       V m2, chi_conn = V (m2 - abs_m^2), Binder U4 = 1 - m4 / (3 m2^2)
 *   <li>{@code f_min}: (1/D) sum_mu |sum_x phi_x exp(2 pi i x_mu / L_mu)|^2 / V, the two-point
 *       function at the smallest momenta; xi = sqrt(chi / f_min - 1) / (2 sin(pi / L)) on lattices
 *       of equal extents
 *   <li>{@code action_per_site}: S / V
 *   <li>{@code c_0 ... c_{T/2}}: the zero-momentum two-point function c_t = (1/T) sum_y s_y s_{y+t}
 *       of slice means s_y, along the first axis of extent T; averaged over all axes where all
 *       extents are equal
 * </ul>
 *
 * <p>Works in scratch arrays of its own: one thread at a time.
 */
final class Phi4Observables {
  private static final List<String> LOCAL =
      List.of("phi2", "phi4", "m", "abs_m", "m2", "m4", "f_min", "action_per_site");

  private final Lattice lattice;
  private final List<String> names;
  private final double[][] cos;
  private final double[][] sin;

  /** Sums over slices {@code [axis][coordinate]}. */
  private final double[][] slices;

  /** Coordinates of the row under the eye. */
  private final int[] row;

  private final boolean cubic;

  Phi4Observables(Lattice lattice) {
    this.lattice = lattice;
    int d = lattice.dimensions();
    cos = new double[d][];
    sin = new double[d][];
    slices = new double[d][];
    row = new int[d];
    boolean equal = true;
    for (int axis = 0; axis < d; axis++) {
      int extent = lattice.extent(axis);
      equal &= extent == lattice.extent(0);
      cos[axis] = new double[extent];
      sin[axis] = new double[extent];
      slices[axis] = new double[extent];
      for (int x = 0; x < extent; x++) {
        cos[axis][x] = Math.cos(2 * Math.PI * x / extent);
        sin[axis][x] = Math.sin(2 * Math.PI * x / extent);
      }
    }
    cubic = equal;
    List<String> all = new ArrayList<>(LOCAL);
    for (int t = 0; t <= lattice.extent(0) / 2; t++) {
      all.add("c_" + t);
    }
    names = List.copyOf(all);
  }

  List<String> names() {
    return names;
  }

  void observe(float[] fields, int offset, double action, double[] into) {
    int v = lattice.sites();
    int d = lattice.dimensions();
    for (double[] slice : slices) {
      java.util.Arrays.fill(slice, 0);
    }
    double sum = 0;
    double sum2 = 0;
    double sum4 = 0;
    // Row by row along the last axis, so that the other coordinates change once a row.
    double[] columns = slices[d - 1];
    for (int at = offset; at < offset + v; at += columns.length) {
      double rowSum = 0;
      for (int x = 0; x < columns.length; x++) {
        double phi = fields[at + x];
        double phi2 = phi * phi;
        rowSum += phi;
        sum2 += phi2;
        sum4 += phi2 * phi2;
        columns[x] += phi;
      }
      sum += rowSum;
      for (int axis = 0; axis < d - 1; axis++) {
        slices[axis][row[axis]] += rowSum;
      }
      nextRow();
    }
    double m = sum / v;
    into[0] = sum2 / v;
    into[1] = sum4 / v;
    into[2] = m;
    into[3] = Math.abs(m);
    into[4] = m * m;
    into[5] = m * m * m * m;
    into[6] = smallestMomentum();
    into[7] = action / v;
    for (int t = 0; t <= lattice.extent(0) / 2; t++) {
      into[LOCAL.size() + t] = correlator(t);
    }
  }

  /** Counts the row's coordinates up, the last but one fastest; ends where it began. */
  private void nextRow() {
    for (int axis = row.length - 2; axis >= 0; axis--) {
      if (++row[axis] < lattice.extent(axis)) {
        return;
      }
      row[axis] = 0;
    }
  }

  private double smallestMomentum() {
    double sum = 0;
    for (int axis = 0; axis < slices.length; axis++) {
      double re = 0;
      double im = 0;
      for (int t = 0; t < slices[axis].length; t++) {
        re += slices[axis][t] * cos[axis][t];
        im += slices[axis][t] * sin[axis][t];
      }
      sum += re * re + im * im;
    }
    return sum / lattice.sites() / slices.length;
  }

  private double correlator(int t) {
    int axes = cubic ? slices.length : 1;
    int extent = lattice.extent(0);
    double sum = 0;
    for (int axis = 0; axis < axes; axis++) {
      double[] s = slices[axis];
      for (int y = 0; y < extent - t; y++) {
        sum += s[y] * s[y + t];
      }
      for (int y = extent - t; y < extent; y++) {
        sum += s[y] * s[y + t - extent];
      }
    }
    double slice = lattice.sites() / (double) extent;
    return sum / (slice * slice) / extent / axes;
  }
}
