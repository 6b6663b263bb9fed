package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.OpCost;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.server.theory.Phi4;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients whose program computes the map's values again instead of keeping them. */
class BoundedGradientTest {
  private static final Lattice LATTICE = Lattice.of(8, 8);
  private static final Lattice LARGER = Lattice.of(16, 16);

  static Stream<Flow> flows() {
    return Stream.of(
        SplitShape.parse("1:3,0:5", 2, 2).on(LATTICE),
        new OdeShape(1, 2, 3, 6).on(LATTICE),
        AffineShape.parse(6, "3", 3).on(LATTICE));
  }

  static Stream<Flow> deepFlows() {
    return Stream.of(
        SplitShape.parse("0:30", 1, 4).on(LARGER),
        new OdeShape(1, 2, 3, 60).on(LARGER),
        AffineShape.parse(24, "4", 3).on(LARGER));
  }

  private static FlowProgram build(Flow flow, int arena) {
    Phi4 phi4 = Phi4.massForm(flow.lattice(), -4, 6);
    return FlowProgram.build(flow, phi4::action, true, arena);
  }

  private static Lanes run(Machine machine, Flow flow, FlowProgram built) {
    Lanes lanes = new Lanes(built.program(), 5);
    built.parameters().fill(FlowProbe.moved(flow, 0.03, 2), lanes.parameters());
    for (int lane = 0; lane < lanes.count(); lane++) {
      lanes.seeds()[lane] = 3;
      lanes.indices()[lane] = lane;
    }
    try (Executable executable = machine.load(built.program())) {
      executable.run(lanes);
    }
    return lanes;
  }

  @ParameterizedTest
  @MethodSource("flows")
  void gradientsAreTheSameBitByBit(Flow flow) {
    FlowProgram kept = build(flow, Integer.MAX_VALUE);
    FlowProgram again = build(flow, 0);
    assertThat(again.program().ops()).hasSizeGreaterThan(kept.program().ops().size());
    try (Machine machine = new VectorMachine(1)) {
      Lanes expected = run(machine, flow, kept);
      Lanes found = run(machine, flow, again);
      List<Program.Port> outputs = kept.program().outputs();
      assertThat(again.program().outputs())
          .extracting(Program.Port::name)
          .isEqualTo(outputs.stream().map(Program.Port::name).toList());
      for (int o = 0; o < outputs.size(); o++) {
        assertThat(found.output(o)).as(outputs.get(o).name()).isEqualTo(expected.output(o));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("deepFlows")
  void deepFlowsNeedAThirdOfTheMemoryAndLittleMoreWork(Flow flow) {
    Program kept = build(flow, Integer.MAX_VALUE).program();
    Program again = build(flow, 0).program();
    assertThat(kept.plan().size()).isGreaterThan(3 * again.plan().size());
    assertThat(flops(again)).isLessThan(1.5 * flops(kept));
  }

  private static double flops(Program program) {
    return program.ops().stream().mapToDouble(op -> OpCost.of(op).flops()).sum();
  }
}
