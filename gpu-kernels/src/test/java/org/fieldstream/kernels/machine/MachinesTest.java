package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.fieldstream.kernels.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachinesTest {
  @ParameterizedTest
  @CsvSource({"vector, VECTOR", "jtp, JTP"})
  void opensByName(String spec, MachineKind kind) {
    try (Machine machine = Machines.open(spec)) {
      assertThat(machine.kind()).isEqualTo(kind);
      assertThat(machine.describe()).startsWith(spec + " (");
    }
  }

  @Test
  void autoTakesAGpuElseSimd() {
    try (Machine machine = Machines.open("auto")) {
      assertThat(machine.kind())
          .isEqualTo(AparapiMachine.gpus().isEmpty() ? MachineKind.VECTOR : MachineKind.OPENCL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "OPENCL", "opencl:", "opencl:-1", "opencl:x", "vector:2"})
  void refusesOtherNames(String spec) {
    assertThatThrownBy(() -> Machines.open(spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("machine: " + spec + " (expected: auto, vector, opencl, opencl:N or jtp)");
  }

  @Test
  void anOpenClDeviceThatIsNotThereIsAnError() {
    int devices = AparapiMachine.openClDevices().size();
    assertThatThrownBy(() -> Machines.open("opencl:" + devices))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(
            devices == 0
                ? "opencl: no device (expected: an OpenCL driver"
                : "opencl: device " + devices + " (expected: 0 to " + (devices - 1));
  }

  @Test
  void takesTheNextMachineWhenOneFailsAndNamesAllWhenAllFail() {
    Map<String, Supplier<Machine>> candidates = new LinkedHashMap<>();
    candidates.put(
        "broken",
        () -> {
          throw new MachineException("driver: gone");
        });
    Wrong wrong = new Wrong();
    candidates.put("wrong", () -> wrong);
    assertThatThrownBy(() -> MachineLineup.of(candidates))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("machine: none is to be had")
        .hasMessageContaining("broken: driver: gone")
        .hasMessageContaining("wrong: a machine that lies: wrong result in the self-test");
    assertThat(wrong.closed).isTrue();
    candidates.put("reference", ReferenceMachine::new);
    try (MachineLineup lineup = MachineLineup.of(candidates)) {
      assertThat(lineup.first().kind()).isEqualTo(MachineKind.REFERENCE);
      assertThat(lineup.after(lineup.first())).isNull();
    }
  }

  @Test
  void aMachineAskedForByNameIsTheOnlyOne() {
    try (MachineLineup lineup = Machines.lineup("vector")) {
      assertThat(lineup.first().kind()).isEqualTo(MachineKind.VECTOR);
      assertThat(lineup.after(lineup.first())).isNull();
    }
  }

  /** Computes like the reference, except for the last float of the last output. */
  private static final class Wrong implements Machine {
    private boolean closed;

    @Override
    public MachineKind kind() {
      return MachineKind.REFERENCE;
    }

    @Override
    public String describe() {
      return "a machine that lies";
    }

    @Override
    public Executable load(Program program) {
      Executable right = new ReferenceMachine().load(program);
      return new Executable() {
        @Override
        public Program program() {
          return program;
        }

        @Override
        public int laneGroup() {
          return 1;
        }

        @Override
        public void run(Lanes lanes) {
          right.run(lanes);
          float[] last = lanes.output(program.outputs().size() - 1);
          last[last.length - 1] = Float.NaN;
        }

        @Override
        public void close() {
          right.close();
        }
      };
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
