package org.fieldstream.kernels.program;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * What a program is made of while it is being built: ops and their values, inputs, outputs,
 * parameters, constants; and the checks that all ops share.
 */
abstract class ProgramParts {
  final List<Op> ops = new ArrayList<>();
  final List<Program.Port> inputs = new ArrayList<>();
  final List<Program.Port> outputs = new ArrayList<>();
  final List<Integer> checkpoints = new ArrayList<>();
  final ConstantPool constants = new ConstantPool();
  int parameterCount;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** An input, given to each run as {@code [lane][channel][site]}. */
  public Value input(String name, int channels, int sites) {
    claim("input", name);
    Value value = value(new Shape(channels, sites));
    inputs.add(new Program.Port(name, value));
    return value;
  }

  /** A block of parameters, given to each run, shared by all lanes. */
  public Parameter parameter(String name, int length) {
    claim("parameter", name);
    if (length < 1) {
      throw new IllegalArgumentException("length: " + length + " (expected: >= 1)");
    }
    Parameter parameter = new Parameter(name, parameterCount, length);
    parameters.add(parameter);
    parameterCount += length;
    return parameter;
  }

  /** Declares an output. */
  public void output(String name, Value value) {
    claim("output", name);
    outputs.add(new Program.Port(name, known(value)));
  }

  /** A constant in the place of a parameter of length 1. */
  public Parameter scalar(double constant) {
    return constants.scalar(constant);
  }

  /** The parameters declared so far; a copy. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  Value add(OpCode code, Shape shape, List<Value> in, int[] table, int... integers) {
    in.forEach(this::known);
    Value out = value(shape);
    ops.add(new Op(code, List.of(out), List.copyOf(in), table, integers));
    return out;
  }

  Value value(Shape shape) {
    Value value = new Value(values.size(), shape);
    values.add(value);
    return value;
  }

  /** How many values there are. */
  final int valueCount() {
    return values.size();
  }

  @SuppressWarnings("ReferenceEquality") // another builder's value may well be equal
  Value known(Value v) {
    requireNonNull(v, "value");
    if (v.id() >= values.size() || values.get(v.id()) != v) {
      throw new IllegalArgumentException("value: " + v + " (expected: one of this builder's)");
    }
    return v;
  }

  @SuppressWarnings("ReferenceEquality") // another builder's parameter may well be equal
  void known(Parameter p) {
    requireNonNull(p, "parameter");
    if (p.offset() >= 0 && parameters.stream().noneMatch(q -> q == p)) {
      throw new IllegalArgumentException(
          "parameter " + p.name() + ": unknown (expected: one of this builder's)");
    }
  }

  void single(Parameter p) {
    known(p);
    if (p.length() != 1) {
      throw new IllegalArgumentException(
          "parameter " + p.name() + ": " + p.length() + " values (expected: 1)");
    }
  }

  static void same(Value a, Value b) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalArgumentException("shape: " + b.shape() + " (expected: " + a.shape() + ")");
    }
  }

  static int onLattice(Value a, Lattice lattice) {
    if (a.shape().sites() != lattice.sites()) {
      throw new IllegalArgumentException(
          "sites: "
              + a.shape().sites()
              + " (expected: "
              + lattice.sites()
              + ", the sites of "
              + lattice
              + ")");
    }
    return lattice.sites();
  }

  private void claim(String kind, String name) {
    if (!names.add(kind + " " + requireNonNull(name, "name"))) {
      throw new IllegalArgumentException(
          kind + ": " + name + " (expected: a name not used before)");
    }
  }
}
