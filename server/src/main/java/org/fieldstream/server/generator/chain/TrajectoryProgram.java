package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Dynamics;

/**
 * A molecular-dynamics trajectory as one program: input {@code phi [C][V]} of C components; outputs
 * {@code phi [C][V]}, and as compensated sums {@code action} (at the end, without the theory's
 * constant), {@code kinetic0} and {@code kinetic1}, p^2 at start and end (twice the kinetic
 * energy).
 */
final class TrajectoryProgram {
  static final int PHI = 0;
  static final int ACTION = 1;
  static final int KINETIC_START = 2;
  static final int KINETIC_END = 3;

  private TrajectoryProgram() {}

  /** Momenta drawn in the program: normals of (seed, index), draw 0. */
  static Program drawn(Dynamics theory, Integrator integrator, int steps) {
    ProgramBuilder b = new ProgramBuilder();
    int v = theory.sites();
    Value phi = b.input("phi", theory.components(), v);
    Value momentum = b.normal(0, theory.components(), v);
    return finish(b, theory, integrator, steps, new Integrator.Point(phi, momentum), false);
  }

  /** Momenta given as input {@code momentum [C][V]} and returned as a fifth output of that name. */
  static Program given(Dynamics theory, Integrator integrator, int steps) {
    ProgramBuilder b = new ProgramBuilder();
    int v = theory.sites();
    Value phi = b.input("phi", theory.components(), v);
    Value momentum = b.input("momentum", theory.components(), v);
    return finish(b, theory, integrator, steps, new Integrator.Point(phi, momentum), true);
  }

  private static Program finish(
      ProgramBuilder b,
      Dynamics theory,
      Integrator integrator,
      int steps,
      Integrator.Point start,
      boolean returnMomentum) {
    Value kinetic = b.dot(start.momentum(), start.momentum());
    Integrator.Point end = integrator.trajectory(b, theory::kickAndDrift, start, steps);
    b.output("phi", end.phi());
    b.output("action", theory.action(b, end.phi()));
    b.output("kinetic0", kinetic);
    b.output("kinetic1", b.dot(end.momentum(), end.momentum()));
    if (returnMomentum) {
      b.output("momentum", end.momentum());
    }
    return b.build();
  }
}
