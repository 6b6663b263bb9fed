package org.fieldstream.kernels.program;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each misuse of the builder is refused while building, in words that name the remedy. */
class RefusalTest {
  private static final Lattice LATTICE = Lattice.of(4, 4);

  private record Misuse(String message, Consumer<ProgramBuilder> of) {
    @Override
    public String toString() {
      return message;
    }
  }

  static List<Misuse> misuses() {
    List<Misuse> all = new ArrayList<>();
    declarations(all);
    shapes(all);
    tables(all);
    parameters(all);
    gradients(all);
    return all;
  }

  private static Value field(ProgramBuilder b) {
    return b.input("field", 2, 16);
  }

  private static void add(List<Misuse> all, String message, Consumer<ProgramBuilder> misuse) {
    all.add(new Misuse(message, misuse));
  }

  private static void declarations(List<Misuse> all) {
    add(all, "shape: [0][3] (expected: both >= 1)", b -> b.input("x", 0, 3));
    add(all, "shape: [2][-1] (expected: both >= 1)", b -> b.normal(0, 2, -1));
    add(
        all,
        "input: x (expected: a name not used before)",
        b -> {
          b.input("x", 1, 1);
          b.input("x", 1, 1);
        });
    add(
        all,
        "parameter: p (expected: a name not used before)",
        b -> {
          b.parameter("p", 1);
          b.parameter("p", 2);
        });
    add(
        all,
        "output: y (expected: a name not used before)",
        b -> {
          Value x = field(b);
          b.output("y", x);
          b.output("y", x);
        });
    add(all, "length: 0 (expected: >= 1)", b -> b.parameter("p", 0));
    add(all, "outputs: none (expected: at least one)", ProgramBuilder::build);
    add(
        all,
        "value: %0[2][16] (expected: one of this builder's)",
        b -> b.output("y", field(new ProgramBuilder())));
    add(
        all,
        "value: %0[2][16] (expected: one of this builder's)",
        b -> {
          field(b);
          b.sin(field(new ProgramBuilder()));
        });
  }

  private static void shapes(List<Misuse> all) {
    add(
        all,
        "ADD: [3][16] does not fit [2][16] (expected: equal channels and sites, or 1)",
        b -> b.add(field(b), b.input("x", 3, 16)));
    add(
        all,
        "SUB: [2][8] does not fit [2][16] (expected: equal channels and sites, or 1)",
        b -> b.sub(field(b), b.input("x", 2, 8)));
    add(
        all,
        "MUL: [2][16] does not fit [1][16] (expected: equal channels and sites, or 1)",
        b -> b.mul(b.input("x", 1, 16), field(b)));
    add(
        all,
        "DIV: [2][16] does not fit [2][1] (expected: equal channels and sites, or 1)",
        b -> b.div(b.input("x", 2, 1), field(b)));
    add(
        all,
        "shape: [2][1] (expected: [2][16])",
        b -> b.linear(1, field(b), 2, b.input("x", 2, 1)));
    add(all, "shape: [1][16] (expected: [2][16])", b -> b.dot(field(b), b.input("x", 1, 16)));
    add(all, "shape: [2][16] (expected: [1 or 2][1])", b -> b.broadcast(field(b), 2, 16));
    add(all, "shape: [3][1] (expected: [1 or 2][1])", b -> b.broadcast(b.input("x", 3, 1), 2, 16));
    add(all, "channels: 1 to 3 (expected: within 0 to 2)", b -> b.channels(field(b), 1, 3));
    add(all, "channels: 1 to 1 (expected: within 0 to 2)", b -> b.channels(field(b), 1, 1));
    add(all, "parts: none (expected: at least one)", ProgramBuilder::concat);
    add(all, "sites: 8 (expected: 16)", b -> b.concat(field(b), b.input("x", 1, 8)));
    add(
        all,
        "sites: 8 (expected: 16, the sites of 4 x 4)",
        b -> b.shift(b.input("x", 1, 8), LATTICE, 0, 1));
    add(
        all,
        "offset: 1 components (expected: 2, one for each axis of 4 x 4)",
        b -> b.shift(field(b), LATTICE, 1));
    add(
        all,
        "channels: 2 (expected: 3, one for each orbit)",
        b -> b.orbitSum(field(b), Stencil.box(LATTICE, 1)));
    add(all, "channels: 2 (expected: 1)", b -> b.sines(field(b), 1, 1, false, b.parameter("p", 3)));
    add(all, "axis: 2 (expected: 0 to 1)", b -> b.alongAxis(field(b), LATTICE, 2, new float[16]));
    add(
        all,
        "matrix: 9 entries (expected: 4 x 4)",
        b -> b.alongAxis(field(b), LATTICE, 0, new float[9]));
  }

  private static void tables(List<Misuse> all) {
    add(all, "table: 3 entries (expected: 4 x 2)", b -> b.gather(field(b), 2, 2, 2, new int[3]));
    add(
        all,
        "table: entry 32 (expected: -1 to 31)",
        b -> b.gather(field(b), 1, 1, 1, new int[] {32}));
    add(
        all,
        "table: entry -2 (expected: -1 to 31)",
        b -> b.gather(field(b), 1, 1, 1, new int[] {-2}));
    add(all, "taps: 0 (expected: >= 1)", b -> b.gather(field(b), 1, 1, 0, new int[0]));
    add(
        all,
        "slot: 2 entries (expected: 32)",
        b -> b.times(field(b), b.parameter("p", 3), new int[2]));
    int[] beyond = new int[32];
    beyond[7] = 3;
    add(
        all,
        "slot: entry 3 (expected: 0 to 2)",
        b -> b.plus(field(b), b.parameter("p", 3), beyond));
    add(all, "slot: entry 3 (expected: 0 to 1)", b -> b.segmentSum(field(b), beyond, 2));
    add(
        all,
        "slot: entry 3 (expected: 0 to 1)",
        b -> b.segmentDot(field(b), b.input("x", 2, 16), beyond, 2));
  }

  private static void parameters(List<Misuse> all) {
    add(
        all,
        "parameter p: unknown (expected: one of this builder's)",
        b -> {
          b.parameter("p", 1);
          Parameter other = new ProgramBuilder().parameter("p", 1);
          b.times(b.input("x", 1, 1), other, new int[1]);
        });
    add(
        all,
        "parameter p: 2 values (expected: 1)",
        b -> {
          Value x = field(b);
          b.linear(b.parameter("p", 2), x, b.scalar(1), x);
        });
    add(
        all,
        "parameter p: 4 values (expected: F + K (F + 1) with F = 1 >= 1, K = 1 >= 1)",
        b -> b.sines(b.input("x", 1, 4), 1, 1, false, b.parameter("p", 4)));
    add(
        all,
        "parameter p: 1 values (expected: F + K (F + 1) with F = 0 >= 1, K = 1 >= 1)",
        b -> b.sines(b.input("x", 1, 4), 0, 1, false, b.parameter("p", 1)));
    add(
        all,
        "weights: 5 and bias: 1 (expected: 6 and 1)",
        b ->
            b.convolve(
                field(b), Stencil.box(LATTICE, 1), 1, b.parameter("w", 5), b.parameter("c", 1)));
    for (int[] at : new int[][] {{3, 3}, {-1}, {0, 16}}) {
      add(
          all,
          "at: site " + at[at.length - 1] + " (expected: ascending, from 0 to 15)",
          b -> {
            Parameter w = b.parameter("w", 6);
            b.convolve(field(b), Stencil.box(LATTICE, 1), 1, w, b.parameter("c", 1), at);
          });
    }
    add(
        all,
        "g: [1][4] with 3 parameters (expected: [2][4] with F + K (F + 1))",
        b ->
            b.sinesPullback(
                b.input("x", 1, 4), b.input("g", 1, 4), 1, 1, true, b.parameter("p", 3)));
    add(
        all,
        "parameter p: 5 values (expected: F (C + 1) with F = 2 >= 1, C = 3)",
        b -> b.planeSines(b.input("x", 3, 4), 2, b.parameter("p", 5)));
    add(
        all,
        "g: [1][4] with 8 parameters (expected: [2][4] with 8)",
        b -> b.planeSinesPullback(b.input("x", 3, 4), b.input("g", 1, 4), 2, b.parameter("p", 8)));
  }

  private static void gradients(List<Misuse> all) {
    add(all, "slope: 0.0 (expected: finite and > 0)", b -> b.leaky(0, field(b)));
    add(all, "slope: NaN (expected: finite and > 0)", b -> b.leaky(Double.NaN, field(b)));
    add(
        all,
        "sums: %0[2][16] (expected: the value of total() or dot())",
        b -> b.gradient(Map.of(field(b), 1.0)));
    add(
        all,
        "gradient: the sums do not depend on %0[2][16]",
        b -> {
          Value x = field(b);
          b.gradient(Map.of(b.total(b.input("y", 1, 1)), 1.0)).by(x);
        });
    String refused = " (expected: sums only as ends, no second derivatives)";
    add(
        all,
        "gradient: through TOTAL" + refused,
        b -> {
          Value total = b.total(field(b));
          b.gradient(Map.of(b.dot(total, total), 1.0));
        });
    add(
        all,
        "gradient: through TOTAL" + refused,
        b -> {
          Value total = b.total(field(b));
          b.gradient(Map.of(b.dot(total, total), 1.0, total, 1.0));
        });
    add(
        all,
        "gradient: through SEGMENT_SUM" + refused,
        b -> b.gradient(Map.of(b.total(b.segmentSum(field(b), new int[32], 1)), 1.0)));
    add(
        all,
        "gradient: through PLANE_SINES_BACK" + refused,
        b -> {
          Value x = b.input("x", 2, 4);
          Gradient first =
              b.gradient(Map.of(b.total(b.planeSines(x, 1, b.parameter("p", 3))), 1.0));
          b.gradient(Map.of(b.total(first.by(x)), 1.0));
        });
    for (boolean byParameter : new boolean[] {false, true}) {
      add(
          all,
          "gradient: through SINES_BACK" + refused,
          b -> {
            Value x = b.input("x", 1, 4);
            Parameter p = b.parameter("p", 3);
            Gradient first = b.gradient(Map.of(b.total(b.sines(x, 1, 1, false, p)), 1.0));
            Value again = byParameter ? first.by(p) : first.by(x);
            b.gradient(Map.of(b.total(again), 1.0));
          });
    }
    add(
        all,
        "gradient: through CONV" + refused,
        b -> {
          Value x = field(b);
          Parameter w = b.parameter("w", 6);
          Value y = b.convolve(x, Stencil.box(LATTICE, 1), 1, w, b.parameter("c", 1));
          Gradient first = b.gradient(Map.of(b.dot(y, y), 1.0));
          b.gradient(Map.of(b.total(first.by(x)), 1.0));
        });
  }

  @ParameterizedTest
  @MethodSource("misuses")
  void isRefused(Misuse misuse) {
    assertThatThrownBy(() -> misuse.of().accept(new ProgramBuilder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(misuse.message());
  }
}
