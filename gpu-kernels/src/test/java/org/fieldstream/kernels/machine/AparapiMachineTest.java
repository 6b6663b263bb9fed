package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.aparapi.AparapiExecutable;
import org.fieldstream.kernels.machine.aparapi.OpenClDevices;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AparapiMachineTest {
  /** Two layers of convolution over random fields plus an input, and sums of the result. */
  private static Program program() {
    Lattice lattice = Lattice.of(4, 4);
    Stencil stencil = Stencil.box(lattice, 1);
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.add(b.normal(1, 2, 16), b.input("x", 1, 16));
    for (int layer = 0; layer < 2; layer++) {
      Parameter w = b.parameter("w" + layer, 2 * 2 * stencil.orbits());
      x = b.tanh(b.convolve(x, stencil, 2, w, b.parameter("c" + layer, 2)));
    }
    b.output("x", x);
    b.output("sum", b.dot(x, x));
    return b.build();
  }

  private static Lanes lanes(Program program, int count) {
    return new OpCase("", program, -1, 1, 0, 0).lanes(count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 256})
  void resultsDoNotDependOnTheLaneGroup(int group) {
    Program program = program();
    Lanes expected = lanes(program, 100);
    Lanes found = lanes(program, 100);
    try (Executable one = AparapiMachine.threadPool(128).load(program);
        Executable other = AparapiMachine.threadPool(group).load(program)) {
      assertThat(other.laneGroup()).isEqualTo(group);
      one.run(expected);
      other.run(found);
    }
    assertThat(found.output("x")).isEqualTo(expected.output("x"));
    assertThat(found.output("sum")).isEqualTo(expected.output("sum"));
  }

  @Test
  void parametersMayChangeBetweenRuns() {
    Program program = program();
    for (Machine machine : TestMachines.all()) {
      try (machine;
          Executable kept = machine.load(program);
          Executable fresh = machine.load(program)) {
        Lanes lanes = lanes(program, 5);
        kept.run(lanes);
        float before = lanes.output("x")[0];
        lanes.parameters()[0] += 0.5f;
        kept.run(lanes);
        float[] after = lanes.output("x").clone();
        assertThat(after[0]).isNotEqualTo(before);
        fresh.run(lanes);
        assertThat(lanes.output("x")).isEqualTo(after);
      }
    }
  }

  /**
   * A discrete device keeps its buffers apart from our arrays and interleaves work-items; any
   * OpenCL device can be treated as one. Garbage collections in between move our arrays.
   */
  @Test
  void worksOnDevicesWithTheirOwnMemory() {
    OpenCLDevice discrete = anyDevice();
    discrete.setSharedMemory(false);
    discrete.setType(Device.TYPE.ACC);
    Program program = program();
    Lanes expected = lanes(program, 300);
    Lanes found = lanes(program, 300);
    try (Executable shared = new AparapiExecutable(program, anyDevice(), 64);
        Executable apart = new AparapiExecutable(program, discrete, 128)) {
      shared.run(expected);
      for (int run = 0; run < 3; run++) {
        apart.run(found);
        assertThat(found.output("x")).isEqualTo(expected.output("x"));
        assertThat(found.output("sum")).isEqualTo(expected.output("sum"));
        found.output("x")[0] = Float.NaN;
        System.gc();
      }
    }
  }

  @Test
  void aDeviceThatFailsIsGivenUpAndTheRemedyNamed() {
    OpenCLDevice broken = anyDevice();
    broken.setType(Device.TYPE.ACC);
    broken.setMaxWorkGroupSize(0); // no range of work-items can be made
    Program program = program();
    Executable executable = new AparapiExecutable(program, broken, 64);
    for (int run = 0; run < 2; run++) {
      assertThatThrownBy(() -> executable.run(lanes(program, 1)))
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(" failed to run the program: ")
          .hasMessageContaining("remedy: a smaller batch or lattice, or the vector machine");
    }
    executable.close();
  }

  private static OpenCLDevice anyDevice() {
    assumeThat(AparapiMachine.openClDevices()).as("OpenCL devices").isNotEmpty();
    return OpenClDevices.list().get(0);
  }

  @Test
  void aProgramThatDoesNotFitIsRefusedBeforeAnythingIsTaken() {
    ProgramBuilder b = new ProgramBuilder();
    b.output("sum", b.total(b.fill(1, 256, 1 << 22)));
    Program program = b.build();
    try (Machine machine = AparapiMachine.threadPool()) {
      assertThatThrownBy(() -> machine.load(program))
          .isInstanceOf(MachineException.class)
          .hasMessageStartingWith("memory: 4194304 KiB per lane (expected: at most ");
    }
  }

  @Test
  void refusesMisuse() {
    Program program = program();
    assertThatThrownBy(() -> AparapiMachine.threadPool(48))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lanes: 48 (expected: a power of two)");
    try (Machine machine = AparapiMachine.threadPool()) {
      Executable executable = machine.load(program);
      assertThatThrownBy(() -> executable.run(lanes(program(), 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lanes: of another program (expected: of this one)");
      executable.close();
      executable.close();
      assertThatThrownBy(() -> executable.run(lanes(program, 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("executable: closed (expected: open)");
    }
  }
}
