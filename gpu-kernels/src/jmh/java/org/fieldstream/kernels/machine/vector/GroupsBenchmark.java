package org.fieldstream.kernels.machine.vector;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.program.Groups;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Ten kicks and drifts of plaquettes in two dimensions, 64 lanes, one thread: ops in groups, and
 * the same ops one after the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 7, time = 1)
public class GroupsBenchmark {
  private static final int STEPS = 10;
  private static final int LANES = 64;

  /** Whether ops run in groups. */
  @Param({"true", "false"})
  public boolean groups;

  /** Extent of the square lattice. */
  @Param({"16", "32"})
  public int extent;

  private ExecutorService workers;
  private VectorExecutable executable;
  private Lanes lanes;

  /** Loads the program. */
  @Setup
  public void load() {
    Program program = program(Lattice.of(extent, extent));
    workers = Executors.newSingleThreadExecutor();
    executable =
        new VectorExecutable(
            program, groups ? Groups.of(program) : Groups.apart(program), workers, 1);
    lanes = new Lanes(program, LANES);
    Random random = new Random(1);
    for (int i = 0; i < lanes.input(0).length; i++) {
      lanes.input(0)[i] = (float) random.nextGaussian();
    }
  }

  private static Program program(Lattice lattice) {
    ProgramBuilder b = new ProgramBuilder();
    int sites = lattice.sites();
    Stencil right = Stencil.of(lattice, new int[] {0, 1});
    Stencil below = Stencil.of(lattice, new int[] {1, 0});
    int[] plus =
        IntStream.range(0, sites)
            .flatMap(x -> IntStream.of(x, sites + below.source(x, 0)))
            .toArray();
    int[] minus =
        IntStream.range(0, sites)
            .flatMap(x -> IntStream.of(right.source(x, 0), sites + x))
            .toArray();
    int[] with = new int[2 * sites];
    int[] against = new int[2 * sites];
    for (int x = 0; x < sites; x++) {
      with[plus[2 * x]] = x;
      with[plus[2 * x + 1]] = x;
      against[minus[2 * x]] = x;
      against[minus[2 * x + 1]] = x;
    }
    Value theta = b.input("theta", 2, sites);
    Value momentum = b.normal(0, 2, sites);
    for (int step = 0; step < STEPS; step++) {
      Value angle = b.sub(b.gather(theta, 1, sites, 2, plus), b.gather(theta, 1, sites, 2, minus));
      Value sines = b.sin(angle);
      Value force =
          b.sub(b.gather(sines, 2, sites, 1, with), b.gather(sines, 2, sites, 1, against));
      momentum = b.linear(1, momentum, -0.1, force);
      theta = b.linear(1, theta, 0.1, momentum);
    }
    b.output("theta", theta);
    return b.build();
  }

  /** One run. */
  @Benchmark
  public float[] run() {
    executable.run(lanes);
    return lanes.output(0);
  }

  /** Ends. */
  @TearDown
  public void close() {
    executable.close();
    workers.shutdown();
  }
}
