package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One op of a program.
 *
 * @param code what it computes
 * @param outputs values written, one except for ops that say otherwise
 * @param inputs values read
 * @param table index table, empty where the op has none; not to be modified
 * @param integers the op's integers; not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // shared tables, never compared
public record Op(
    OpCode code, List<Value> outputs, List<Value> inputs, int[] table, int[] integers) {
  /** The first output. */
  public Value out() {
    return outputs.get(0);
  }

  /** The n-th input. */
  public Value in(int n) {
    return inputs.get(n);
  }

  /** The n-th integer. */
  public int integer(int n) {
    return integers[n];
  }

  @Override
  public String toString() {
    return outputs.stream().map(Value::toString).collect(Collectors.joining(", "))
        + " = "
        + code
        + inputs.stream().map(Value::toString).collect(Collectors.joining(", ", "(", ")"))
        + (integers.length == 0 ? "" : " " + Arrays.toString(integers))
        + (table.length == 0 ? "" : " table " + table.length);
  }
}
