package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.lattice.Lattice;

/**
 * Size of an {@link OdeFlow}.
 *
 * @param radius stencil radius: 2 for 5 x 5
 * @param sines sine features beside the linear one, at least 1
 * @param modes Fourier modes in time, odd: 1, sin, cos, sin, cos, ...
 * @param steps Runge-Kutta steps, at least 1
 */
public record OdeShape(int radius, int sines, int modes, int steps) implements SteppedShape {
  public OdeShape {
    if (radius < 0 || radius > 3) {
      throw new IllegalArgumentException("radius: " + radius + " (expected: 0 to 3)");
    }
    if (sines < 1) {
      throw new IllegalArgumentException("sines: " + sines + " (expected: >= 1)");
    }
    if (modes < 1 || modes % 2 == 0) {
      throw new IllegalArgumentException("modes: " + modes + " (expected: an odd number >= 1)");
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: " + steps + " (expected: >= 1)");
    }
  }

  @Override
  public OdeShape withSteps(int other) {
    return new OdeShape(radius, sines, modes, other);
  }

  @Override
  public Flow on(FlowTheory theory) {
    return on(ScalarTheory.lattice(theory, form()));
  }

  /** The flow on a lattice. */
  public Flow on(Lattice lattice) {
    return new OdeFlow(lattice, this);
  }

  @Override
  public String form() {
    return "ode";
  }
}
