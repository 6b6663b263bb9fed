package org.fieldstream.kernels.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.AparapiMachine;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that compute values again instead of keeping them. */
class RecomputationTest {
  private static final Lattice LATTICE = Lattice.of(4, 4);
  private static final Stencil STENCIL = Stencil.box(LATTICE, 1);

  /** Layers of several kinds, with values that skip layers, and the gradient of a sum. */
  private static ProgramBuilder layers(int layers, Random random) {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.add(b.normal(0, 1, LATTICE.sites()), b.input("x", 1, LATTICE.sites()));
    Value early = x;
    for (int layer = 0; layer < layers; layer++) {
      Value y =
          switch (random.nextInt(5)) {
            case 0 -> b.mul(b.tanh(x), b.exp(b.scale(0.1, x)));
            case 1 -> b.div(x, b.affine(0.1, b.mul(x, x), 1));
            case 2 -> b.sines(x, 2, 1, false, b.parameter("sines " + layer, 5));
            case 3 -> {
              Value wide =
                  b.convolve(
                      x,
                      STENCIL,
                      3,
                      b.parameter("weights " + layer, 3 * STENCIL.orbits()),
                      b.parameter("bias " + layer, 3));
              yield b.stencilSum(b.channels(b.leaky(0.1, wide), 1, 2), STENCIL);
            }
            default -> b.mul(b.sin(x), b.cos(early));
          };
      x = b.linear(0.5, x, 0.25, y);
      if (random.nextInt(4) == 0) {
        early = x;
      }
      if (random.nextInt(6) == 0) {
        b.output("layer " + layer, y);
      }
      b.checkpoint();
    }
    Value sum = b.dot(x, x);
    b.output("sum", sum);
    Gradient gradient = b.gradient(Map.of(sum, 1.0));
    b.parameters().stream()
        .filter(gradient::has)
        .forEach(p -> b.output("gradient " + p.name(), gradient.by(p)));
    return b;
  }

  private static List<float[]> outputs(Machine machine, Program program) {
    try (Executable executable = machine.load(program)) {
      Lanes lanes = new Lanes(program, 3);
      Random random = new Random(5);
      for (int i = 0; i < lanes.parameters().length; i++) {
        lanes.parameters()[i] = (float) random.nextGaussian();
      }
      for (int lane = 0; lane < 3; lane++) {
        lanes.indices()[lane] = lane;
      }
      executable.run(lanes);
      List<float[]> outputs = new ArrayList<>();
      for (int o = 0; o < program.outputs().size(); o++) {
        outputs.add(lanes.output(o));
      }
      return outputs;
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void resultsAreTheSameBitByBit(int seed) {
    Program kept = layers(12, new Random(seed)).build();
    for (int arena : new int[] {0, kept.plan().size() / 2, kept.plan().size() - 1}) {
      Program again = layers(12, new Random(seed)).build(arena);
      assertThat(again.plan().size()).isLessThan(kept.plan().size());
      try (Machine machine = new VectorMachine(1)) {
        List<float[]> expected = outputs(machine, kept);
        List<float[]> found = outputs(machine, again);
        for (int o = 0; o < expected.size(); o++) {
          assertThat(found.get(o)).as(kept.outputs().get(o).name()).isEqualTo(expected.get(o));
        }
      }
    }
  }

  @Test
  void aparapiComputesTheSameAgain() {
    Program kept = layers(12, new Random(2)).build();
    Program again = layers(12, new Random(2)).build(0);
    try (Machine machine = AparapiMachine.threadPool()) {
      assertThat(outputs(machine, again))
          .usingRecursiveComparison()
          .isEqualTo(outputs(machine, kept));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyValueIsMadeOnceAndBeforeItIsRead(int seed) {
    Program program = layers(12, new Random(seed)).build(0);
    Set<Value> made = new HashSet<>();
    program.inputs().forEach(port -> made.add(port.value()));
    for (Op op : program.ops()) {
      assertThat(made).containsAll(op.inputs());
      op.outputs().forEach(out -> assertThat(made.add(out)).isTrue());
    }
  }

  @Test
  void aBoundThatIsKeptCostsNothing() {
    Program kept = layers(12, new Random(3)).build();
    Program bounded = layers(12, new Random(3)).build(kept.plan().size());
    assertThat(bounded.describe()).isEqualTo(kept.describe());
  }

  @Test
  void withoutCheckpointsNothingIsComputedAgain() {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.normal(0, 1, 16);
    Value sum = b.dot(b.tanh(b.exp(b.sin(x))), x);
    b.output("sum", sum);
    b.output("gradient", b.gradient(Map.of(sum, 1.0)).by(x));
    assertThat(b.build(0).ops().stream().filter(op -> op.code() == OpCode.EXP).count()).isOne();
  }

  /** Memory grows as the square root of the depth, and no op of the map runs a third time. */
  @Test
  void deepMapsNeedLittle() {
    int[] arenas = new int[2];
    for (int i = 0; i < 2; i++) {
      int layers = 32 << 2 * i;
      Program kept = chain(layers).build();
      Program again = chain(layers).build(0);
      arenas[i] = again.plan().size();
      assertThat(kept.plan().size()).isGreaterThan(3 * again.plan().size());
      assertThat(count(again, OpCode.TANH)).isBetween(layers + 1L, 2L * layers);
    }
    assertThat(arenas[1]).isLessThan(5 * arenas[0] / 2);
  }

  private static ProgramBuilder chain(int layers) {
    ProgramBuilder b = new ProgramBuilder();
    Value first = b.normal(0, 1, 16);
    Value x = first;
    for (int layer = 0; layer < layers; layer++) {
      Value wide = b.tanh(b.concat(x, b.scale(2, x), b.scale(3, x)));
      x = b.mul(x, b.channels(wide, 1, 2));
      b.checkpoint();
    }
    Value sum = b.dot(x, x);
    b.output("sum", sum);
    b.output("gradient", b.gradient(Map.of(sum, 1.0)).by(first));
    return b;
  }

  private static long count(Program program, OpCode code) {
    return program.ops().stream().filter(op -> op.code() == code).count();
  }
}
