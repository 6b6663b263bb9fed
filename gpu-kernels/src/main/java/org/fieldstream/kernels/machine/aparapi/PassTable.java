package org.fieldstream.kernels.machine.aparapi;

import static org.fieldstream.kernels.machine.aparapi.PassCode.WIDTH;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.Shape;
import org.fieldstream.kernels.program.Value;

/**
 * A program as integers: one row of {@link PassCode#WIDTH} per pass, and the index tables of all
 * ops behind each other, equal ones once. Inputs are copied in by the first passes, outputs out by
 * the last. What an adjoint finds out about parameters, or about the field, has a pass of its own
 * and none where nothing reads it.
 */
final class PassTable {
  private final Program program;
  private final List<int[]> rows = new ArrayList<>();
  private final List<int[]> tables = new ArrayList<>();
  private final Map<IntBuffer, Integer> known = new HashMap<>();
  private final Set<Value> read = new HashSet<>();
  private int tablesLength;
  private int inputSize;
  private int outputSize;
  private int mostItems;

  PassTable(Program program) {
    this.program = program;
    program.ops().forEach(op -> read.addAll(op.inputs()));
    program.outputs().forEach(port -> read.add(port.value()));
    for (Program.Port port : program.inputs()) {
      int size = port.value().shape().size();
      row(PassCode.COPY_IN, size, at(port.value()), inputSize, size);
      inputSize = Math.addExact(inputSize, size);
    }
    program.ops().forEach(this::translate);
    for (Program.Port port : program.outputs()) {
      int size = port.value().shape().size();
      row(PassCode.COPY_OUT, size, at(port.value()), outputSize, size);
      outputSize = Math.addExact(outputSize, size);
    }
  }

  /** Number of passes. */
  int passes() {
    return rows.size();
  }

  /** The rows behind each other. */
  int[] rows() {
    return rows.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** The index tables behind each other, at least one entry. */
  int[] tables() {
    int[] all = new int[Math.max(1, tablesLength)];
    int at = 0;
    for (int[] table : tables) {
      System.arraycopy(table, 0, all, at, table.length);
      at += table.length;
    }
    return all;
  }

  /** Elements of all inputs, per lane. */
  int inputSize() {
    return inputSize;
  }

  /** Elements of all outputs, per lane. */
  int outputSize() {
    return outputSize;
  }

  /** The most items per lane that a pass has. */
  int mostItems() {
    return mostItems;
  }

  private void translate(Op op) {
    Shape shape = op.out().shape();
    int size = shape.size();
    int out = at(op.out());
    int a = op.inputs().isEmpty() ? 0 : at(op.in(0));
    int b = op.inputs().size() < 2 ? 0 : at(op.in(1));
    int[] n = op.integers();
    switch (op.code()) {
      case NORMAL -> row(PassCode.NORMAL, (size + 3) / 4, out, size, n[0]);
      case UNIFORM -> row(PassCode.UNIFORM, (size + 3) / 4, out, size, n[0]);
      case ADD -> binary(PassCode.ADD, op);
      case SUB -> binary(PassCode.SUB, op);
      case MUL -> binary(PassCode.MUL, op);
      case DIV -> binary(PassCode.DIV, op);
      case LINCOMB -> row(PassCode.LINCOMB, size, out, a, b, n[0], n[1]);
      case AFFINE -> row(PassCode.AFFINE, size, out, a, 0, n[0], n[1]);
      case SIN -> row(PassCode.SIN, size, out, a);
      case COS -> row(PassCode.COS, size, out, a);
      case EXP -> row(PassCode.EXP, size, out, a);
      case LOG -> row(PassCode.LOG, size, out, a);
      case TANH -> row(PassCode.TANH, size, out, a);
      case LEAKY -> row(PassCode.LEAKY, size, out, a, b, n[0]);
      case GATHER -> row(PassCode.GATHER, size, out, a, table(op.table()), n[0]);
      case CUBIC_STEP -> {
        int outA = at(op.outputs().get(1));
        int table = table(op.table());
        row(PassCode.CUBIC_STEP, size, out, outA, a, b, n[0], n[1], n[2], n[3], n[4], n[5], table);
      }
      case CONCAT -> {
        int to = out;
        for (Value part : op.inputs()) {
          row(PassCode.COPY, part.shape().size(), to, at(part));
          to += part.shape().size();
        }
      }
      case SITE_SUM -> row(PassCode.SITE_SUM, size, out, a, 0, op.in(0).shape().sites());
      case BROADCAST ->
          row(
              PassCode.BROADCAST,
              size,
              out,
              a,
              shape.sites(),
              op.in(0).shape().channels() == 1 ? 0 : 1);
      case FILL -> row(PassCode.FILL, size, out, n[0]);
      case TOTAL -> row(PassCode.TOTAL, 1, out, a, 0, op.in(0).shape().size());
      case DOT -> row(PassCode.DOT, 1, out, a, b, op.in(0).shape().size());
      case PARAM_MUL -> row(PassCode.PARAM_MUL, size, out, a, table(op.table()), n[0]);
      case PARAM_ADD -> row(PassCode.PARAM_ADD, size, out, a, table(op.table()), n[0]);
      case SEGMENT_SUM ->
          row(PassCode.SEGMENT_SUM, size, out, a, b, table(grouped(op.table(), size)));
      case SEGMENT_DOT ->
          row(PassCode.SEGMENT_DOT, size, out, a, b, table(grouped(op.table(), size)));
      case AXIS -> row(PassCode.AXIS, size, out, a, n[0], n[1], n[2]);
      case SINES ->
          row(PassCode.SINES, shape.sites(), out, a, n[0], n[1], n[2], n[3], shape.sites());
      case SINES_BACK -> {
        int sites = shape.sites();
        Value dp = op.outputs().get(1);
        if (read.contains(op.out())) {
          row(PassCode.SINES_BACK_FIELD, sites, out, a, n[0], n[1], n[2], n[3], sites, b);
        }
        if (read.contains(dp)) {
          int at = at(dp);
          row(PassCode.SINES_BACK_PARAMETERS, n[1] + 1, at, a, n[0], n[1], n[2], n[3], sites, b);
        }
      }
      case PLANE_SINES -> {
        int channels = op.in(0).shape().channels();
        row(PassCode.PLANE_SINES, shape.sites(), out, a, n[0], n[1], channels, shape.sites());
      }
      case PLANE_SINES_BACK -> {
        int sites = shape.sites();
        int channels = shape.channels();
        Value dp = op.outputs().get(1);
        if (read.contains(op.out())) {
          row(PassCode.PLANE_SINES_BACK_FIELD, sites, out, a, n[0], n[1], channels, sites, b);
        }
        if (read.contains(dp)) {
          int at = at(dp);
          row(PassCode.PLANE_SINES_BACK_PARAMETERS, n[1], at, a, n[0], n[1], channels, sites, b);
        }
      }
      case CONV -> convolution(op, out, a);
      case CONV_GRAD -> convolutionGradient(op, out, a, b);
    }
  }

  private void binary(int code, Op op) {
    Shape shape = op.out().shape();
    Shape b = op.in(1).shape();
    int byChannel = b.channels() == 1 ? 0 : b.sites();
    int bySite = b.sites() == 1 ? 0 : 1;
    row(
        code,
        shape.size(),
        at(op.out()),
        at(op.in(0)),
        at(op.in(1)),
        shape.sites(),
        byChannel,
        bySite);
  }

  private void convolution(Op op, int out, int a) {
    int[] n = op.integers();
    Shape shape = op.out().shape();
    int channelsIn = op.in(0).shape().channels();
    int channelsOut = shape.channels();
    int orbits = n[3];
    boolean transposed = n[4] == 1;
    row(
        PassCode.CONV,
        (channelsOut + 3) / 4 * shape.sites(),
        out,
        a,
        n[0],
        n[1],
        table(op.table()),
        n[2],
        transposed ? orbits : channelsIn * orbits,
        transposed ? channelsOut * orbits : orbits,
        channelsIn,
        channelsOut,
        op.in(0).shape().sites(),
        n[5]);
  }

  private void convolutionGradient(Op op, int out, int a, int g) {
    int[] n = op.integers();
    int taps = n[2];
    int orbits = n[3];
    int sites = op.in(0).shape().sites();
    int[] orbitOfTap = Arrays.copyOfRange(op.table(), sites * taps, (sites + 1) * taps);
    row(
        PassCode.CONV_GRAD,
        op.out().shape().size(),
        out,
        a,
        g,
        table(op.table()),
        taps,
        table(grouped(orbitOfTap, orbits)),
        orbits,
        op.in(0).shape().channels(),
        op.in(1).shape().channels(),
        sites);
  }

  /**
   * Elements by group: {@code groups + 1} positions in this table, where each group starts and the
   * last ends, then the elements, in order within a group.
   */
  private static int[] grouped(int[] groupOf, int groups) {
    int[] table = new int[groups + 1 + groupOf.length];
    int[] count = new int[groups];
    for (int group : groupOf) {
      count[group]++;
    }
    table[0] = groups + 1;
    for (int j = 0; j < groups; j++) {
      table[j + 1] = table[j] + count[j];
    }
    int[] next = Arrays.copyOf(table, groups);
    for (int e = 0; e < groupOf.length; e++) {
      table[next[groupOf[e]]++] = e;
    }
    return table;
  }

  private int table(int[] table) {
    Integer at = known.putIfAbsent(IntBuffer.wrap(table), tablesLength);
    if (at != null) {
      return at;
    }
    tables.add(table);
    int placed = tablesLength;
    tablesLength = Math.addExact(tablesLength, table.length);
    return placed;
  }

  private void row(int code, int items, int... integers) {
    int[] row = new int[WIDTH];
    row[0] = code;
    row[1] = items;
    System.arraycopy(integers, 0, row, 2, integers.length);
    rows.add(row);
    mostItems = Math.max(mostItems, items);
  }

  private int at(Value value) {
    return program.plan().offset(value);
  }
}
