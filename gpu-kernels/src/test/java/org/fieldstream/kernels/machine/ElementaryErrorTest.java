package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The errors that the elementary functions state, over their whole ranges: half a million arguments
 * evenly spread over the values, half a million over the floats, and the ends. OpenCL on a CPU has
 * the bits of the Java thread pool, which {@link OpTest} holds.
 */
class ElementaryErrorTest {
  private static final int SITES = 4096;
  private static final int LANES = 128;

  /** Adds a function to a program. */
  @FunctionalInterface
  interface Function {
    Value of(ProgramBuilder b, Value x);
  }

  /** How far a result is from the exact one. */
  @FunctionalInterface
  interface Measure {
    double of(double error, double exact);
  }

  record Case(
      String name,
      Function function,
      DoubleUnaryOperator exact,
      float low,
      float high,
      Measure measure,
      double vectorBound,
      double kernelBound) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    Measure absolute = (error, exact) -> error;
    Measure ulps = (error, exact) -> error / Math.ulp((float) exact);
    float largest = Float.MAX_VALUE;
    return List.of(
        new Case("sin", ProgramBuilder::sin, StrictMath::sin, -8192, 8192, absolute, 1.5e-7, 1e-7),
        new Case("cos", ProgramBuilder::cos, StrictMath::cos, -8192, 8192, absolute, 1.5e-7, 1e-7),
        new Case("exp", ProgramBuilder::exp, StrictMath::exp, -87, 88, ulps, 1.5, 1.5),
        new Case(
            "log", ProgramBuilder::log, StrictMath::log, Float.MIN_NORMAL, largest, ulps, 1, 1),
        new Case("log near 1", ProgramBuilder::log, StrictMath::log, 0.5f, 2, ulps, 1, 1),
        new Case("tanh", ProgramBuilder::tanh, StrictMath::tanh, -largest, largest, ulps, 1.5, 1.5),
        new Case("tanh near 0", ProgramBuilder::tanh, StrictMath::tanh, -10, 10, ulps, 1.5, 1.5));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asStated(Case c) {
    try (Machine vector = new VectorMachine(1);
        Machine threads = Machines.open("jtp")) {
      assertThat(worst(c, vector)).as("%s, vector", c).isLessThan(c.vectorBound);
      assertThat(worst(c, threads)).as("%s, thread pool", c).isLessThan(c.kernelBound);
    }
  }

  private static double worst(Case c, Machine machine) {
    ProgramBuilder b = new ProgramBuilder();
    b.output("y", c.function.of(b, b.input("x", 1, SITES)));
    Program program = b.build();
    double worst = 0;
    try (Executable executable = machine.load(program)) {
      Lanes lanes = new Lanes(program, LANES);
      float[] x = lanes.input(0);
      for (int way = 0; way < 2; way++) {
        Random random = new Random(way);
        for (int i = 0; i < x.length; i++) {
          double at = (i + random.nextDouble()) / x.length;
          x[i] = way == 0 ? byValue(c, at) : byFloat(c, at);
        }
        x[0] = c.low;
        x[1] = c.high;
        executable.run(lanes);
        for (int i = 0; i < x.length; i++) {
          double exact = c.exact.applyAsDouble(x[i]);
          worst = Math.max(worst, c.measure.of(Math.abs(lanes.output(0)[i] - exact), exact));
        }
      }
    }
    return worst;
  }

  private static float byValue(Case c, double at) {
    return (float) (c.low + ((double) c.high - c.low) * at);
  }

  /** Evenly over the normal floats of the range in their order. */
  private static float byFloat(Case c, double at) {
    long low = order(c.low);
    long high = order(c.high);
    long n = low + (long) ((high - low) * at);
    float size = Float.intBitsToFloat((int) Math.abs(n));
    return Math.max(size, Float.MIN_NORMAL) * (n < 0 ? -1 : 1);
  }

  private static long order(float x) {
    return x < 0 ? -(long) Float.floatToRawIntBits(-x) : Float.floatToRawIntBits(x);
  }
}
