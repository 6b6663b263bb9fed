package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The long wavelengths of a lattice as a field on a coarser one, of extents {@code L' = L /
 * 2^level}: coarse mode n is the sum of the fine Hartley modes that look like it on the coarse
 * sites, {@code n} and {@code n - L'} along each axis, weighted by {@code prod_mu part(|n_mu|/L')}.
 * The squares of the weights of a coarse mode add up to 1, so that this is an orthonormal change of
 * variables, of which the other half is left as it is.
 *
 * <pre>
 * part(u) = cos(pi/2 nu((u - 1/2 + o) / (2 o))),  nu(t) = t^4 (35 - 84 t + 70 t^2 - 20 t^3)
 * </pre>
 *
 * between 1/2 - o and 1/2 + o, 1 below and 0 above: the scaling function of Y. Meyer's wavelets (I.
 * Daubechies, Ten Lectures on Wavelets, SIAM 1992, section 4.2), there with o = 1/6. Without an
 * overlap o the modes with {@code n_mu} in {@code (-L'/2, L'/2]} are taken whole. Such a sharp edge
 * in momentum space rings in position space, so that what a layer does at a coarse site is felt far
 * away; with an overlap it stays near.
 */
final class CoarseModes {
  private final Lattice coarse;
  private final boolean sharp;

  /** For each coarse mode the fine one in {@code (-L'/2, L'/2]}. */
  private final int[] fineOf;

  /** For each fine mode the coarse one that it is part of, -1 for none. */
  private final int[] coarseOf;

  /** The fine modes of each coarse one, {@code [coarse][taps]}, -1 after the last. */
  private final int[] partsOf;

  /** Weight of each fine mode in its coarse one. */
  private final float[] weights;

  /**
   * The modes of a level.
   *
   * @param level how often the lattice is halved
   * @param overlap o, from 0 to 1/2
   */
  CoarseModes(Lattice fine, int level, double overlap) {
    int d = fine.dimensions();
    int[] extents = fine.extents();
    for (int axis = 0; axis < d; axis++) {
      if (extents[axis] % (2 << level) != 0) {
        throw new IllegalArgumentException(
            "extents: "
                + fine
                + " (expected: multiples of "
                + (2 << level)
                + ", for level "
                + level
                + ")");
      }
      extents[axis] >>= level;
    }
    coarse = Lattice.of(extents);
    sharp = overlap == 0 || level == 0;
    int taps = sharp ? 1 : 1 << d;
    fineOf = new int[coarse.sites()];
    coarseOf = new int[fine.sites()];
    partsOf = new int[coarse.sites() * taps];
    weights = new float[fine.sites()];
    Arrays.fill(coarseOf, -1);
    Arrays.fill(partsOf, -1);
    for (int k = 0; k < fine.sites(); k++) {
      int site = 0;
      double weight = 1;
      boolean low = true;
      for (int axis = 0; axis < d; axis++) {
        int plain = fine.coordinate(k, axis);
        int extent = extents[axis];
        int n = plain <= fine.extent(axis) / 2 ? plain : plain - fine.extent(axis);
        boolean inside = 2 * n > -extent && 2 * n <= extent;
        low &= inside;
        weight *= sharp ? (inside ? 1 : 0) : part((double) Math.abs(n) / extent, overlap);
        site += Math.floorMod(n, extent) * coarse.stride(axis);
      }
      if (low) {
        fineOf[site] = k;
      }
      if (weight > 0) {
        coarseOf[k] = site;
        weights[k] = (float) weight;
        int tap = site * taps;
        while (partsOf[tap] >= 0) {
          tap++;
        }
        partsOf[tap] = k;
      }
    }
  }

  private static double part(double u, double overlap) {
    double t = (u - 0.5 + overlap) / (2 * overlap);
    if (t <= 0 || t >= 1) {
      return t <= 0 ? 1 : 0;
    }
    double nu = t * t * t * t * (35 + t * (-84 + t * (70 - 20 * t)));
    return StrictMath.cos(0.5 * Math.PI * nu);
  }

  Lattice lattice() {
    return coarse;
  }

  /** The momentum of the fine lattice that a momentum of the coarse one stands for. */
  int fine(int momentum) {
    return fineOf[momentum];
  }

  /** The coarse field of a field given by its modes. */
  Value take(ProgramBuilder b, Value modes) {
    return Fourier.hartley(b, low(b, modes), coarse);
  }

  private Value low(ProgramBuilder b, Value modes) {
    int sites = fineOf.length;
    Value weighted = sharp ? modes : b.times(modes, weights);
    return b.gather(weighted, 1, sites, partsOf.length / sites, partsOf);
  }

  /** The modes with the long wavelengths replaced by those of a coarse field. */
  Value put(ProgramBuilder b, Value modes, Value field) {
    Value low = Fourier.hartley(b, field, coarse);
    if (sharp) {
      int[] rest = new int[coarseOf.length];
      Arrays.setAll(rest, k -> coarseOf[k] < 0 ? k : -1);
      return b.add(b.gather(modes, 1, rest.length, 1, rest), spread(b, low));
    }
    Value change = b.sub(low, low(b, modes));
    return b.add(modes, b.times(spread(b, change), weights));
  }

  private Value spread(ProgramBuilder b, Value low) {
    return b.gather(low, 1, coarseOf.length, 1, coarseOf);
  }

  /** The coarse modes of given modes; the argument is not modified. */
  double[] low(double[] modes) {
    double[] low = new double[fineOf.length];
    for (int k = 0; k < modes.length; k++) {
      if (coarseOf[k] >= 0) {
        low[coarseOf[k]] += weights[k] * modes[k];
      }
    }
    return low;
  }

  /**
   * Adds to modes what makes coarse modes move.
   *
   * @param change of each coarse mode; not modified
   * @param modes modified
   */
  void move(double[] change, double[] modes) {
    for (int k = 0; k < modes.length; k++) {
      if (coarseOf[k] >= 0) {
        modes[k] += weights[k] * change[coarseOf[k]];
      }
    }
  }

  /**
   * How much each coarse mode moves when it is told to move by 1: the sum of its weights' squares,
   * which were rounded to float.
   */
  double[] gains() {
    double[] gains = new double[fineOf.length];
    for (int k = 0; k < weights.length; k++) {
      if (coarseOf[k] >= 0) {
        gains[coarseOf[k]] += (double) weights[k] * weights[k];
      }
    }
    return gains;
  }
}
