package org.fieldstream.server.generator.flow;

/**
 * The architecture of a flow that is an ordinary differential equation: its log q carries the error
 * of an integrator with a number of steps.
 */
public interface SteppedShape extends FlowShape {
  /** Runge-Kutta steps, at least 1. */
  int steps();

  /** The same flow integrated with another number of steps. */
  SteppedShape withSteps(int other);

  @Override
  default boolean hasInverse() {
    return false;
  }
}
