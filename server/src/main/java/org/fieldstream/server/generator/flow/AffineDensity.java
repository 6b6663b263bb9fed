package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/** log q of given fields under an {@link AffineFlow}, by its inverse. Not thread-safe. */
public final class AffineDensity implements AutoCloseable {
  private static final int Z2 = 0;

  private final int sites;
  private final int jacobians;
  private final Program program;
  private final Executable executable;
  private final ParameterMap map;
  private final float[] parameters;

  /** Loads the inverse map on a machine. */
  public AffineDensity(AffineFlow flow, Machine machine) {
    sites = flow.lattice().sites();
    ProgramBuilder b = new ProgramBuilder();
    Flow.Mapped inverse = flow.inverse(b, b.input("phi", 1, sites));
    Value z = inverse.phi();
    b.output("z2", b.dot(z, z));
    int n = 0;
    for (Value sum : inverse.logJacobians()) {
      b.output("log_jacobian_" + n++, sum);
    }
    jacobians = n;
    map = inverse.parameters();
    program = b.build();
    executable = machine.load(program);
    parameters = new float[program.parameterCount()];
  }

  /** Sets the weights; theta is not modified. */
  public void parameters(double[] theta) {
    map.fill(theta, parameters);
  }

  /**
   * Normalised log q of fields, in nats.
   *
   * @param fields {@code [count][V]}; not modified
   */
  public double[] logDensity(float[] fields, int count) {
    Lanes lanes = new Lanes(program, count);
    System.arraycopy(fields, 0, lanes.input(0), 0, count * sites);
    System.arraycopy(parameters, 0, lanes.parameters(), 0, parameters.length);
    executable.run(lanes);
    double[] result = new double[count];
    for (int lane = 0; lane < count; lane++) {
      double logJ = 0;
      for (int j = 0; j < jacobians; j++) {
        logJ += lanes.sum(Z2 + 1 + j, lane);
      }
      result[lane] = -0.5 * lanes.sum(Z2, lane) - 0.5 * sites * Math.log(2 * Math.PI) - logJ;
    }
    return result;
  }

  @Override
  public void close() {
    executable.close();
  }
}
