package org.fieldstream.server.generator.diffusion;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;

/**
 * Samplers that add noise again while they take it out, as one program. From one level of the noise
 * to the next a midpoint step of the probability flow (the predictor), there Langevin steps (the
 * correctors), in whitened modes, so that all relax alike: with drift and speed of {@link Drift}
 *
 * <pre>
 * y' = y - eps y + eps f drift + sqrt(2 eps) xi,   f_k = (G_k + sigma^2) / ((range / 2) (g + sigma^2))
 * </pre>
 *
 * (Y. Song et al., arXiv 2011.13456, algorithm 2.) What comes out is biased by finite steps and by
 * the score's error. Adjusted steps at sigma = 0 are the same with the Metropolis decision for the
 * true action (MALA with the learned drift; Zhu, Aarts, Wang, Zhou, Wang, arXiv 2502.05504): they
 * leave exp(-S) as it is, and bring draws nearer to it the more there are of them.
 *
 * <p>Outputs: {@code phi [1][V]}, {@code action} as a compensated sum, and {@code accepted
 * [adjusted][1]}, 1 or 0, where there are adjusted steps.
 */
final class AnnealedProgram {
  private final Phi4 phi4;
  private final Lattice lattice;
  private final ScoreParameters at;
  private final AnnealedShape how;
  private final Program program;

  AnnealedProgram(Phi4 phi4, ScoreShape shape, AnnealedShape how) {
    this.phi4 = phi4;
    this.how = how;
    lattice = phi4.lattice();
    at = new ScoreParameters(lattice, shape);
    program = build();
  }

  Program program() {
    return program;
  }

  /** The drift's parameters, and f by orbit. */
  private record Level(Drift drift, Parameter pull) {}

  private Level level(ProgramBuilder b, int n) {
    return new Level(
        new Drift(b, lattice, at, String.valueOf(n)), b.parameter("pull " + n, at.orbits().size()));
  }

  private Program build() {
    ProgramBuilder b = new ProgramBuilder();
    int v = lattice.sites();
    Value y = b.normal(0, 1, v);
    int draw = 1;
    double h = 1.0 / how.levels();
    Level now = level(b, 0);
    for (int i = 0; i < how.levels(); i++) {
      Level middle = level(b, 2 * i + 1);
      Value half = b.linear(1, y, h / 2, now.drift().of(b, y).drift());
      y = b.linear(1, y, h, middle.drift().of(b, half).drift());
      now = level(b, 2 * i + 2);
      for (int c = 0; c < how.corrections(); c++) {
        Value noise = b.normal(draw++, 1, v);
        y = b.linear(1, mean(b, now, y, how.step()), Math.sqrt(2 * how.step()), noise);
      }
    }
    Parameter scale = b.parameter("spectrum", at.orbits().size());
    Value phi = field(b, y, scale);
    Value action = phi4.action(b, phi);
    Value[] accepted = new Value[how.adjusted()];
    double eps = how.adjustedStep();
    for (int i = 0; i < how.adjusted(); i++) {
      Value noise = b.normal(draw++, 1, v);
      Value there = b.linear(1, mean(b, now, y, eps), Math.sqrt(2 * eps), noise);
      Value proposal = field(b, there, scale);
      Value proposedAction = phi4.action(b, proposal);
      Value back = b.sub(y, mean(b, now, there, eps));
      // log of exp(-S') q(y|y') / (exp(-S) q(y'|y)), and minus the log of a uniform.
      Value forth = b.dot(noise, noise);
      Value balance = b.linear(0.5, forth, -0.25 / eps, b.dot(back, back));
      Value sums = b.add(b.sub(action, proposedAction), balance);
      Value log = b.log(b.uniform(draw++, 1, 1));
      Value gate = b.sub(b.gather(sums, 1, 1, 2, new int[] {0, 1}), log);
      accepted[i] = b.where(gate, b.fill(1, 1, 1));
      y = choose(b, gate, there, y);
      phi = choose(b, gate, proposal, phi);
      action = b.add(action, b.mul(b.sub(proposedAction, action), accepted[i]));
    }
    b.output("phi", phi);
    b.output("action", phi4.action(b, phi));
    if (accepted.length > 0) {
      b.output("accepted", b.concat(accepted));
    }
    return b.build();
  }

  /** (1 - eps) y + eps f drift. */
  private Value mean(ProgramBuilder b, Level level, Value y, double eps) {
    Value pull = b.times(level.drift().of(b, y).drift(), level.pull(), at.orbits().slots());
    return b.linear(1 - eps, y, eps, pull);
  }

  private Value field(ProgramBuilder b, Value y, Parameter scale) {
    return Fourier.hartley(b, b.times(y, scale, at.orbits().slots()), lattice);
  }

  /** One or the other, exactly: what is not chosen is multiplied by 0. */
  private Value choose(ProgramBuilder b, Value gate, Value there, Value here) {
    int v = lattice.sites();
    Value one = b.where(gate, b.fill(1, 1, 1));
    Value rest = b.affine(-1, one, 1);
    return b.add(b.mul(there, b.broadcast(one, 1, v)), b.mul(here, b.broadcast(rest, 1, v)));
  }

  /** The program's parameters for trained values. */
  void fill(double[] theta, float[] parameters) {
    int p = 0;
    for (int n = 0; n <= 2 * how.levels(); n++) {
      NoiseLevel level = new NoiseLevel(at, theta, n / (2.0 * how.levels()));
      p = Drift.fill(at, theta, level, parameters, p);
      for (double c : level.spread()) {
        parameters[p++] = (float) (c * c / (level.speed() * level.damped()));
      }
    }
    for (int o = 0; o < at.orbits().size(); o++) {
      parameters[p++] = (float) StrictMath.exp(0.5 * theta[at.spectrum() + o]);
    }
  }
}
