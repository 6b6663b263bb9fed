package org.fieldstream.server.generator.diffusion;

import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.flow.SpectralOrbits;

/**
 * From whitened modes to fields, as a part of programs: {@code phi = m0 + H sqrt(G + sigma^2) y},
 * m0 being 0 in the symmetric phase.
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
    spectrum = b.parameter("sqrt(G+sigma^2)", at.orbits().size());
    mean = b.parameter("m0", 1);
  }

  /** Adds the field {@code [1][V]} to the program; in the broken phase the folded one. */
  Value field(Value y) {
    SpectralOrbits orbits = at.orbits();
    Value phi = Fourier.hartley(b, b.times(y, spectrum, orbits.slots()), at.lattice());
    return b.plus(phi, mean, new int[at.sites()]);
  }

  /** Without noise. */
  static int fill(ScoreParameters at, double[] theta, float[] parameters, int start) {
    return fill(at, theta, new NoiseLevel(at, theta, 1), parameters, start);
  }

  /** At a level of noise. */
  static int fill(
      ScoreParameters at, double[] theta, NoiseLevel noise, float[] parameters, int start) {
    int p = start;
    for (double c : noise.spread()) {
      parameters[p++] = (float) c;
    }
    parameters[p++] = at.shape().phase() == Phase.BROKEN ? (float) theta[at.mean()] : 0;
    return p;
  }
}
