package org.fieldstream.server.generator.diffusion;

import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.flow.SpectralOrbits;

/**
 * From whitened modes without noise to fields, as a part of programs: {@code phi = m0 + H sqrt(G)
 * y}, m0 being 0 in the symmetric phase.
 */
final class ScoreEnd {
  private final ProgramBuilder b;
  private final ScoreParameters at;
  private final Parameter spectrum;
  private final Parameter mean;

  /** Declares the parameters, see {@link #fill}. */
  ScoreEnd(ProgramBuilder b, ScoreParameters at) {
    this.b = b;
    this.at = at;
    spectrum = b.parameter("sqrt(G)", at.orbits().size());
    mean = b.parameter("m0", 1);
  }

  /** Adds the field {@code [1][V]} to the program; in the broken phase the folded one. */
  Value field(Value y) {
    SpectralOrbits orbits = at.orbits();
    Value phi = Fourier.hartley(b, b.times(y, spectrum, orbits.slots()), at.lattice());
    return b.plus(phi, mean, new int[at.sites()]);
  }

  static int fill(ScoreParameters at, double[] theta, float[] parameters, int start) {
    int p = start;
    for (double c : new NoiseLevel(at, theta, 1).spread()) {
      parameters[p++] = (float) c;
    }
    parameters[p++] = at.shape().phase() == Phase.BROKEN ? (float) theta[at.mean()] : 0;
    return p;
  }
}
