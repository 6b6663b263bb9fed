package org.fieldstream.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.api.Test;

/** A failed computation stays visible: nothing makes a plausible number of NaN or of log(-1). */
class NotANumberTest {
  @Test
  void elementaryFunctionsKeepNaN() {
    Map<String, BiFunction<ProgramBuilder, Value, Value>> functions = new LinkedHashMap<>();
    functions.put("sin", ProgramBuilder::sin);
    functions.put("cos", ProgramBuilder::cos);
    functions.put("exp", ProgramBuilder::exp);
    functions.put("log", ProgramBuilder::log);
    functions.put("tanh", ProgramBuilder::tanh);
    functions.put("leaky", (b, x) -> b.leaky(0.01, x));
    functions.put("total", ProgramBuilder::total);
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input("x", 1, 1);
    functions.forEach((name, function) -> b.output(name, function.apply(b, x)));
    Program program = b.build();
    for (Machine machine : TestMachines.all()) {
      try (machine;
          Executable executable = machine.load(program)) {
        Lanes lanes = new Lanes(program, 3);
        lanes.input(0)[0] = Float.NaN;
        lanes.input(0)[1] = -1;
        executable.run(lanes);
        for (String name : functions.keySet()) {
          assertThat(lanes.output(name)[0]).as("%s(NaN) on %s", name, machine.kind()).isNaN();
        }
        assertThat(lanes.output("log")[1]).as("log(-1) on %s", machine.kind()).isNaN();
        assertThat(lanes.output("log")[2]).as("log(0) on %s", machine.kind()).isNotFinite();
        assertThat(lanes.output("exp")[2]).as("exp(0) on %s", machine.kind()).isEqualTo(1);
      }
    }
  }
}
