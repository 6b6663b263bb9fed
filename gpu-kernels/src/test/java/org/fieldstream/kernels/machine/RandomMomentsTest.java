package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Moments of the machines' random numbers at fixed seeds, each within 4 of its sigmas. */
class RandomMomentsTest {
  private static final List<Machine> MACHINES = TestMachines.all();
  private static final int SITES = 250;
  private static final int LANES = 200;
  private static final int N = SITES * LANES;

  static List<Machine> machines() {
    return MACHINES;
  }

  @AfterAll
  static void close() {
    MACHINES.forEach(Machine::close);
  }

  private static Lanes draw(Machine machine) {
    ProgramBuilder b = new ProgramBuilder();
    b.output("normal", b.normal(0, 1, SITES));
    b.output("next", b.normal(1, 1, SITES));
    b.output("uniform", b.uniform(2, 1, SITES));
    Program program = b.build();
    Lanes lanes = new Lanes(program, LANES);
    for (int lane = 0; lane < LANES; lane++) {
      lanes.seeds()[lane] = 7;
      lanes.indices()[lane] = lane;
    }
    try (Executable executable = machine.load(program)) {
      executable.run(lanes);
    }
    return lanes;
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("machines")
  void normalsHaveTheirMoments(Machine machine) {
    float[] x = draw(machine).output("normal");
    double[] exact = {0, 1, 0, 3, 0, 15};
    double[] variance = {1, 2, 15, 96, 945, 10170};
    int beyond3 = 0;
    double[] sums = new double[6];
    for (float v : x) {
      double power = 1;
      for (int k = 0; k < 6; k++) {
        power *= v;
        sums[k] += power;
      }
      beyond3 += Math.abs(v) > 3 ? 1 : 0;
    }
    for (int k = 0; k < 6; k++) {
      assertThat(sums[k] / N)
          .as("moment %d", k + 1)
          .isCloseTo(exact[k], within(4 * Math.sqrt(variance[k] / N)));
    }
    double p = 0.0026998; // P(|x| > 3)
    assertThat((double) beyond3 / N).isCloseTo(p, within(4 * Math.sqrt(p / N)));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("machines")
  void neighboursLanesAndDrawsAreUncorrelated(Machine machine) {
    Lanes lanes = draw(machine);
    float[] x = lanes.output("normal");
    float[] y = lanes.output("next");
    double neighbours = 0;
    double pairs = 0;
    double acrossLanes = 0;
    double draws = 0;
    for (int i = 0; i < N; i++) {
      neighbours += x[i] * x[(i + 1) % N];
      pairs += x[i] * x[i] * x[i ^ 1] * x[i ^ 1]; // the two of one Box-Muller pair
      acrossLanes += x[i] * x[(i + SITES) % N];
      draws += x[i] * y[i];
    }
    double sigma = 1 / Math.sqrt(N);
    assertThat(neighbours / N).isCloseTo(0, within(4 * sigma));
    assertThat(acrossLanes / N).isCloseTo(0, within(4 * sigma));
    assertThat(draws / N).isCloseTo(0, within(4 * sigma));
    // <x^2 y^2> = 1, its variance 8; each pair counted twice
    assertThat(pairs / N).isCloseTo(1, within(4 * Math.sqrt(2 * 8.0 / N)));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("machines")
  void uniformsFillTheIntervalEvenly(Machine machine) {
    int[] histogram = new int[20];
    int outside = 0;
    for (float u : draw(machine).output("uniform")) {
      outside += u > 0 && u < 1 ? 0 : 1;
      histogram[Math.min(19, (int) (20 * u))]++;
    }
    assertThat(outside).isZero();
    double chi2 = 0;
    for (int count : histogram) {
      double expected = N / 20.0;
      chi2 += (count - expected) * (count - expected) / expected;
    }
    // 19 degrees of freedom: mean 19, variance 38
    assertThat(chi2).isCloseTo(19, within(4 * Math.sqrt(38)));
  }
}
