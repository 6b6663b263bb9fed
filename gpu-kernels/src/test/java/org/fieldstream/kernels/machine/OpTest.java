package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op on every machine of this host against the double reference. */
class OpTest {
  private static final List<Machine> MACHINES = TestMachines.all();
  private static final int[] COUNTS = {1, 7, 64, 100};

  @AfterAll
  static void close() {
    MACHINES.forEach(Machine::close);
  }

  static List<Arguments> casesOnMachines() {
    List<Arguments> all = new ArrayList<>();
    for (Machine machine : MACHINES) {
      OpCase.all().forEach(c -> all.add(Arguments.of(machine.kind(), c, machine)));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}: {1}", autoCloseArguments = false)
  @MethodSource("casesOnMachines")
  void equalsTheReferenceInEveryBatch(MachineKind kind, OpCase opCase, Machine machine) {
    try (Executable executable = machine.load(opCase.program())) {
      Lanes largest = null;
      for (int i = COUNTS.length - 1; i >= 0; i--) {
        Lanes lanes = opCase.lanes(COUNTS[i]);
        executable.run(lanes);
        if (largest == null) {
          largest = lanes;
          compare(opCase, lanes);
        } else {
          float[] all = largest.output(0);
          float[] some = lanes.output(0);
          assertThat(Arrays.mismatch(some, 0, some.length, all, 0, some.length)).isEqualTo(-1);
        }
      }
    }
  }

  private static void compare(OpCase opCase, Lanes lanes) {
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable reference = (ReferenceExecutable) machine.load(opCase.program())) {
      double[] parameters = new double[lanes.parameters().length];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = lanes.parameters()[i];
      }
      reference.parameters(parameters);
      int size = opCase.program().outputs().get(0).value().shape().size();
      double worst = 0;
      for (int lane = 0; lane < lanes.count(); lane++) {
        double[] expected =
            reference
                .evaluate(lanes.seeds()[lane], lanes.indices()[lane], inputs(opCase, lanes, lane))[
                0];
        for (int e = 0; e < size; e++) {
          double x = lanes.output(0)[lane * size + e];
          double off = Math.abs(x - expected[e]);
          if (!(off <= opCase.bound() * (Math.abs(expected[e]) + opCase.scale()))) {
            fail("%s: lane %d element %d: %s, reference %s", opCase, lane, e, x, expected[e]);
          }
          worst = Math.max(worst, off / (Math.abs(expected[e]) + opCase.scale()));
        }
      }
      if (Boolean.getBoolean("fieldstream.bounds")) {
        System.out.printf(
            "%-60s %.2f half ulp of %.0f%n",
            opCase, worst / OpCase.HALF_ULP, opCase.bound() / OpCase.HALF_ULP);
      }
    }
  }

  static double[][] inputs(OpCase opCase, Lanes lanes, int lane) {
    double[][] inputs = new double[opCase.program().inputs().size()][];
    for (int i = 0; i < inputs.length; i++) {
      int size = opCase.program().inputs().get(i).value().shape().size();
      inputs[i] = new double[size];
      for (int e = 0; e < size; e++) {
        inputs[i][e] = lanes.input(i)[lane * size + e];
      }
    }
    return inputs;
  }
}
