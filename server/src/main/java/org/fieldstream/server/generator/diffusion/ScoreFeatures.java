package org.fieldstream.server.generator.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;

/**
 * What the residual score is fitted with, for fields of an ensemble to which noise is added: input
 * {@code phi [1][V]}, folded fields in the broken phase; outputs {@code features [F][V]} and {@code
 * target [1][V]}, both by momentum and multiplied by {@code g + sigma^2}. The noise is normals of
 * (seed, index), draw 0.
 *
 * <p>The expectation of the target given the noisy field is the residual score, for either {@link
 * Regression}.
 */
public final class ScoreFeatures {
  /** What the score is regressed on. */
  public enum Regression {
    /**
     * {@code -xi / sigma}: denoising (Vincent, Neural Computation 23 (2011) 1661). Needs nothing
     * but the ensemble; its variance grows as 1 / sigma^2.
     */
    DENOISING,
    /**
     * {@code (1 - A) (-xi / sigma) + A (-dS/dphi)}, momentum by momentum, with the Wiener filter A:
     * the same expectation, for {@code E[-dS/dphi | phi_sigma]} is the score too (integrate by
     * parts; De Bortoli, Hutchinson, Wirnsberger, Doucet, arXiv 2402.08667), and no variance at all
     * where the field is Gaussian. The residual's target is then {@code A (phi / G - dS/dphi)}.
     */
    ACTION
  }

  private final ScoreParameters at;
  private final Regression regression;
  private final Program program;

  /** The program for a theory. */
  public ScoreFeatures(Phi4 phi4, ScoreShape shape, Regression regression) {
    this.at = new ScoreParameters(phi4.lattice(), shape);
    this.regression = regression;
    this.program = build(phi4);
  }

  /** The program. */
  public Program program() {
    return program;
  }

  /** Number of features, F. */
  public int size() {
    return at.features();
  }

  private Program build(Phi4 phi4) {
    ProgramBuilder b = new ProgramBuilder();
    Lattice lattice = phi4.lattice();
    int v = lattice.sites();
    int orbits = at.orbits().size();
    int sines = at.shape().sines();
    int[] slots = at.orbits().slots();
    Value phi = b.input("phi", 1, v);
    boolean folded = at.shape().phase() == Phase.BROKEN;
    Value centred = folded ? b.plus(phi, b.parameter("minus the mean", 1), new int[v]) : phi;
    Value clean = Fourier.hartley(b, centred, lattice);
    Value noise = b.normal(0, 1, v);
    Parameter sigma = b.parameter("sigma", 1);
    Value noisy = b.linear(b.scalar(1), clean, sigma, noise);
    List<Value> features = new ArrayList<>();
    for (int s = 0; s < at.shape().widths().size(); s++) {
      Parameter in = b.parameter("in " + s, orbits);
      Parameter series = b.parameter("sines " + s, sines + sines * (sines + 1));
      Parameter out = b.parameter("out " + s, orbits);
      Value filtered = Fourier.hartley(b, b.times(noisy, in, slots), lattice);
      int[] tiled = new int[sines * v];
      Arrays.setAll(tiled, e -> slots[e % v]);
      for (double shift : at.shape().phase().shifts()) {
        Value shifted = shift == 0 ? filtered : b.affine(1, filtered, shift);
        Value force = Fourier.hartley(b, b.sines(shifted, sines, sines, false, series), lattice);
        features.add(b.times(force, out, tiled));
      }
    }
    for (int j = 0; j < ScoreParameters.LINEAR; j++) {
      features.add(b.times(noisy, b.parameter("linear " + j, orbits), slots));
    }
    Value pull = folded ? push(b) : wells(b, noisy);
    int[] zero = new int[v];
    Arrays.fill(zero, -1);
    zero[0] = 0;
    features.add(b.gather(pull, 1, v, 1, zero));
    b.output("features", b.concat(features.toArray(new Value[0])));
    Value ofField = b.times(clean, b.parameter("of field", orbits), slots);
    Value rest =
        regression == Regression.DENOISING
            ? noise
            : Fourier.hartley(b, phi4.gradient(b, phi), lattice);
    b.output("target", b.add(ofField, b.times(rest, b.parameter("of the rest", orbits), slots)));
    return b.build();
  }

  private static Value wells(ProgramBuilder b, Value noisy) {
    Parameter well = b.parameter("well", 3);
    Value x = b.gather(noisy, 1, 1, 1, new int[] {0});
    return b.add(
        b.times(b.tanh(b.times(x, well, new int[] {0})), well, new int[] {1}),
        b.times(x, well, new int[] {2}));
  }

  private static Value push(ProgramBuilder b) {
    return b.plus(b.fill(0, 1, 1), b.parameter("push", 1), new int[1]);
  }

  /**
   * The program's parameters at a level.
   *
   * @param theta values as {@link ScoreParameters} has them; the weights are not looked at
   * @param time 0 (most noise) to 1 (none; not for {@link Regression#DENOISING})
   * @param parameters modified
   */
  public void fill(double[] theta, double time, float[] parameters) {
    NoiseLevel level = new NoiseLevel(at, theta, time);
    double sigma = Math.sqrt(level.sigma2());
    int sines = at.shape().sines();
    boolean folded = at.shape().phase() == Phase.BROKEN;
    int p = 0;
    if (folded) {
      parameters[p++] = (float) -theta[at.mean()];
    }
    parameters[p++] = (float) sigma;
    for (int s = 0; s < at.shape().widths().size(); s++) {
      double[] filter = level.filter(s);
      double rms = level.rms(filter);
      for (double a : filter) {
        parameters[p++] = (float) (a / rms);
      }
      for (int f = 0; f < sines; f++) {
        parameters[p++] = (float) theta[at.frequency() + f];
      }
      for (int row = 0; row < sines; row++) {
        for (int f = 0; f <= sines; f++) {
          parameters[p++] = f == row + 1 ? 1 : 0;
        }
      }
      for (double a : filter) {
        parameters[p++] = (float) (rms * a);
      }
    }
    for (int j = 0; j < ScoreParameters.LINEAR; j++) {
      for (double b : level.linear(j)) {
        parameters[p++] = (float) b;
      }
    }
    if (folded) {
      parameters[p++] = (float) level.push();
    } else {
      double[] wells = level.wells();
      double outer = level.spectrum(0) + level.sigma2();
      parameters[p++] = (float) (wells[0] / wells[1]);
      parameters[p++] = (float) (level.damped() * wells[0] / wells[1]);
      parameters[p++] = (float) (level.damped() * (1 / outer - 1 / wells[1]));
    }
    double[] wiener = level.wiener(1);
    double[] spread = level.spread();
    for (double c : spread) {
      parameters[p++] = (float) (level.damped() / (c * c));
    }
    for (int o = 0; o < spread.length; o++) {
      double rest =
          regression == Regression.DENOISING
              ? sigma / (spread[o] * spread[o]) - 1 / sigma
              : -wiener[o];
      parameters[p++] = (float) (level.damped() * rest);
    }
  }
}
