package org.fieldstream.server.generator.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.monitoring.exact.BesselRatios;
import org.fieldstream.server.generator.diffusion.ScoreFeatures.Regression;
import org.fieldstream.server.theory.U1;

/**
 * What a {@link PlaquetteScore} is fitted with, for links of an ensemble to which noise is added:
 * input {@code theta [2][V]}; outputs {@code features [F][2 V]}, the gradients of the sums that the
 * coefficients multiply, and {@code target [2][V]}, whose expectation given the noisy links is the
 * score less what of it is given. The noise is normals of (seed, index), draw 0; links need not be
 * wrapped, for all is periodic in them.
 *
 * <p>The target is {@code (1 - A) (-xi / sigma) + A (-dS/dtheta)} at the clean links, both of which
 * have the score as expectation (see {@link Regression}), with A = 1 / (1 + v sigma^2) and v the
 * variance of dS/dtheta on a large lattice, 2 beta r: each as it is the better one. A = 0 for
 * {@link Regression#DENOISING}.
 */
public final class PlaquetteFeatures {
  private final U1 u1;
  private final Regression regression;
  private final Program program;

  /**
   * The program for a theory.
   *
   * @param u1 that of the ensemble
   */
  public PlaquetteFeatures(U1 u1, Regression regression) {
    this.u1 = u1;
    this.regression = regression;
    program = build();
  }

  /** The program. */
  public Program program() {
    return program;
  }

  private Program build() {
    ProgramBuilder b = new ProgramBuilder();
    int v = u1.sites();
    Parameter sigma = b.parameter("sigma", 1);
    Parameter ofNoise = b.parameter("of noise", 1);
    Parameter ofAction = b.parameter("of action", 1);
    Parameter given = b.parameter("given", 1);
    Value clean = b.input("theta", 2, v);
    Value noise = b.normal(0, 2, v);
    Value noisy = b.linear(b.scalar(1), clean, sigma, noise);
    List<Value> features = features(b, noisy);
    b.output("features", b.concat(features.toArray(new Value[0])));
    Value force = u1.plaquettes().links(b, b.sin(u1.plaquettes().of(b, clean)));
    Value target = b.linear(ofNoise, noise, ofAction, force);
    b.output("target", b.linear(b.scalar(1), target, given, features.get(0)));
    return b.build();
  }

  private List<Value> features(ProgramBuilder b, Value theta) {
    Value angle = u1.plaquettes().of(b, theta);
    Value c = b.cos(angle);
    Value s = b.sin(angle);
    List<Value> slopes = new ArrayList<>();
    for (int k = 1; k <= PlaquetteScore.WAVES; k++) {
      slopes.add(b.scale(-k, k == 1 ? s : b.sin(b.scale(k, angle))));
    }
    List<Value> odd = new ArrayList<>();
    for (int kind = 0; kind < PlaquetteScore.PAIRS; kind++) {
      Stencil pairs = pairs(kind);
      slopes.add(b.scale(-1, b.mul(s, b.stencilSum(c, pairs))));
      odd.add(b.mul(c, b.stencilSum(s, pairs)));
    }
    slopes.addAll(odd);
    return slopes.stream().map(slope -> u1.plaquettes().links(b, slope)).toList();
  }

  private Stencil pairs(int kind) {
    return kind == 0
        ? Stencil.nearest(u1.lattice())
        : Stencil.of(
            u1.lattice(),
            new int[] {1, 1},
            new int[] {1, -1},
            new int[] {-1, 1},
            new int[] {-1, -1});
  }

  /**
   * The program's parameters.
   *
   * @param d exp(-2 sigma^2), in (0, 1)
   * @param parameters modified
   */
  public void fill(double d, float[] parameters) {
    double sigma = Math.sqrt(-0.5 * Math.log(d));
    double beta = u1.beta();
    double variance = 2 * beta * new BesselRatios(beta).of(1);
    double a = regression == Regression.ACTION ? 1 / (1 + variance * sigma * sigma) : 0;
    Arrays.fill(parameters, 0);
    parameters[0] = (float) sigma;
    parameters[1] = (float) ((a - 1) / sigma);
    parameters[2] = (float) (-a * beta);
    parameters[3] = (float) -PlaquetteScore.given(d, beta)[0];
  }
}
