package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/** The gates G of one update, see {@link SplitFlow}. */
final class SplitGate {
  private final ProgramBuilder b;
  private final Value arguments;
  private final Parameter p;
  private final int gates;
  private final Value series;

  /**
   * Adds the gates to a program.
   *
   * @param arguments the updated colour's field, then sums over its near sites by distance
   * @param p wave vectors, then weights
   */
  SplitGate(ProgramBuilder b, Value arguments, Parameter p) {
    this.b = b;
    this.arguments = arguments;
    this.p = p;
    gates = p.length() / (arguments.shape().channels() + 1);
    series = b.planeSines(arguments, gates, p);
  }

  /** G. */
  Value value() {
    return b.channels(series, 0, 1);
  }

  /** dG / dphi_x. */
  Value slope() {
    return b.channels(series, 1, 2);
  }

  /** {@code byValue G + bySlope G'} differentiated by every argument, with both factors fixed. */
  Value pullback(Value byValue, Value bySlope) {
    return b.planeSinesPullback(arguments, b.concat(byValue, bySlope), gates, p);
  }
}
