package org.fieldstream.server.bench;

import java.util.function.DoubleUnaryOperator;
import org.fieldstream.server.theory.Angles;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/**
 * What a Markov chain is slow to change, cheap to measure beside a trajectory.
 *
 * @param symbol its symbol in tables
 * @param sector what of its value a chain that is frozen never changes: the sign of a
 *     magnetisation, all of a charge
 * @param function its value for a configuration
 */
record OrderParameter(String symbol, DoubleUnaryOperator sector, Function function) {
  /** A number of a configuration of given size that begins at an offset. */
  @FunctionalInterface
  interface Function {
    double of(float[] fields, int offset, int size);
  }

  /** The magnetisation of a scalar field, the topological charge of a gauge field. */
  static OrderParameter of(Target target) {
    return target.theory().equals(U1.NAME)
        ? new OrderParameter("Q", DoubleUnaryOperator.identity(), charge(U1.of(target)))
        : new OrderParameter("m", Math::signum, OrderParameter::mean);
  }

  private static double mean(float[] fields, int offset, int size) {
    double sum = 0;
    for (int x = offset; x < offset + size; x++) {
      sum += fields[x];
    }
    return sum / size;
  }

  private static Function charge(U1 u1) {
    return (fields, offset, size) -> {
      double sum = 0;
      for (int x = 0; x < u1.sites(); x++) {
        sum += Angles.wrap(u1.plaquettes().angle(fields, offset, x));
      }
      return Math.rint(sum / (2 * Math.PI));
    };
  }
}
