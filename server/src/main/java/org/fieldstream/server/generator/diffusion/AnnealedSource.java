package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.theory.Phi4;

/** Draws of an {@link AnnealedProgram}: lane l is draw (seed, index) of its stream; no log q. */
final class AnnealedSource implements DrawSource {
  private static final int BATCH_SITES = 1 << 16;
  private static final int ACTION = 1;
  private static final int ACCEPTED = 2;

  private final Phi4 phi4;
  private final FieldShape shape;
  private final int adjusted;
  private final Executable executable;
  private final float[] parameters;
  private final int lanes;
  private final double[] acceptance;
  private long decided;

  AnnealedSource(Phi4 phi4, ScoreShape score, AnnealedShape how, double[] theta, Machine machine) {
    this.phi4 = phi4;
    shape = new FieldShape(phi4.components(), phi4.extents());
    adjusted = how.adjusted();
    acceptance = new double[adjusted];
    AnnealedProgram program = new AnnealedProgram(phi4, score, how);
    executable = machine.load(program.program());
    parameters = new float[program.program().parameterCount()];
    program.fill(theta, parameters);
    int group = executable.laneGroup();
    lanes = Math.max(1, Math.min(1024, BATCH_SITES / shape.sites()) / group) * group;
  }

  @Override
  public FieldShape shape() {
    return shape;
  }

  @Override
  public int preferredLanes() {
    return lanes;
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count) {
    // New buffers each time: the batch belongs to the receiver.
    Lanes run = new Lanes(executable.program(), count);
    System.arraycopy(seeds, 0, run.seeds(), 0, count);
    System.arraycopy(indices, 0, run.indices(), 0, count);
    System.arraycopy(parameters, 0, run.parameters(), 0, parameters.length);
    executable.run(run);
    double[] action = new double[count];
    double[] none = new double[count];
    Arrays.fill(none, Double.NaN);
    for (int lane = 0; lane < count; lane++) {
      action[lane] = phi4.constant() + run.sum(ACTION, lane);
      for (int i = 0; i < adjusted; i++) {
        acceptance[i] += run.output(ACCEPTED)[lane * adjusted + i];
      }
    }
    decided += count;
    return new DrawBatch(count, run.output(0), action, none);
  }

  /** Acceptance of each adjusted step over all draws so far. */
  double[] acceptance() {
    return Arrays.stream(acceptance).map(a -> a / decided).toArray();
  }

  @Override
  public void close() {
    executable.close();
  }
}
