package org.fieldstream.kernels.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plan of random programs: no two values that live at the same time share a place. */
class PlanTest {
  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  /** A random program; with {@code keep} every value is an output too, so that none may move in. */
  private static Program program(int seed, boolean keep) {
    Random random = new Random(seed);
    ProgramBuilder b = new ProgramBuilder();
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      values.add(b.input("x" + i, 1 + random.nextInt(3), 1 + random.nextInt(4)));
    }
    for (int i = 0; i < 40; i++) {
      Value a = values.get(random.nextInt(values.size()));
      Value c = values.get(random.nextInt(values.size()));
      values.add(next(b, random, a, c));
    }
    Value x = values.get(values.size() - 1);
    Value y = values.get(values.size() - 2);
    Value sum = b.dot(x, x);
    b.output("sum", sum);
    b.output("y", y);
    b.output("x0", values.get(0)); // an input may be an output
    b.output("gradient", b.gradient(Map.of(sum, 1.0)).by(x));
    if (keep) {
      for (int i = 0; i < values.size(); i++) {
        b.output("value " + i, values.get(i));
      }
    }
    return b.build();
  }

  private static Value next(ProgramBuilder b, Random random, Value a, Value c) {
    Shape shape = a.shape();
    return switch (random.nextInt(10)) {
      case 0 -> b.sin(a);
      case 1 -> b.affine(0.5, a, 0.25);
      case 2 -> a.shape().equals(c.shape()) ? b.linear(0.5, a, -0.5, c) : b.tanh(a);
      case 3 -> b.mul(a, b.siteSum(a));
      case 4 -> b.siteSum(a);
      case 5 ->
          a.shape().sites() == c.shape().sites() && shape.channels() + c.shape().channels() < 7
              ? b.concat(a, c)
              : b.cos(a);
      case 6 -> {
        int[] table = random.ints(shape.size() * 2, -1, shape.size()).toArray();
        yield b.affine(0.5, b.gather(a, shape.channels(), shape.sites(), 2, table), 0);
      }
      case 7 -> b.channels(a, 0, 1 + random.nextInt(shape.channels()));
      case 8 -> b.broadcast(b.siteSum(a), shape.channels(), 1 + random.nextInt(4));
      default -> b.add(a, a);
    };
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void resultsAreThoseOfDistinctBuffers(int seed) {
    Program reused = program(seed, false);
    Program distinct = program(seed, true);
    assertThat(reused.plan().size()).isLessThanOrEqualTo(distinct.plan().size());
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable one = (ReferenceExecutable) machine.load(reused);
        ReferenceExecutable other = (ReferenceExecutable) machine.load(distinct)) {
      double[][] inputs = new double[3][];
      for (int i = 0; i < 3; i++) {
        int size = reused.inputs().get(i).value().shape().size();
        inputs[i] = new Random(seed + i).doubles(size, -1, 1).toArray();
      }
      double[][] found = one.evaluate(0, 0, inputs);
      double[][] expected = other.evaluate(0, 0, inputs);
      for (int o = 0; o < found.length; o++) {
        assertThat(found[o]).isEqualTo(expected[o]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void livingValuesDoNotOverlap(int seed) {
    Program program = program(seed, false);
    Map<Value, Integer> dies = new HashMap<>();
    for (int i = 0; i < program.ops().size(); i++) {
      for (Value in : program.ops().get(i).inputs()) {
        dies.put(in, i);
      }
    }
    program.outputs().forEach(port -> dies.put(port.value(), Integer.MAX_VALUE));
    List<Value> living = new ArrayList<>();
    program.inputs().forEach(port -> living.add(port.value()));
    for (int i = 0; i < program.ops().size(); i++) {
      int now = i;
      living.addAll(program.ops().get(i).outputs());
      // Within the op a dying input may share its place with the output; after it, nothing may.
      living.removeIf(value -> dies.getOrDefault(value, -1) <= now);
      int[] used = new int[program.plan().size()];
      for (Value value : living) {
        int at = program.plan().offset(value);
        for (int e = at; e < at + value.shape().size(); e++) {
          used[e]++;
        }
      }
      assertThat(used).as("after %s", program.ops().get(i)).doesNotContain(2);
    }
  }
}
