package org.fieldstream.server.generator.gaussian;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.theory.Phi4;

/**
 * Draws of a free scalar field. The Hartley transform H is orthogonal and diagonalises the action,
 * S = sum_k e_k phi_k^2, so
 *
 * <pre>
 * phi = H (sigma z),   z_k ~ N(0, 1),   sigma_k = (2 e_k)^(-1/2)
 * log q = -z^2 / 2 - (V / 2) log(2 pi) - sum_k log sigma_k
 * </pre>
 *
 * and log Z = (V / 2) log(2 pi) + sum_k log sigma_k is the log weight -S - log q of every draw, up
 * to float32 rounding.
 */
final class GaussianSource implements DrawSource {
  /**
   * Field values of a full batch: enough lanes for small lattices, bounded memory for large ones.
   */
  private static final int BATCH_VALUES = 1 << 20;

  private final FieldShape shape;
  private final Executable executable;
  private final double logZ;
  private final int preferredLanes;

  GaussianSource(Phi4 phi4, Machine machine) {
    shape = new FieldShape(phi4.components(), phi4.extents());
    executable = machine.load(program(phi4));
    logZ = logZ(phi4);
    preferredLanes = Math.max(executable.laneGroup(), Math.min(512, BATCH_VALUES / shape.size()));
  }

  /** Outputs: {@code phi [1][V]}, {@code action [2][1]}, {@code z2 [2][1]}. */
  static Program program(Phi4 phi4) {
    Lattice lattice = phi4.lattice();
    float[] sigma = new float[lattice.sites()];
    for (int k = 0; k < sigma.length; k++) {
      sigma[k] = (float) sigma(phi4, k);
    }
    ProgramBuilder b = new ProgramBuilder();
    Value z = b.normal(0, 1, lattice.sites());
    Value phi = Fourier.hartley(b, b.times(z, sigma), lattice);
    b.output("phi", phi);
    b.output("action", phi4.action(b, phi));
    b.output("z2", b.dot(z, z));
    return b.build();
  }

  private static double sigma(Phi4 phi4, int momentum) {
    return 1 / Math.sqrt(2 * phi4.eigenvalue(phi4.lattice().khat2(momentum)));
  }

  /** log of the integral of exp(-S), nats. */
  static double logZ(Phi4 phi4) {
    int v = phi4.lattice().sites();
    double sum = 0.5 * v * Math.log(2 * Math.PI);
    for (int k = 0; k < v; k++) {
      sum += StrictMath.log(sigma(phi4, k));
    }
    return sum;
  }

  @Override
  public FieldShape shape() {
    return shape;
  }

  @Override
  public int preferredLanes() {
    return preferredLanes;
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count) {
    if (count < 1 || count > preferredLanes) {
      throw new IllegalArgumentException(
          "count: " + count + " (expected: 1 to " + preferredLanes + ")");
    }
    // New buffers each time: the batch belongs to the receiver.
    Lanes lanes = new Lanes(executable.program(), count);
    System.arraycopy(seeds, 0, lanes.seeds(), 0, count);
    System.arraycopy(indices, 0, lanes.indices(), 0, count);
    executable.run(lanes);
    double[] action = new double[count];
    double[] logDensity = new double[count];
    for (int lane = 0; lane < count; lane++) {
      action[lane] = lanes.sum(1, lane);
      logDensity[lane] = -0.5 * lanes.sum(2, lane) - logZ;
    }
    return new DrawBatch(count, lanes.output(0), action, logDensity);
  }

  @Override
  public void close() {
    executable.close();
  }
}
