package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.Program;

/** A program of a flow at fixed theta, in double, one field at a time. Not thread-safe. */
final class DoubleProgram {
  private final ReferenceExecutable executable;

  /** With the parameters that machines are given: rounded to float. */
  DoubleProgram(Program program, ParameterMap map, double[] theta) {
    executable = (ReferenceExecutable) new ReferenceMachine().load(program);
    float[] parameters = new float[program.parameterCount()];
    map.fill(theta, parameters);
    double[] wide = new double[parameters.length];
    Arrays.setAll(wide, i -> parameters[i]);
    executable.parameters(wide);
  }

  /**
   * Runs it.
   *
   * @param input {@code [V]}; not modified
   * @return the outputs
   */
  double[][] run(double[] input) {
    return executable.evaluate(0, 0, input);
  }
}
