package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.junit.jupiter.api.Test;

/** A program that one machine cannot take goes to the next, and is right there. */
class FallbackMachineTest {
  private final Frail first = new Frail(MachineKind.OPENCL);
  private final Frail second = new Frail(MachineKind.VECTOR);
  private final Machine machine = new FallbackMachine(lineup());

  private MachineLineup lineup() {
    Map<String, Supplier<Machine>> candidates = new LinkedHashMap<>();
    candidates.put("first", () -> first);
    candidates.put(
        "absent",
        () -> {
          throw new MachineException("driver: gone");
        });
    candidates.put("second", () -> second);
    return MachineLineup.of(candidates);
  }

  private static Program program() {
    ProgramBuilder b = new ProgramBuilder();
    b.output("x", b.normal(0, 1, 4));
    return b.build();
  }

  private static float[] run(Executable executable) {
    Lanes lanes = new Lanes(executable.program(), 2);
    executable.run(lanes);
    return lanes.output(0);
  }

  private static float[] expected(Program program) {
    return run(new ReferenceMachine().load(program));
  }

  @Test
  void aMachineThatWorksIsKept() {
    Executable executable = machine.load(program());
    assertThat(run(executable)).containsExactly(expected(executable.program()));
    assertThat(machine.kind()).isEqualTo(MachineKind.OPENCL);
    assertThat(second.loads).isZero();
  }

  @Test
  void aProgramThatDoesNotLoadGoesOn() {
    first.failsToLoad = true;
    Executable executable = machine.load(program());
    assertThat(machine.kind()).isEqualTo(MachineKind.VECTOR);
    assertThat(machine.describe()).isEqualTo("a frail VECTOR");
    assertThat(run(executable)).containsExactly(expected(executable.program()));
  }

  @Test
  void aProgramThatDoesNotRunGoesOnAndItsPlaceIsGivenBack() {
    Executable before = machine.load(program());
    run(before);
    first.failsToRun = true;
    Executable executable = machine.load(program());
    assertThat(machine.kind()).isEqualTo(MachineKind.OPENCL);
    assertThat(run(executable)).containsExactly(expected(executable.program()));
    assertThat(machine.kind()).isEqualTo(MachineKind.VECTOR);
    assertThat(first.open).isEqualTo(1);
    // What has run there already fails there: its numbers would change in the middle of the work.
    assertThatThrownBy(() -> run(before)).isInstanceOf(MachineException.class);
    executable.close();
    before.close();
    assertThat(first.open + second.open).isZero();
  }

  @Test
  void withoutAnotherMachineTheFailureIsTold() {
    first.failsToLoad = true;
    Executable executable = machine.load(program());
    second.failsToLoad = true;
    assertThatThrownBy(() -> machine.load(program()))
        .isInstanceOf(MachineException.class)
        .hasMessage("VECTOR: full");
    second.failsToRun = true;
    assertThatThrownBy(() -> run(executable))
        .isInstanceOf(MachineException.class)
        .hasMessage("VECTOR: lost");
    machine.close();
    assertThat(first.closed && second.closed).isTrue();
  }

  /** The reference, until it fails. */
  private static final class Frail implements Machine {
    private final MachineKind kind;
    private boolean failsToLoad;
    private boolean failsToRun;
    private boolean closed;
    private int loads;
    private int open;

    Frail(MachineKind kind) {
      this.kind = kind;
    }

    @Override
    public MachineKind kind() {
      return kind;
    }

    @Override
    public String describe() {
      return "a frail " + kind;
    }

    @Override
    public Executable load(Program program) {
      if (failsToLoad) {
        throw new MachineException(kind + ": full");
      }
      loads++;
      open++;
      Executable right = new ReferenceMachine().load(program);
      return new Executable() {
        @Override
        public Program program() {
          return program;
        }

        @Override
        public int laneGroup() {
          return right.laneGroup();
        }

        @Override
        public void run(Lanes lanes) {
          if (failsToRun) {
            throw new MachineException(kind + ": lost");
          }
          right.run(lanes);
        }

        @Override
        public void close() {
          open--;
        }
      };
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
