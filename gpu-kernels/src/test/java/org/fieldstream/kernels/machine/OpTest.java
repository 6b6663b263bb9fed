package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.program.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every op on every machine of this host: within its bound of the double reference, and the same
 * bits for a lane in whatever batch it is computed. OpenCL on a CPU and the Java thread pool agree
 * in bits. {@code -Dfieldstream.bounds=true} prints how much of its bound each op uses.
 */
class OpTest {
  private static final List<Machine> MACHINES = TestMachines.all();
  private static final int[] COUNTS = {64, 7, 1};

  @AfterAll
  static void close() {
    MACHINES.forEach(Machine::close);
  }

  static List<OpCase> cases() {
    return OpCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheReferenceInEveryBatch(OpCase opCase) {
    double[][] expected = reference(opCase.program(), opCase.lanes(100));
    Map<MachineKind, float[]> found = new EnumMap<>(MachineKind.class);
    for (Machine machine : MACHINES) {
      try (Executable executable = machine.load(opCase.program())) {
        Lanes largest = opCase.lanes(100);
        executable.run(largest);
        compare(opCase, machine.kind(), largest, expected);
        found.put(machine.kind(), largest.output(0));
        for (int count : COUNTS) {
          Lanes lanes = opCase.lanes(count);
          executable.run(lanes);
          assertThat(lanes.output(0))
              .as("%s on %s: %d lanes of 100", opCase, machine.kind(), count)
              .isEqualTo(Arrays.copyOf(largest.output(0), lanes.output(0).length));
        }
      }
    }
    if (TestMachines.openClIsACpu()) { // rounds divisions and roots correctly, as Java does
      assertThat(found.get(MachineKind.OPENCL))
          .as("%s: OpenCL on a CPU and the thread pool", opCase)
          .isEqualTo(found.get(MachineKind.JTP));
    }
  }

  private static void compare(OpCase opCase, MachineKind kind, Lanes lanes, double[][] expected) {
    float[] found = lanes.output(0);
    int size = found.length / lanes.count();
    double worst = 0;
    for (int i = 0; i < found.length; i++) {
      double reference = expected[i / size][i % size];
      double used = used(opCase, Math.abs(found[i] - reference), Math.abs(reference));
      if (!(used <= 1)) {
        fail(
            "%s on %s: lane %d element %d: %s (expected: %s)",
            opCase, kind, i / size, i % size, found[i], reference);
      }
      worst = Math.max(worst, used);
    }
    if (Boolean.getBoolean("fieldstream.bounds")) {
      System.out.printf(
          "%-9s %-55s %5.2f of %2.0f half ulp%n",
          kind, opCase, worst * opCase.bound() / OpCase.HALF_ULP, opCase.bound() / OpCase.HALF_ULP);
    }
  }

  /** The part of its bound that an error uses. */
  private static double used(OpCase opCase, double error, double size) {
    return error == 0 ? 0 : error / (opCase.bound() * (size + opCase.scale()));
  }

  /** First output of each lane. */
  static double[][] reference(Program program, Lanes lanes) {
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      executable.parameters(doubles(lanes.parameters(), 0, lanes.parameters().length));
      double[][] outputs = new double[lanes.count()][];
      for (int lane = 0; lane < lanes.count(); lane++) {
        double[][] inputs = new double[program.inputs().size()][];
        for (int i = 0; i < inputs.length; i++) {
          int size = program.inputs().get(i).value().shape().size();
          inputs[i] = doubles(lanes.input(i), lane * size, size);
        }
        outputs[lane] = executable.evaluate(lanes.seeds()[lane], lanes.indices()[lane], inputs)[0];
      }
      return outputs;
    }
  }

  private static double[] doubles(float[] values, int from, int length) {
    double[] doubles = new double[length];
    Arrays.setAll(doubles, i -> values[from + i]);
    return doubles;
  }
}
