package org.fieldstream.kernels.bench;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Stencil convolutions of 64 lanes, with the way into and out of the machine: for one layer of 16
 * to 16 channels at 32 x 32 that is 4 MB in and 4 MB out, which take their part of the time. More
 * layers, one after the other in one program, show the op's own rate.
 */
@State(Scope.Benchmark)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 7, time = 1)
public class ConvolutionBenchmark {
  /**
   * Stencil (3x3: nine weights, orbits: three), input and output channels, extent of the square
   * lattice.
   */
  @Param({
    "3x3-16-16-32",
    "3x3-16-16-8",
    "3x3-8-8-8",
    "3x3-1-8-8",
    "3x3-8-2-8",
    "orbits-16-16-32",
    "orbits-8-8-8",
    "1x1-16-16-32"
  })
  public String shape = "";

  /** Convolutions one after the other: every second one leads back to the input's channels. */
  @Param({"1", "4"})
  public int layers;

  /** Threads of the machine. */
  @Param({"1", "2"})
  public int threads;

  private Work work;

  /** Loads the program. */
  @Setup
  public void load() {
    work = work(shape, layers, threads);
  }

  /** The program of a shape on a machine. */
  static Work work(String shape, int layers, int threads) {
    String[] words = shape.split("-");
    int in = Integer.parseInt(words[1]);
    int out = Integer.parseInt(words[2]);
    int extent = Integer.parseInt(words[3]);
    Lattice lattice = Lattice.of(extent, extent);
    Stencil stencil =
        switch (words[0]) {
          case "3x3" -> Stencil.of(lattice, square());
          case "orbits" -> Stencil.box(lattice, 1);
          default -> Stencil.box(lattice, 0);
        };
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("a", in, lattice.sites());
    for (int layer = 0; layer < layers; layer++) {
      int channels = layer % 2 == 0 ? out : in;
      Parameter weights = b.parameter("weights " + layer, in * out * stencil.orbits());
      x = b.convolve(x, stencil, channels, weights, b.parameter("biases " + layer, channels));
    }
    b.output("out", x);
    return new Work(b.build(), lattice.sites(), 64, threads);
  }

  /** The offsets of a 3 x 3 square, each with a weight of its own. */
  private static int[][] square() {
    int[][] offsets = new int[9][];
    for (int k = 0; k < 9; k++) {
      offsets[k] = new int[] {k / 3 - 1, k % 3 - 1};
    }
    return offsets;
  }

  /** One run. */
  @Benchmark
  public float[] convolve(Rates rates) {
    return work.run(rates);
  }

  /** Ends. */
  @TearDown
  public void close() {
    work.close();
  }
}
