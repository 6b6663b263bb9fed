package org.fieldstream.server.training;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.server.generator.flow.SpectralOrbits;

/**
 * What an ensemble says about a Gaussian field like it.
 *
 * @param g mean square of each orbit's Hartley modes
 * @param within variance of each of the two Gaussians at +-M whose mixture has the second and the
 *     fourth moment of the zero mode x: {@code M^4 = (3 <x^2>^2 - <x^4>) / 2}; the whole of it
 *     where the moments are those of one Gaussian or of something with broader tails, and where the
 *     fields have a mean, which is one well
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EnsembleSpectrum(double[] g, double within) {
  private static final int BATCH = 64;

  /** Wells are not taken to be narrower than this part of the zero mode's mean square. */
  private static final double LEAST = 1e-7;

  /**
   * Of an ensemble.
   *
   * @param mean of the fields at a site, which is taken out of them; 0 for fields of both signs
   */
  static EnsembleSpectrum of(TrainingSet set, double mean, Lattice lattice, Machine machine) {
    double meanMode = mean * Math.sqrt(lattice.sites());
    SpectralOrbits orbits = new SpectralOrbits(lattice);
    int v = lattice.sites();
    ProgramBuilder b = new ProgramBuilder();
    b.output("modes", Fourier.hartley(b, b.input("phi", 1, v), lattice));
    double[] g = new double[orbits.size()];
    double fourth = 0;
    try (Executable executable = machine.load(b.build())) {
      Lanes lanes = new Lanes(executable.program(), BATCH);
      for (int first = 0; first < set.count(); first += BATCH) {
        int some = Math.min(BATCH, set.count() - first);
        System.arraycopy(set.fields(), first * v, lanes.input(0), 0, some * v);
        executable.run(lanes);
        float[] modes = lanes.output(0);
        for (int lane = 0; lane < some; lane++) {
          for (int k = 0; k < v; k++) {
            double x = modes[lane * v + k] - (k == 0 ? meanMode : 0);
            g[orbits.slots()[k]] += x * x;
          }
          double x2 = (double) modes[lane * v] * modes[lane * v];
          fourth += x2 * x2 / set.count();
        }
      }
    }
    for (int o = 0; o < g.length; o++) {
      g[o] /= (double) orbits.count(o) * set.count();
    }
    if (mean != 0) {
      return new EnsembleSpectrum(g, g[0]);
    }
    double m4 = (3 * g[0] * g[0] - fourth) / 2;
    double within = m4 > 0 ? g[0] - Math.sqrt(m4) : g[0];
    return new EnsembleSpectrum(g, Math.min(g[0], Math.max(within, LEAST * g[0])));
  }
}
