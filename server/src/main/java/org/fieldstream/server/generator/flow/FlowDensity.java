package org.fieldstream.server.generator.flow;

import java.util.function.UnaryOperator;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.DensitySource;

/**
 * log q of given fields under a flow phi = f(z): z is found by the flow's inverse, then the flow's
 * own program, the one that makes its draws, is run from z in double. It must lead back to the
 * field, and it tells the Jacobian:
 *
 * <pre>log q(phi) = log q_base(z) - log |det df/dz|,   f(z) = phi to 1e-9</pre>
 *
 * So nothing rests on the inverse being right: where it is not, there is no log q. What is left of
 * an error is the distance to f(z) times the score, which is of order 1 a site: far below the
 * rounding of a draw in float32, some 1e-5.
 */
final class FlowDensity implements DensitySource {
  /** How far f(z) may be from the field, relative to the field's largest value or 1. */
  private static final double CLOSE = 1e-9;

  private final UnaryOperator<double[]> variable;
  private final Base base;
  private final Flow.Inverse inverse;
  private final DoubleProgram map;
  private final int jacobians;
  private final double constant;

  /**
   * The density of a flow.
   *
   * @param flow one that has an inverse
   * @param variable makes what the flow maps of a field
   * @param theta its trained values; not modified
   */
  FlowDensity(Flow flow, UnaryOperator<double[]> variable, double[] theta) {
    this(flow, variable, theta, inverse(flow, theta));
  }

  /** With an inverse that may be wrong. */
  FlowDensity(Flow flow, UnaryOperator<double[]> variable, double[] theta, Flow.Inverse inverse) {
    this.variable = variable;
    this.inverse = inverse;
    base = flow.base();
    int sites = flow.lattice().sites();
    ProgramBuilder b = new ProgramBuilder();
    Flow.Mapped mapped = flow.map(b, b.input("z", 1, sites), false);
    b.output("phi", mapped.phi());
    int n = 0;
    for (Value sum : mapped.logJacobians()) {
      b.output("log_jacobian_" + n++, sum);
    }
    jacobians = n;
    map = new DoubleProgram(b.build(), mapped.parameters(), theta);
    constant = flow.logScale(theta);
  }

  private static Flow.Inverse inverse(Flow flow, double[] theta) {
    Flow.Inverse inverse = flow.inverse(theta);
    if (inverse == null) {
      throw new IllegalArgumentException("flow: without inverse (expected: one that has it)");
    }
    return inverse;
  }

  @Override
  public double logDensity(double[] field) {
    double[] phi = variable.apply(field);
    double[] z = inverse.normals(phi);
    double[][] outputs = map.run(z);
    double largest = 1;
    double distance = 0;
    for (int x = 0; x < phi.length; x++) {
      largest = Math.max(largest, Math.abs(phi[x]));
      // Math.max keeps what is not a number.
      distance = Math.max(distance, Math.abs(outputs[0][x] - phi[x]));
    }
    if (!(distance <= CLOSE * largest)) {
      return Double.NaN;
    }
    double logJacobian = 0;
    for (int j = 1; j <= jacobians; j++) {
      logJacobian += outputs[j][0] + outputs[j][1];
    }
    return base.logDensity(z) + constant - logJacobian;
  }

  @Override
  public void close() {
    // Arrays only.
  }
}
