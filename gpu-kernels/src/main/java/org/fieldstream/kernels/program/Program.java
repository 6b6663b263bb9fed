package org.fieldstream.kernels.program;

import java.util.List;
import java.util.NoSuchElementException;

/**
 * A planned lattice program: ops in order, where each value lies in the arena, inputs and outputs
 * by name, and the parameter array's layout. Immutable; machine-independent.
 */
public final class Program {
  private final List<Op> ops;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final List<Parameter> parameters;
  private final int parameterCount;
  private final float[] constants;
  private final Plan plan;

  /**
   * A named input or output.
   *
   * @param name unique among inputs or outputs
   * @param value the value
   */
  public record Port(String name, Value value) {}

  Program(
      List<Op> ops,
      List<Port> inputs,
      List<Port> outputs,
      List<Parameter> parameters,
      int parameterCount,
      float[] constants,
      Plan plan) {
    this.ops = List.copyOf(ops);
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.parameters = List.copyOf(parameters);
    this.parameterCount = parameterCount;
    this.constants = constants;
    this.plan = plan;
  }

  /** The ops, in order of execution. */
  public List<Op> ops() {
    return ops;
  }

  /** Inputs, in order of declaration. */
  public List<Port> inputs() {
    return inputs;
  }

  /** Outputs, in order of declaration. */
  public List<Port> outputs() {
    return outputs;
  }

  /** Position of an input by name. */
  public int input(String name) {
    return index(inputs, name, "input");
  }

  /** Position of an output by name. */
  public int output(String name) {
    return index(outputs, name, "output");
  }

  private static int index(List<Port> ports, String name, String kind) {
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new NoSuchElementException(
        kind + ": " + name + " (expected: one of " + ports.stream().map(Port::name).toList() + ")");
  }

  /**
   * The parameter blocks, in order of declaration; their total length is {@link #parameterCount()}.
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Number of parameters a run must bring; constants follow them in the parameter array. */
  public int parameterCount() {
    return parameterCount;
  }

  /** Values of the parameter array from {@link #parameterCount()} on; a copy. */
  public float[] constants() {
    return constants.clone();
  }

  /** Where each value lies in the arena. */
  public Plan plan() {
    return plan;
  }

  /**
   * The plan as text, a line for each op: what it costs in each lane ({@link OpCost}) and its share
   * of the whole, its place in the arena in floats per lane, and the op itself with the shapes of
   * what it reads and writes, for a person to recognise the equation and see where time goes. Then
   * the {@link Groups} in which a machine may run them, and the bytes that never leave a group.
   */
  public String describe() {
    return Description.of(this);
  }
}
