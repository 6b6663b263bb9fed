package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums that decide: far better than float sums, and on Aparapi almost as good as double ones. */
class CompensatedSumTest {
  private static final int N = 5003;
  private static final List<Machine> MACHINES = TestMachines.all();

  static List<Machine> machines() {
    return MACHINES;
  }

  @AfterAll
  static void close() {
    MACHINES.forEach(Machine::close);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("machines")
  void totalAndDotKeepWhatFloatsLose(Machine machine) {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, N);
    b.output("total", b.total(x));
    b.output("dot", b.dot(x, b.input("y", 1, N)));
    Program program = b.build();
    Lanes lanes = new Lanes(program, 3);
    Random random = new Random(5);
    for (int i = 0; i < lanes.input(0).length; i++) {
      lanes.input(0)[i] = 1000 + (float) random.nextGaussian();
      lanes.input(1)[i] = (float) random.nextGaussian();
    }
    try (Executable executable = machine.load(program)) {
      executable.run(lanes);
    }
    for (int lane = 0; lane < lanes.count(); lane++) {
      double total = 0;
      double dot = 0;
      double absoluteDot = 0;
      float plain = 0;
      for (int e = 0; e < N; e++) {
        float v = lanes.input(0)[lane * N + e];
        double product = (double) v * lanes.input(1)[lane * N + e];
        total += v;
        dot += product;
        absoluteDot += Math.abs(product);
        plain += v;
      }
      assertThat(Math.abs(plain - total)).isGreaterThan(1);
      // Kahan: 2 units of the terms' size in all; an error-free sum: units of units.
      double unit = machine.kind() == MachineKind.VECTOR ? 0x1p-24 : 0x1p-40;
      assertThat(lanes.sum(0, lane)).isCloseTo(total, within(2 * unit * total));
      assertThat(lanes.sum(1, lane)).isCloseTo(dot, within(2 * unit * absoluteDot));
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("machines")
  void largeTermsThatCancelLeaveTheSmallOnes(Machine machine) {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 4);
    b.output("total", b.total(x));
    b.output("site sum", b.siteSum(x));
    Program program = b.build();
    Lanes lanes = new Lanes(program, 1);
    float[] terms = {1, 0x1p24f, 1, -0x1p24f};
    System.arraycopy(terms, 0, lanes.input(0), 0, 4);
    try (Executable executable = machine.load(program)) {
      executable.run(lanes);
    }
    // Kahan's sum is exact to two units of the largest term, an error-free sum altogether.
    double allowed = machine.kind() == MachineKind.VECTOR ? 2 : 0;
    assertThat(lanes.sum(0, 0)).isCloseTo(2, within(allowed));
    assertThat((double) lanes.output(1)[0]).isCloseTo(2, within(allowed));
  }
}
