package org.fieldstream.kernels.machine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.program.Gradient;
import org.fieldstream.kernels.program.Group;
import org.fieldstream.kernels.program.Groups;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ops in groups give the bits of each op by itself. */
class GroupsTest {
  private static final ExecutorService WORKERS = Executors.newFixedThreadPool(1);
  private static final int LANES = 2 * Simd.W + 1;
  private static final int OPS = 40;

  @AfterAll
  static void close() {
    WORKERS.shutdown();
  }

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  /** Random ops on values of one or two channels; every third program with a gradient. */
  private static Program program(int seed) {
    Random random = new Random(seed);
    // Several strips, the last one short; or a few sites; or a number of them that is odd.
    Lattice lattice =
        switch (random.nextInt(4)) {
          case 0 -> Lattice.of(4, 6);
          case 1 -> Lattice.of(5, 7);
          default -> Lattice.of(13, 20);
        };
    ProgramBuilder b = new ProgramBuilder();
    Parameter p = b.parameter("p", 12);
    List<Value> values = new ArrayList<>();
    values.add(b.input("x", 1, lattice.sites()));
    values.add(b.input("y", 2, lattice.sites()));
    values.add(b.normal(0, 2, lattice.sites()));
    for (int i = 0; i < OPS; i++) {
      // Mostly the newest ones, so that others die and their places are used again.
      Value a = pick(values, random);
      Value c = pick(values, random);
      add(b, p, lattice, random, a, a.shape().equals(c.shape()) ? c : a, values);
    }
    Value last = values.get(values.size() - 1);
    Value sum = b.dot(last, last);
    b.output("sum", sum);
    b.output("last", last);
    for (int i = 1; i < 4; i++) {
      b.output("value " + i, values.get(i * (values.size() - 1) / 4));
    }
    if (seed % 3 == 0) {
      Gradient gradient = b.gradient(Map.of(sum, 1.0));
      b.output("gradient", gradient.by(last));
      if (gradient.has(p)) {
        b.output("by parameter", gradient.by(p));
      }
    }
    return b.build();
  }

  private static Value pick(List<Value> values, Random random) {
    int newest = values.size() - 1;
    return values.get(random.nextInt(3) == 0 ? random.nextInt(newest + 1) : newest);
  }

  private static void add(
      ProgramBuilder b,
      Parameter p,
      Lattice lattice,
      Random random,
      Value a,
      Value c,
      List<Value> values) {
    int channels = a.shape().channels();
    int sites = a.shape().sites();
    switch (random.nextInt(20)) {
      case 0 -> {
        values.add(b.cos(a));
        values.add(b.sin(a));
      }
      case 1 -> values.add(b.affine(0.5, a, 0.25));
      case 2 -> values.add(b.linear(0.5, a, -0.5, c));
      case 3 -> values.add(b.tanh(b.add(a, c)));
      case 4 -> values.add(b.mul(a, b.affine(1.0 / sites, b.siteSum(a), 0.5)));
      case 5 -> values.add(b.sub(a, b.broadcast(b.siteSum(b.sin(c)), channels, sites)));
      case 6, 7 -> {
        int[] plus = table(random, channels, sites, 2, a);
        int[] minus = table(random, channels, sites, 2, a);
        Value first = b.gather(a, channels, sites, 2, plus);
        values.add(b.affine(0.3, b.sub(first, b.gather(a, channels, sites, 2, minus)), 0));
      }
      case 8 -> {
        int[] minus = table(random, 2, sites, 1, a);
        Value first = b.gather(a, 2, sites, 1, table(random, 2, sites, 1, a));
        values.add(b.sub(first, b.gather(a, 2, sites, 1, minus)));
      }
      case 9 -> {
        int[] table = random.ints(channels * sites * 3, -1, channels * sites).toArray();
        values.add(b.affine(0.3, b.gather(a, channels, sites, 3, table), 0.1));
      }
      case 10 -> values.add(b.sin(b.channels(a, channels - 1, channels)));
      case 11 -> values.add(channels == 1 ? b.concat(b.cos(a), a) : b.cos(a));
      case 12 -> {
        Value one = b.channels(a, 0, 1);
        values.add(convolve(b, lattice, one, random.nextBoolean()));
        values.add(b.affine(0.2, one, 0.1));
      }
      case 13, 14 -> {
        int[][] slot = new int[3][channels * sites];
        for (int[] s : slot) {
          Arrays.fill(s, random.nextInt(12));
        }
        slot[random.nextInt(3)][random.nextInt(channels * sites)] = random.nextInt(12);
        Value poly = b.plus(b.times(a, p, slot[0]), p, slot[1]);
        values.add(b.plus(b.mul(poly, a), p, slot[2]));
      }
      case 15 -> {
        Value kicked = b.linear(1, a, 0.1, c);
        values.add(kicked);
        values.add(b.linear(1, c, 0.2, kicked));
      }
      case 16 -> {
        Stencil near = Stencil.nearest(lattice);
        int[] table = table(random, channels, sites, near.taps(), a);
        values.addAll(
            b.cubicStep(a, b.scalar(0.1), c, -1, 0.1, 0.2, near.taps(), table, b.scalar(0.3)));
      }
      case 17 -> values.add(b.where(c, b.leaky(0.1, a)));
      case 18 -> values.add(b.div(a, b.exp(b.sin(c))));
      default -> values.add(b.add(a, b.uniform(1 + random.nextInt(9), channels, sites)));
    }
    int newest = values.size() - 1;
    values.set(newest, b.tanh(values.get(newest))); // bounded
  }

  private static Value convolve(ProgramBuilder b, Lattice lattice, Value a, boolean square) {
    Stencil stencil = square ? Stencil.box(lattice, 1) : Stencil.nearest(lattice);
    String name = " of " + a.id() + " " + b.parameters().size();
    Parameter weights = b.parameter("weights" + name, stencil.orbits());
    return b.convolve(a, stencil, 1, weights, b.parameter("bias" + name, 1));
  }

  private static int[] table(Random random, int channels, int sites, int taps, Value a) {
    return random.ints(channels * sites * taps, 0, a.shape().size()).toArray();
  }

  private static Lanes run(Program program, Groups groups, int threads) {
    Lanes lanes = new Lanes(program, LANES);
    Random random = new Random(1);
    for (int i = 0; i < program.inputs().size(); i++) {
      fill(lanes.input(i), random);
    }
    fill(lanes.parameters(), random);
    for (int lane = 0; lane < LANES; lane++) {
      lanes.seeds()[lane] = random.nextLong();
      lanes.indices()[lane] = lane;
    }
    try (Executable executable = new VectorExecutable(program, groups, WORKERS, threads)) {
      executable.run(lanes);
      executable.run(lanes); // whatever the first run has left
    }
    return lanes;
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void groupsChangeNoBits(int seed) {
    Program program = program(seed);
    Groups groups = Groups.of(program);
    assertThat(groups.list().stream().mapToInt(group -> group.ops().size()).sum())
        .isEqualTo(program.ops().size());
    assertThat(groups.plan().size()).isLessThanOrEqualTo(program.plan().size() * 5 / 4);
    same(program, groups, 1 + seed % 2);
  }

  /** Few of the programs would have too large an arena for it. */
  @Test
  void theProgramsHaveGroups() {
    long some =
        seeds()
            .filter(seed -> Groups.of(program(seed)).list().stream().anyMatch(Group::strips))
            .count();
    assertThat(some).isGreaterThan(50);
  }

  /**
   * What is computed again leaves results behind that nothing reads, here of a cosine beside whose
   * loop the sine's runs.
   */
  @Test
  void whatNothingReadsIsWrittenOverNothing() {
    ProgramBuilder b = new ProgramBuilder();
    Value y = b.input("y", 1, 64);
    List<Value> cosines = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      cosines.add(b.cos(y));
      y = b.add(b.sin(y), y);
      b.checkpoint();
    }
    Value product = cosines.get(0);
    for (Value cosine : cosines.subList(1, 8)) {
      product = b.mul(product, cosine);
    }
    b.output("product", product);
    b.output("y", y);
    Program program = b.build(0);
    assertThat(program.ops().stream().filter(op -> op.code() == OpCode.COS).count())
        .as("cosines, some of them computed again")
        .isGreaterThan(8);
    same(program, Groups.of(program), 1);
  }

  private static void same(Program program, Groups groups, int threads) {
    Lanes expected = run(program, Groups.apart(program), 1);
    Lanes found = run(program, groups, threads);
    for (int o = 0; o < program.outputs().size(); o++) {
      assertThat(bits(found.output(o)))
          .as(program.outputs().get(o).name())
          .isEqualTo(bits(expected.output(o)));
    }
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  /** Gathers part the groups. */
  @Test
  void whatReadsNeighboursBeginsAGroup() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 64);
    int[] next = IntStream.range(0, 64).map(s -> (s + 1) % 64).toArray();
    Value sine = b.sin(b.gather(x, 1, 64, 1, next));
    b.output("y", b.linear(1, x, 0.1, b.gather(sine, 1, 64, 1, next)));
    Program program = b.build();
    List<List<OpCode>> codes =
        Groups.of(program).list().stream()
            .map(group -> group.ops().stream().map(op -> op.code()).toList())
            .toList();
    assertThat(codes)
        .containsExactly(
            List.of(OpCode.GATHER, OpCode.SIN), List.of(OpCode.GATHER, OpCode.LINCOMB));
  }
}
