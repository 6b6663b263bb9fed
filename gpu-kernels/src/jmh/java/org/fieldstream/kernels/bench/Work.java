package org.fieldstream.kernels.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCost;
import org.fieldstream.kernels.program.Program;

/** A program on a machine with random numbers to work on. */
final class Work implements AutoCloseable {
  private static final OperatingSystemMXBean CPU =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Machine machine;
  private final Executable executable;
  private final Lanes lanes;
  private final double gflop;
  private final double gsite;

  /**
   * Loads.
   *
   * @param sites of the lattice, for the rate
   */
  Work(Program program, int sites, int count, int threads) {
    machine = new VectorMachine(threads);
    executable = machine.load(program);
    lanes = new Lanes(program, count);
    Random random = new Random(1);
    for (int i = 0; i < program.inputs().size(); i++) {
      fill(lanes.input(i), random);
    }
    fill(lanes.parameters(), random);
    for (int lane = 0; lane < count; lane++) {
      lanes.seeds()[lane] = random.nextLong();
      lanes.indices()[lane] = lane;
    }
    long flops = 0;
    for (Op op : program.ops()) {
      flops += OpCost.of(op).flops();
    }
    gflop = 1e-9 * flops * count;
    gsite = 1e-9 * sites * count;
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.1f * (float) random.nextGaussian();
    }
  }

  /** One run, counted. */
  float[] run(Rates rates) {
    long start = CPU.getProcessCpuTime();
    executable.run(lanes);
    rates.cpu += 1e-9 * (CPU.getProcessCpuTime() - start);
    rates.gflop += gflop;
    rates.gsite += gsite;
    return lanes.output(0);
  }

  @Override
  public void close() {
    executable.close();
    machine.close();
  }
}
