package org.fieldstream.server.theory;

import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Per-configuration observables of a scalar field; with m = (1/V) sum_x phi_x:
 *
 * <ul>
 *   <li>{@code phi2}, {@code phi4}: (1/V) sum_x phi^2, phi^4
 *   <li>{@code m}, {@code abs_m}, {@code m2}, {@code m4}: m, |m|, m^2, m^4. From their means: chi = V m2, chi_conn = V
 *       (m2 - abs_m^2), Binder U4 = 1 - m4 / (3 m2^2)
 *   <li>{@code f_min}: (1/D) sum_mu |sum_x phi_x exp(2 pi i x_mu / L_mu)|^2 / V, the two-point function at the smallest
 *       momenta; xi = sqrt(chi / f_min - 1) / (2 sin(pi / L)) on lattices of equal extents
 *   <li>{@code action_per_site}: S / V
 *   <li>{@code c_0 ... c_{T/2}}: the zero-momentum two-point function (1/T) sum_y s_y s_{y+t} of slice means s_y, along the first axis
 *       (on square lattices averaged over all axes)
 * </ul>
 */
final class Phi4Observables {
  static final List<String> NAMES =
      List.of("phi2", "phi4", "m", "abs_m", "m2", "m4", "f_min", "action_per_site");

  private final Lattice lattice;
  private final double[][] cos;
  private final double[][] sin;

  Phi4Observables(Lattice lattice) {
    this.lattice = lattice;
    int d = lattice.dimensions();
    cos = new double[d][];
    sin = new double[d][];
    for (int axis = 0; axis < d; axis++) {
      int extent = lattice.extent(axis);
      cos[axis] = new double[extent];
      sin[axis] = new double[extent];
      for (int x = 0; x < extent; x++) {
        cos[axis][x] = Math.cos(2 * Math.PI * x / extent);
        sin[axis][x] = Math.sin(2 * Math.PI * x / extent);
      }
    }
  }

  void observe(float[] fields, int offset, double action, double[] into) {
    int v = lattice.sites();
    int d = lattice.dimensions();
    double sum = 0;
    double sum2 = 0;
    double sum4 = 0;
    double[][] slices = new double[d][];
    for (int axis = 0; axis < d; axis++) {
      slices[axis] = new double[lattice.extent(axis)];
    }
    int[] x = new int[d];
    for (int site = 0; site < v; site++) {
      double phi = fields[offset + site];
      sum += phi;
      double phi2 = phi * phi;
      sum2 += phi2;
      sum4 += phi2 * phi2;
      for (int axis = 0; axis < d; axis++) {
        slices[axis][x[axis]] += phi;
      }
      for (int axis = d - 1; axis >= 0 && ++x[axis] == lattice.extent(axis); axis--) {
        x[axis] = 0;
      }
    }
    double fMin = 0;
    for (int axis = 0; axis < d; axis++) {
      double re = 0;
      double im = 0;
      for (int t = 0; t < slices[axis].length; t++) {
        re += slices[axis][t] * cos[axis][t];
        im += slices[axis][t] * sin[axis][t];
      }
      fMin += (re * re + im * im) / v / d;
    }
    double m = sum / v;
    into[0] = sum2 / v;
    into[1] = sum4 / v;
    into[2] = m;
    into[3] = Math.abs(m);
    into[4] = m * m;
    into[5] = m * m * m * m;
    into[6] = fMin;
    into[7] = action / v;
  }
}
