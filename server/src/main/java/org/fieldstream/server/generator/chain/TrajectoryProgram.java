package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;

/**
 * A molecular-dynamics trajectory as one program: input {@code phi [1][V]}; outputs {@code phi
 * [1][V]}, and as compensated sums {@code action} (at the end, without the theory's constant),
 * {@code kinetic0} and {@code kinetic1}, p^2 at start and end (twice the kinetic energy).
 */
final class TrajectoryProgram {
  static final int PHI = 0;
  static final int ACTION = 1;
  static final int KINETIC_START = 2;
  static final int KINETIC_END = 3;

  private TrajectoryProgram() {}

  /** Momenta drawn in the program: normals of (seed, index), draw 0. */
  static Program drawn(Phi4 phi4, Integrator integrator, int steps) {
    ProgramBuilder b = new ProgramBuilder();
    int v = phi4.lattice().sites();
    Value phi = b.input("phi", 1, v);
    return finish(b, phi4, integrator, steps, new Integrator.Point(phi, b.normal(0, 1, v)), false);
  }

  /** Momenta given as input {@code momentum [1][V]} and returned as a fifth output of that name. */
  static Program given(Phi4 phi4, Integrator integrator, int steps) {
    ProgramBuilder b = new ProgramBuilder();
    int v = phi4.lattice().sites();
    Value phi = b.input("phi", 1, v);
    Value momentum = b.input("momentum", 1, v);
    return finish(b, phi4, integrator, steps, new Integrator.Point(phi, momentum), true);
  }

  private static Program finish(
      ProgramBuilder b,
      Phi4 phi4,
      Integrator integrator,
      int steps,
      Integrator.Point start,
      boolean returnMomentum) {
    Value kinetic = b.dot(start.momentum(), start.momentum());
    Integrator.Point end = integrator.trajectory(b, phi4::kickAndDrift, start, steps);
    b.output("phi", end.phi());
    b.output("action", phi4.action(b, end.phi()));
    b.output("kinetic0", kinetic);
    b.output("kinetic1", b.dot(end.momentum(), end.momentum()));
    if (returnMomentum) {
      b.output("momentum", end.momentum());
    }
    return b.build();
  }

  /** A hot start: normals (draw 1) times a scale; outputs {@code phi} and {@code action}. */
  static Program hotStart(Phi4 phi4) {
    ProgramBuilder b = new ProgramBuilder();
    Value phi = b.scale(phi4.siteScale(), b.normal(1, 1, phi4.lattice().sites()));
    b.output("phi", phi);
    b.output("action", phi4.action(b, phi));
    return b.build();
  }
}
