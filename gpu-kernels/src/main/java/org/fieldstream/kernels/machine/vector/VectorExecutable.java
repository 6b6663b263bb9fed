package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.program.Groups;
import org.fieldstream.kernels.program.Program;
import org.jspecify.annotations.Nullable;

/** A program bound to tile loops; tiles of one vector of lanes are spread over the threads. */
public final class VectorExecutable implements Executable {
  private final Program program;
  private final TileOps layout;
  private final TileOp[] ops;
  private final int[] inputAt;
  private final int[] outputAt;
  private final float[] parameters;
  private final ExecutorService workers;

  /** One for each thread; those after the first are made when lanes enough come for them. */
  private final @Nullable Tile[] tiles;

  /** One thread's arena. */
  private static final class Tile {
    final float[] arena;
    final LaneKeys keys = new LaneKeys();
    final float[] spare = new float[W * W];

    Tile(int size) {
      arena = new float[size];
    }
  }

  /**
   * Binds a program.
   *
   * @param workers runs tiles beside the calling thread; not owned
   * @param threads how many threads compute, the calling one included
   */
  public VectorExecutable(Program program, ExecutorService workers, int threads) {
    this(program, Groups.of(program), workers, threads);
  }

  /** The same with groups of the caller's. */
  VectorExecutable(Program program, Groups groups, ExecutorService workers, int threads) {
    this.program = program;
    this.workers = workers;
    layout = new TileOps(program, groups);
    ops = layout.all().toArray(TileOp[]::new);
    inputAt = offsets(layout, program.inputs());
    outputAt = offsets(layout, program.outputs());
    float[] constants = program.constants();
    parameters = new float[layout.parameters()];
    System.arraycopy(constants, 0, parameters, program.parameterCount(), constants.length);
    tiles = new Tile[threads];
    tile(0);
  }

  private Tile tile(int thread) {
    Tile tile = tiles[thread];
    if (tile != null) {
      return tile;
    }
    try {
      tile = new Tile(layout.arena());
      tiles[thread] = tile;
      return tile;
    } catch (OutOfMemoryError | ArithmeticException e) {
      throw new MachineException(
          "memory: arena "
              + (thread + 1)
              + " of "
              + tiles.length
              + ", "
              + layout.arena() / W
              + " x "
              + W
              + " floats, does not fit (remedy: a smaller lattice or a larger -Xmx)",
          e);
    }
  }

  private static int[] offsets(TileOps layout, List<Program.Port> ports) {
    return ports.stream().mapToInt(p -> layout.at(p.value())).toArray();
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public int laneGroup() {
    return W * tiles.length;
  }

  @Override
  public void run(Lanes lanes) {
    System.arraycopy(lanes.parameters(), 0, parameters, 0, program.parameterCount());
    for (TileOp op : ops) {
      op.prepare(parameters);
    }
    int count = (lanes.count() + W - 1) / W;
    int helpers = Math.min(tiles.length, count) - 1;
    for (int h = 0; h <= helpers; h++) {
      tile(h);
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(helpers);
    for (int h = 1; h <= helpers; h++) {
      Tile tile = tile(h);
      workers.execute(
          () -> {
            try {
              drain(lanes, tile, next, count);
            } catch (Throwable e) { // handed to the caller below
              failure.compareAndSet(null, e);
            } finally {
              done.countDown();
            }
          });
    }
    try {
      drain(lanes, tile(0), next, count);
    } finally {
      awaitAll(done);
    }
    Throwable e = failure.get();
    if (e != null) {
      throw new MachineException("vector machine: a worker failed: " + e, e);
    }
  }

  private static void awaitAll(CountDownLatch done) {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        // The workers still write to the lanes: wait for them, then pass the interrupt on.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain(Lanes lanes, Tile tile, AtomicInteger next, int count) {
    for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
      compute(lanes, tile, n * W);
    }
  }

  private void compute(Lanes lanes, Tile tile, int first) {
    int used = Math.min(W, lanes.count() - first);
    float[] m = tile.arena;
    tile.keys.set(lanes.seeds(), lanes.indices(), first);
    for (int i = 0; i < inputAt.length; i++) {
      int size = program.inputs().get(i).value().shape().size();
      Transpose.enter(lanes.input(i), first, used, size, m, inputAt[i], tile.spare);
    }
    for (TileOp op : ops) {
      op.run(m, parameters, tile.keys);
    }
    for (int o = 0; o < outputAt.length; o++) {
      int size = program.outputs().get(o).value().shape().size();
      Transpose.leave(m, outputAt[o], lanes.output(o), first, used, size, tile.spare);
    }
  }

  @Override
  public void close() {
    // Arenas go with the object.
  }
}
