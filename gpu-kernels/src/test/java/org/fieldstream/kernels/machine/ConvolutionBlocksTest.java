package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vector machine computes a convolution in blocks of channels and groups of sites as fits the
 * op. A result must not show it: all channels together have the bits of each one on its own.
 */
class ConvolutionBlocksTest {
  private static final int IN = 3;
  private static final int LANES = 21;

  static List<Lattice> lattices() {
    return List.of(
        Lattice.of(8, 8),
        Lattice.of(5, 7),
        Lattice.of(3, 3),
        Lattice.of(6, 2),
        Lattice.of(4, 3),
        Lattice.of(11),
        Lattice.of(2, 3, 4));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void atAllSites(Lattice lattice) {
    for (int channels : new int[] {8, 16, 10, 2}) {
      same(lattice, channels, new int[0], (b, x) -> x);
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void withARectifier(Lattice lattice) {
    for (int channels : new int[] {8, 7}) {
      same(lattice, channels, new int[0], (b, x) -> b.leaky(0.25, x));
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void atHalfTheSites(Lattice lattice) {
    for (int parity = 0; parity < 2; parity++) {
      int colour = parity;
      int[] half =
          IntStream.range(0, lattice.sites())
              .filter(s -> coordinates(lattice, s) % 2 == colour)
              .toArray();
      for (int channels : half.length == 0 ? new int[0] : new int[] {2, 8}) {
        same(lattice, channels, half, (b, x) -> b.leaky(0.25, x));
      }
    }
  }

  private static int coordinates(Lattice lattice, int site) {
    return IntStream.range(0, lattice.dimensions()).map(i -> lattice.coordinate(site, i)).sum();
  }

  private static void same(
      Lattice lattice, int channels, int[] at, BiFunction<ProgramBuilder, Value, Value> then) {
    int weights = IN * OpCase.cube(lattice).taps();
    float[] w = random(channels * weights);
    float[] c = random(channels);
    float[] a = random(LANES * IN * lattice.sites());
    float[] together = run(lattice, channels, at, then, a, w, c);
    int sites = at.length == 0 ? lattice.sites() : at.length;
    for (int co = 0; co < channels; co++) {
      float[] row = Arrays.copyOfRange(w, co * weights, (co + 1) * weights);
      float[] alone = run(lattice, 1, at, then, a, row, new float[] {c[co]});
      for (int lane = 0; lane < LANES; lane++) {
        int from = (lane * channels + co) * sites;
        assertThat(Arrays.copyOfRange(together, from, from + sites))
            .as("%s, channel %d of %d, lane %d", lattice, co, channels, lane)
            .isEqualTo(Arrays.copyOfRange(alone, lane * sites, (lane + 1) * sites));
      }
    }
  }

  private static float[] run(
      Lattice lattice,
      int channels,
      int[] at,
      BiFunction<ProgramBuilder, Value, Value> then,
      float[] a,
      float[] w,
      float[] c) {
    Stencil stencil = OpCase.cube(lattice);
    ProgramBuilder b = new ProgramBuilder();
    Value input = b.input("a", IN, lattice.sites());
    Parameter weights = b.parameter("w", w.length);
    Parameter biases = b.parameter("c", c.length);
    b.output("out", then.apply(b, b.convolve(input, stencil, channels, weights, biases, at)));
    Program program = b.build();
    Lanes lanes = new Lanes(program, LANES);
    System.arraycopy(a, 0, lanes.input(0), 0, a.length);
    System.arraycopy(w, 0, lanes.parameters(), weights.offset(), w.length);
    System.arraycopy(c, 0, lanes.parameters(), biases.offset(), c.length);
    try (Machine machine = new VectorMachine(1);
        Executable executable = machine.load(program)) {
      executable.run(lanes);
    }
    return lanes.output(0);
  }

  private static float[] random(int length) {
    Random random = new Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
