package org.fieldstream.kernels.machine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.machine.vector.VectorExecutable;
import org.fieldstream.kernels.program.Program;

/**
 * Runs programs on CPU SIMD through the Vector API: a tile is one vector of lanes, so its whole
 * arena stays in the core's cache; tiles are spread over the threads. Results do not depend on the
 * vector width.
 */
public final class VectorMachine implements Machine {
  private final int threads;
  private final ExecutorService workers;

  /**
   * A machine.
   *
   * @param threads how many threads compute, at least 1, the calling one included
   */
  public VectorMachine(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
    }
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    workers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "fieldstream-vector-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public MachineKind kind() {
    return MachineKind.VECTOR;
  }

  @Override
  public String describe() {
    return "vector (" + FloatVector.SPECIES_PREFERRED.length() + " lanes, " + threads + " threads)";
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public Executable load(Program program) {
    return new VectorExecutable(program, workers, threads);
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}
