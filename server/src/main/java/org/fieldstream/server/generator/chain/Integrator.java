package org.fieldstream.server.generator.chain;

import java.util.function.UnaryOperator;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * Symplectic, reversible integrators of Hamilton's equations for H = p^2/2 + S(phi), both of second
 * order. With T the drift phi += eps p and V the kick p -= eps dS/dphi, a step of size eps is
 *
 * <pre>
 * leapfrog  V(eps/2) T(eps) V(eps/2)
 * Omelyan   T(l eps) V(eps/2) T((1-2l) eps) V(eps/2) T(l eps),   l = 0.1931833275037836
 * </pre>
 *
 * The second is the minimum-norm scheme of I. P. Omelyan, I. M. Mryglod, R. Folk, Comput. Phys.
 * Commun. 151 (2003) 272, in lattice terms T. Takaishi, Ph. de Forcrand, hep-lat/0505020, equation
 * (24): two forces a step, an energy error about ten times smaller.
 */
enum Integrator {
  /** Leapfrog, one force a step (and one more at the start). */
  LEAPFROG("leapfrog", 1, -1, -0.5),
  /** Second-order minimum norm, two forces a step. */
  OMELYAN(
      "minimum-norm", 0.1931833275037836, 1 - 2 * 0.1931833275037836, 2 * 0.1931833275037836, -0.5);

  /** What multiplies eps in each of the program's parameters. */
  private final double[] factors;

  private final String title;

  Integrator(String title, double... factors) {
    this.title = title;
    this.factors = factors;
  }

  /** A point of phase space within a program. */
  record Point(Value phi, Value momentum) {}

  /** The integrator in words. */
  String title() {
    return title;
  }

  /** Number of force evaluations of a trajectory. */
  int forces(int steps) {
    return this == LEAPFROG ? steps + 1 : 2 * steps;
  }

  /** Fills in the program's parameters, which are this integrator's only, for a step size. */
  void stepSize(double eps, float[] parameters) {
    for (int i = 0; i < factors.length; i++) {
      parameters[i] = (float) (factors[i] * eps);
    }
  }

  /**
   * Adds a trajectory to a program, unrolled; the step size stays a parameter.
   *
   * @param gradient adds dS/dphi at a field
   * @param steps number of steps, at least 1
   */
  Point trajectory(ProgramBuilder b, UnaryOperator<Value> gradient, Point start, int steps) {
    Parameter[] p = new Parameter[factors.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = b.parameter("eps x " + factors[i], 1);
    }
    Motion motion = new Motion(b, gradient, start);
    for (int step = 0; step < steps; step++) {
      boolean first = step == 0;
      boolean last = step == steps - 1;
      switch (this) {
        case LEAPFROG -> {
          if (first) {
            motion.kick(p[2]);
          }
          motion.drift(p[0]);
          // Half kicks of neighbouring steps are one.
          motion.kick(last ? p[2] : p[1]);
        }
        case OMELYAN -> {
          if (first) {
            motion.drift(p[0]);
          }
          motion.kick(p[3]);
          motion.drift(p[1]);
          motion.kick(p[3]);
          motion.drift(last ? p[0] : p[2]);
        }
      }
    }
    return motion.at;
  }

  private static final class Motion {
    private final ProgramBuilder b;
    private final UnaryOperator<Value> gradient;
    private final Parameter one;
    private Point at;

    Motion(ProgramBuilder b, UnaryOperator<Value> gradient, Point start) {
      this.b = b;
      this.gradient = gradient;
      this.one = b.scalar(1);
      this.at = start;
    }

    void drift(Parameter eps) {
      at = new Point(b.linear(one, at.phi, eps, at.momentum), at.momentum);
    }

    void kick(Parameter minusEps) {
      at = new Point(at.phi, b.linear(one, at.momentum, minusEps, gradient.apply(at.phi)));
    }
  }
}
