package org.fieldstream.server.generator.chain;

import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Dynamics;

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
enum Integrator implements Scheme {
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
  record Point(Value phi, Value momentum) {
    private Point then(ProgramBuilder b, Motion motion, Parameter kick, Parameter drift) {
      List<Value> next = motion.kickAndDrift(b, momentum, kick, phi, drift);
      return new Point(next.get(1), next.get(0));
    }
  }

  /** The equations of motion of a theory. */
  interface Motion {
    /**
     * Adds {@code p' = p + s dS/dphi}, then {@code phi' = phi + r p'} to a program.
     *
     * @return p' and phi'
     */
    List<Value> kickAndDrift(ProgramBuilder b, Value momentum, Parameter s, Value phi, Parameter r);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Class<? extends Dynamics> needs() {
    return Dynamics.class;
  }

  @Override
  public double largest(Dynamics theory) {
    return Double.MAX_VALUE;
  }

  @Override
  public double start(Dynamics theory) {
    return 1 / theory.largestFrequency();
  }

  @Override
  public ChainLanes open(
      Dynamics theory, ChainAlgorithm algorithm, long seed, int chains, Machine machine) {
    return new Trajectories(theory, algorithm, this, seed, chains, machine);
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
   * @param motion adds kicks and drifts
   * @param steps number of steps, at least 1
   */
  Point trajectory(ProgramBuilder b, Motion motion, Point start, int steps) {
    Parameter[] eps = new Parameter[factors.length];
    for (int i = 0; i < eps.length; i++) {
      eps[i] = b.parameter("eps x " + factors[i], 1);
    }
    Point at = start;
    switch (this) {
      case LEAPFROG -> {
        // Half kicks of neighbouring steps are one; the last one moves nothing.
        for (int kick = 0; kick <= steps; kick++) {
          boolean end = kick == 0 || kick == steps;
          Parameter drift = kick == steps ? b.scalar(0) : eps[0];
          at = at.then(b, motion, end ? eps[2] : eps[1], drift);
        }
      }
      case OMELYAN -> {
        Value moved = b.linear(b.scalar(1), at.phi, eps[0], at.momentum);
        at = new Point(moved, at.momentum);
        // Outer drifts of neighbouring steps are one.
        for (int step = 0; step < steps; step++) {
          at = at.then(b, motion, eps[3], eps[1]);
          at = at.then(b, motion, eps[3], step == steps - 1 ? eps[0] : eps[2]);
        }
      }
    }
    return at;
  }
}
