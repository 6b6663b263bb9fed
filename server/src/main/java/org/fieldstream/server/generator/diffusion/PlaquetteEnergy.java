package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.U1;

/**
 * The energy of {@link PlaquetteScore} and its gradient as a part of programs. Its parameters are
 * declared when it is made and filled in the same order.
 */
final class PlaquetteEnergy {
  /** Number of parameters. */
  static final int SIZE = 13;

  private final U1 u1;
  private final Stencil neighbours;
  private final Parameter waves;
  private final Parameter cosines;
  private final Parameter sines;
  private final Parameter none;

  /**
   * At some links.
   *
   * @param density what is summed over plaquettes to give E but for a_2 V, which is 0 at both ends
   *     of a path and so of no consequence, {@code [1][V]}
   * @param gradient dE/dtheta, {@code [2][V]}
   */
  record At(Value density, Value gradient) {}

  PlaquetteEnergy(ProgramBuilder b, U1 u1) {
    this.u1 = u1;
    neighbours = Stencil.box(u1.lattice(), 1);
    waves = b.parameter("waves", 6);
    cosines = b.parameter("cosines", 3);
    sines = b.parameter("sines", 3);
    none = b.parameter("none", 1);
  }

  /** Adds E and its gradient; what is not used is left out. */
  At of(ProgramBuilder b, Value theta) {
    Value angle = u1.plaquettes().of(b, theta);
    Value c = b.cos(angle);
    Value s = b.sin(angle);
    Value even = b.convolve(c, neighbours, 1, cosines, none); // sum_y g c_y
    Value odd = b.convolve(s, neighbours, 1, sines, none); // sum_y h s_y
    // sum_k a_k cos k P = c (p_0 + p_1 c + p_2 c^2) - a_2, its derivative -s (q_0 + q_1 c + q_2
    // c^2).
    Value energy = b.add(polynomial(b, c, 0), b.scale(0.5, even));
    Value pairs = b.linear(1, b.mul(c, energy), 0.5, b.mul(s, odd));
    Value slope = b.sub(b.mul(s, b.add(polynomial(b, c, 3), even)), b.mul(c, odd));
    return new At(b.scale(-1, pairs), u1.plaquettes().links(b, slope));
  }

  private Value polynomial(ProgramBuilder b, Value c, int first) {
    int v = u1.sites();
    int[] slot = new int[v];
    Arrays.fill(slot, first + 2);
    Value sum = b.times(c, waves, slot);
    for (int k = 1; k >= 0; k--) {
      int[] next = new int[v];
      Arrays.fill(next, first + k);
      sum = b.plus(sum, waves, next);
      sum = k > 0 ? b.mul(sum, c) : sum;
    }
    return sum;
  }

  /**
   * Fills in the parameters.
   *
   * @param a coefficients of the features of {@link PlaquetteScore}
   * @param parameters modified, from {@code start} on
   */
  static void fill(double[] a, float[] parameters, int start) {
    int w = PlaquetteScore.WAVES;
    parameters[start] = (float) (a[0] - 3 * a[2]);
    parameters[start + 1] = (float) (2 * a[1]);
    parameters[start + 2] = (float) (4 * a[2]);
    parameters[start + 3] = (float) (a[0] - 3 * a[2]);
    parameters[start + 4] = (float) (4 * a[1]);
    parameters[start + 5] = (float) (12 * a[2]);
    parameters[start + 6] = 0;
    parameters[start + 7] = (float) a[w];
    parameters[start + 8] = (float) a[w + 1];
    parameters[start + 9] = 0;
    parameters[start + 10] = (float) a[w + 2];
    parameters[start + 11] = (float) a[w + 3];
    parameters[start + 12] = 0;
  }
}
